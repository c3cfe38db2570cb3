// One call on its way through a query dialect: what it asks, who asks, what was decided.

import Cloud
import HTTP
import HTTPServer
import Identity
import Platform
import Policy
import World
import XML

/// The state of one call, filled step by step; it lives on one loop and is never shared.
package final class QueryExchange {
    package let request: Request
    package let cloud: Cloud
    /// The cloud as it was when the request came in.
    package let state: CloudState
    package let id: RequestID
    /// When the request came in, on the cloud's clock.
    package let now: Timestamp
    package internal(set) var form: QueryForm
    package internal(set) var caller: Caller
    /// The region in the signature's scope.
    package internal(set) var region: String
    var operation = ""
    var isKnown = false
    var receivedBytes: Int64 = 0
    var authorizations: [Authorization] = []
    /// The injected fault that strikes the call.
    var strike: FaultBook.Strike?

    init(_ request: Request, _ cloud: Cloud) {
        self.request = request
        self.cloud = cloud
        state = cloud.state
        id = cloud.requestIDs.next()
        now = cloud.clock.now()
        form = .empty
        caller = .anonymous
        region = ""
    }

    /// The same without fractions of a second, as IAM dates what it makes.
    package var second: Timestamp { Timestamp(seconds: now.seconds) }

    package var world: WorldSnapshot { state.world }
    package var principal: Principal { caller.principal }
    /// The caller's account.
    package var account: String { caller.principal.account }

    /// What the wire and the world say of this call, for conditions.
    package func context() -> ContextValues {
        var context = ContextValues()
        context.set("aws:CurrentTime", to: [now.iso8601()], source: .world)
        context.set("aws:EpochTime", to: ["\(now.seconds)"], source: .world)
        context.set("aws:SourceIp", to: [request.peer.host], source: .request)
        // Plain HTTP on loopback counts as TLS.
        context.set("aws:SecureTransport", to: ["true"], source: .world)
        context.set("aws:RequestedRegion", to: [region], source: .request)
        context.set("aws:ViaAWSService", to: ["false"], source: .world)
        if let agent = request.head.headers.first("user-agent") {
            context.set("aws:UserAgent", to: [agent], source: .request)
        }
        caller.addSession(to: &context)
        return context
    }

    /// Asks the policies, and keeps question and answer for the journal.
    package func decide(
        _ action: String,
        on resource: String,
        account: String,
        resourcePolicy: NamedPolicy? = nil,
        type: PolicySet.ResourceType = .bucket,
        context: ContextValues? = nil
    ) -> Decision {
        let access = AccessRequest(
            action: action,
            resource: resource,
            principal: caller.facts,
            resourceAccount: account,
            context: context ?? self.context()
        )
        let policies = PolicySet(
            identity: caller.policies,
            resource: resourcePolicy,
            resourceType: type,
            callerLimits: caller.limits
        )
        let decision = evaluate(access, policies)
        authorizations.append(
            Authorization(request: access, policies: policies, decision: decision)
        )
        return decision
    }

    /// Refuses a call on a resource of the caller's own account unless the caller's policies allow it.
    ///
    /// The sentence has the resource without quotes [reported: IAM's messages].
    ///
    /// - Parameters:
    ///   - action: The action, `iam:CreateUser`.
    ///   - resource: The resource's ARN.
    ///   - extra: Keys for conditions that only this call has.
    /// - Throws: `AccessDenied`.
    package func require(
        _ action: String,
        on resource: String,
        _ extra: [(key: String, value: String)] = []
    ) throws(QueryError) {
        var context = context()
        for (key, value) in extra { context.set(key, to: [value], source: .request) }
        let decision = decide(action, on: resource, account: account, context: context)
        guard !decision.isAllowed else { return }
        throw QueryError(
            403,
            "AccessDenied",
            "User: \(principal.arn) is not authorized to perform: \(action) on resource: \(resource) "
                + decision.awsReason(for: action)
        )
    }

    /// Changes the world, with the change's own refusals passed on.
    package func editWorld<Result>(
        _ edit: (inout WorldDefinition) throws -> Result
    ) async throws(QueryError) -> Result {
        do {
            return try await cloud.editWorld(edit)
        } catch let error as QueryError {
            throw error
        } catch {
            throw .internalFailure
        }
    }
}
