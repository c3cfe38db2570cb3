// How the documents of one layer met a request: the same matchers as the decision's, asked one by one.

/// Traces the documents of a layer.
struct Tracer {
    let request: AccessRequest
    let layer: Layer
    let hasBoundary: Bool

    /// Traces the documents, in levels of which each must allow.
    func trace(_ levels: [[NamedPolicy]]) -> LayerTrace {
        let traces = levels.map { $0.map(trace) }
        return LayerTrace(
            layer: layer,
            outcome: outcome(traces.map { $0.flatMap(\.statements).filter(\.isMatch) }),
            documents: traces.flatMap { $0 }
        )
    }

    /// What the layer says, from the statements of each level that matched.
    private func outcome(_ levels: [[StatementTrace]]) -> LayerTrace.Outcome {
        let principal = request.principal
        switch layer {
        case .rcp where !principal.isSubjectToRCPs, .scp where !principal.isSubjectToSCPs:
            return .notApplicable
        case .identity where !principal.hasOwnPolicies: return .notApplicable
        case .boundary, .session:
            if !principal.hasOwnPolicies || principal.kind == .root { return .notApplicable }
        case .rcp, .scp, .vpce, .resource, .trust, .key, .identity: break
        }
        let matching = levels.flatMap { $0 }
        if matching.contains(where: { $0.statement.effect == .deny }) { return .explicitDeny }
        switch layer {
        case .rcp:
            // RCPFullAWSAccess is attached everywhere.
            return .allow
        case .scp: return levels.allSatisfy { !$0.isEmpty } ? .allow : .implicitDeny
        case .vpce, .boundary, .session: return matching.isEmpty ? .implicitDeny : .allow
        case .identity:
            return matching.isEmpty && principal.kind != .root ? .implicitDeny : .allow
        case .resource, .trust, .key:
            let weight = matching.compactMap {
                $0.statement.weight(for: principal, hasBoundary: hasBoundary, in: layer)
            }.max()
            switch weight {
            case nil: return .implicitDeny
            case .delegation where request.isSameAccount: return .delegates
            case .delegation, .identityBypass, .full: return .allow
            }
        }
    }

    private func trace(_ policy: NamedPolicy) -> DocumentTrace {
        DocumentTrace(policy: policy, statements: policy.document.statements.map(trace))
    }

    private func trace(_ statement: Statement) -> StatementTrace {
        var elements: [ElementTrace] = []
        if let principals = statement.principals { elements.append(trace(principals, statement)) }
        elements.append(trace(statement.actions))
        if let resources = statement.resources { elements.append(trace(resources)) }
        elements += statement.conditions.map(trace)
        return StatementTrace(statement: statement, elements: elements)
    }

    private func trace(
        _ principals: Statement.Element<PrincipalPattern>,
        _ statement: Statement
    ) -> ElementTrace {
        let isMatch = statement.names(request.principal, hasBoundary: hasBoundary)
        return ElementTrace(
            name: principals.isNegated ? "NotPrincipal" : "Principal",
            isMatch: isMatch,
            wanted: principals.patterns.map(\.text),
            actual: request.principal.kind == .anonymous ? "anonymous" : request.principal.arn,
            hint: isMatch && !principals.isNegated
                ? nil
                : Hint.principal(principals, request.principal, hasBoundary: hasBoundary),
            place: principals.place
        )
    }

    private func trace(_ actions: Statement.Element<ActionPattern>) -> ElementTrace {
        let isMatch = actions.matches { $0.matches(request.action.utf8.span) }
        return ElementTrace(
            name: actions.isNegated ? "NotAction" : "Action",
            isMatch: isMatch,
            wanted: actions.patterns.map(\.text),
            actual: request.action,
            hint: isMatch ? nil : Hint.action(actions, request.action),
            place: actions.place
        )
    }

    private func trace(_ resources: Statement.Element<ResourcePattern>) -> ElementTrace {
        let isMatch = resources.matches { $0.matches(request.resource.utf8.span, request) }
        return ElementTrace(
            name: resources.isNegated ? "NotResource" : "Resource",
            isMatch: isMatch,
            wanted: resources.patterns.map(\.text),
            actual: request.resource,
            hint: isMatch ? nil : Hint.resource(resources, request),
            place: resources.place
        )
    }

    private func trace(_ condition: Condition) -> ElementTrace {
        let isMatch = condition.holds(for: request)
        let values = request.value(of: condition.key).values
        return ElementTrace(
            name: "Condition",
            isMatch: isMatch,
            wanted: condition.values,
            actual: values.isEmpty ? nil : values.joined(separator: ", "),
            hint: Hint.condition(condition, isMatch: isMatch, request),
            place: condition.place,
            condition: ConditionTrace(
                operator: condition.operator.text,
                key: condition.key.text,
                source: request.source(of: condition.key)
            )
        )
    }
}
