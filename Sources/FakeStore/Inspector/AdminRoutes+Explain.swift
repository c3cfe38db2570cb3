// Asking the policies without sending the request: a case of its own, or a question to the living world.

import Cloud
import HTTPServer
import JSON
import Policy
import World

extension AdminRoutes {
    /// Explains one case, or what the world says of `{"principal", "action", "resource", "context"}`.
    ///
    /// The first has the caller as an object and brings its documents; the second names a user or root user
    /// by the ARN.
    func explainCase(_ call: AdminCall) async throws(AdminError) -> Response {
        let node = try await call.document()
        var writer = JSONWriter()
        do {
            if node["principal"]?.string != nil {
                let (request, policies) = try question(node)
                writer.value(explain(request, policies))
            } else {
                writer.raw(try ExplainCases.answer(case: node).utf8)
            }
        } catch {
            throw AdminError(error)
        }
        return Response(json: writer)
    }

    private func question(
        _ node: JSONNode
    ) throws(JSONError) -> (request: AccessRequest, policies: PolicySet) {
        var reader = try ObjectReader(node)
        let arn: String = try reader.required("principal")
        let action: String = try reader.required("action")
        let resource: String = try reader.required("resource")
        let values = try reader.optional("context", as: ContextValues.self)
        guard let caller = cloud.state.world.caller(arn: arn) else {
            throw reader.error(at: "principal", "there is no `\(arn)` in the world")
        }
        let parts = resource.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
        let name = parts.count == 6 ? String(parts[5].prefix { $0 != "/" }) : ""
        let bucket = cloud.state.bucket(name)
        guard bucket != nil || resource == "arn:aws:s3:::*" || resource == "*" else {
            throw reader.error(at: "resource", "there is no bucket `\(name)` in the world")
        }
        try reader.finish()
        return (
            AccessRequest(
                action: action,
                resource: resource,
                principal: caller.facts,
                resourceAccount: bucket?.account ?? caller.facts.account,
                context: values ?? ContextValues()
            ),
            PolicySet(identity: caller.policies, resource: bucket?.bucket.policy)
        )
    }
}
