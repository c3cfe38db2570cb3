// Why a request was decided as it was: every document, every statement, every element, with what the
// element wanted and what it met. Made on demand from the same request and documents by the same
// matchers as the decision, and always the same for the same input.

import JSON

/// The whole trace of a decision.
package struct Explanation: Sendable {
    package let request: AccessRequest
    package let decision: Decision
    /// What AWS shows to the caller; `Access Denied` hides the reason from other accounts.
    package let awsMessage: String
    package let layers: [LayerTrace]
    /// Allow statements that almost allowed it: those of the layer that refused first, then by the number
    /// of elements that failed, then those whose failure looks like a slip.
    package let nearMisses: [NearMiss]
}

/// What one layer said.
package struct LayerTrace: Sendable {
    /// The layer's answer for itself.
    package enum Outcome: String, Sendable {
        case allow
        /// The resource's policy lets the caller's account decide, and no more.
        case delegates
        case explicitDeny
        case implicitDeny
        /// The layer has no say: nobody's identity policies for an anonymous caller.
        case notApplicable
    }

    package let layer: Layer
    package let outcome: Outcome
    package let documents: [DocumentTrace]
}

/// What one document said.
package struct DocumentTrace: Sendable {
    package let policy: NamedPolicy
    package let statements: [StatementTrace]
}

/// What one statement said.
package struct StatementTrace: Sendable {
    package let statement: Statement
    /// In the order Principal, Action, Resource, and the conditions one by one.
    package let elements: [ElementTrace]

    /// Whether the statement took effect.
    package var isMatch: Bool { elements.allSatisfy(\.isMatch) }
    package var failures: [ElementTrace] { elements.filter { !$0.isMatch } }
}

/// How one element of a statement met the request.
package struct ElementTrace: Sendable {
    /// `Action`, or `NotAction`.
    package let name: String
    package let isMatch: Bool
    /// What the policy has.
    package let wanted: [String]
    /// What the request has; nil for a context key that is absent.
    package let actual: String?
    /// What looks like the slip, for an element that failed: `lacks /*`.
    package let hint: String?
    package let place: Place
    /// What is asked, for a condition.
    package let condition: ConditionTrace?

    init(
        name: String,
        isMatch: Bool,
        wanted: [String],
        actual: String?,
        hint: String?,
        place: Place,
        condition: ConditionTrace? = nil
    ) {
        self.name = name
        self.isMatch = isMatch
        self.wanted = wanted
        self.actual = actual
        self.hint = hint
        self.place = place
        self.condition = condition
    }

    /// The element in words: `Resource`, `Condition StringEquals aws:PrincipalOrgID`.
    package var label: String {
        condition.map { "\(name) \($0.operator) \($0.key)" } ?? name
    }
}

/// What a condition asks, and where its answer came from.
package struct ConditionTrace: Sendable {
    package let `operator`: String
    package let key: String
    /// Nil when the key is absent.
    package let source: ContextValues.Source?
}

/// An Allow statement that did not match.
package struct NearMiss: Sendable {
    package let layer: Layer
    package let policy: NamedPolicy
    package let statement: Statement
    package let failures: [ElementTrace]

    /// The statement in words: `ExportWrite statement 1: Resource lacks /*`.
    package var text: String {
        let reasons = failures.map { failure in
            "\(failure.label) \(failure.hint ?? "does not cover `\(failure.actual ?? "")`")"
        }
        return "\(policy.name) statement \(statement.number): \(reasons.joined(separator: "; "))"
    }
}

/// Explains a request: decides it as `evaluate` does, and says how every statement met it.
package func explain(_ request: AccessRequest, _ policies: PolicySet) -> Explanation {
    let decision = evaluate(request, policies)
    let layers = Layer.allCases.compactMap { layer -> LayerTrace? in
        guard let levels = policies.documents(of: layer) else { return nil }
        let tracer = Tracer(
            request: request,
            layer: layer,
            hasBoundary: policies.callerLimits?.boundary != nil
        )
        return tracer.trace(levels)
    }
    return Explanation(
        request: request,
        decision: decision,
        awsMessage: decision.isAllowed ? "" : decision.awsMessage(for: request),
        layers: layers,
        nearMisses: decision.verdict == .implicitDeny
            ? nearMisses(
                in: layers,
                of: decision,
                isEitherEnough: decision.layer == .identity && request.isSameAccount
                    && policies.resourceType == .bucket
            ) : []
    )
}

extension PolicySet {
    /// The documents of a layer, in levels of which each must allow; nil when the layer can't have any here.
    func documents(of layer: Layer) -> [[NamedPolicy]]? {
        switch layer {
        case .rcp: resourceLimits?.rcps
        case .scp: callerLimits?.scps
        case .vpce: resourceLimits?.vpce.map { [[$0]] }
        case .resource, .trust, .key:
            layer == resourceType.layer ? [resource.map { [$0] } ?? []] : nil
        case .identity: [identity]
        case .boundary: callerLimits?.boundary.map { [[$0]] }
        case .session: callerLimits?.session.map { [$0] }
        }
    }
}

/// The Allows that almost took effect, the most likely slip first.
///
/// Within the account a bucket's policy could have allowed as well as an identity policy, so the nearest
/// of both comes first; else what is reported goes before what is not.
private func nearMisses(
    in layers: [LayerTrace],
    of decision: Decision,
    isEitherEnough: Bool
) -> [NearMiss] {
    var misses: [(rank: [Int], miss: NearMiss)] = []
    for (layerIndex, layer) in layers.enumerated() where layer.outcome == .implicitDeny {
        for document in layer.documents {
            for statement in document.statements
            where statement.statement.effect == .allow && !statement.isMatch {
                let failures = statement.failures
                let isReported =
                    layer.layer == decision.layer
                    || isEitherEnough && [.identity, .resource].contains(layer.layer)
                let isPlain = layer.layer == decision.layer ? 0 : 1
                let unexplained = failures.filter { $0.hint == nil }.count
                let rank =
                    isEitherEnough
                    ? [
                        isReported ? 0 : 1, failures.count, unexplained, isPlain, layerIndex,
                        misses.count,
                    ]
                    : [
                        isReported ? 0 : 1, layerIndex, failures.count, unexplained, misses.count,
                    ]
                misses.append(
                    (
                        rank,
                        NearMiss(
                            layer: layer.layer,
                            policy: document.policy,
                            statement: statement.statement,
                            failures: failures
                        )
                    )
                )
            }
        }
    }
    return misses.sorted { $0.rank.lexicographicallyPrecedes($1.rank) }.map(\.miss)
}
