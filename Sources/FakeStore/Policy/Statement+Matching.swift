// Whether a statement takes effect on a request, and what that depended on.

extension Statement {
    /// Whether action, resource and conditions match; the principal is another question.
    ///
    /// The request's `keyStart` is passed in, because it is the same for all statements.
    @inline(__always)
    func covers(
        _ request: borrowing AccessRequest,
        keyStart: Int,
        _ dependence: inout Dependence
    ) -> Bool {
        let action = request.action.utf8.span
        guard actions.matches({ $0.matches(action) }) else { return false }
        let resource = request.resource.utf8.span
        guard coversResource(resource, request, keyStart: keyStart, &dependence) else {
            return false
        }
        if conditions.isEmpty { return true }
        dependence.insert(.context)
        for condition in conditions where !condition.holds(for: request) { return false }
        return true
    }

    @inline(__always)
    private func coversResource(
        _ resource: Span<UInt8>,
        _ request: borrowing AccessRequest,
        keyStart: Int,
        _ dependence: inout Dependence
    ) -> Bool {
        guard let resources else { return true }
        var isCovered = false
        var isUncertain = false
        for pattern in resources.patterns {
            switch pattern.reach(resource, fixed: keyStart) {
            case .always: return !resources.isNegated
            case .never: continue
            case .some:
                if keyStart < resource.count { isUncertain = true }
                if pattern.hasVariables { dependence.insert(.context) }
                if pattern.matches(resource, request) { isCovered = true }
            }
        }
        if isUncertain { dependence.insert(.key) }
        return isCovered != resources.isNegated
    }

    /// Whether the statement speaks of the caller at all.
    @inline(__always)
    func names(_ principal: PrincipalFacts, hasBoundary: Bool) -> Bool {
        principals == nil || weight(for: principal, hasBoundary: hasBoundary) != nil
    }

    /// What an Allow of this statement is worth to the caller; full where there is no Principal, nil when
    /// the statement does not speak of the caller.
    ///
    /// A NotPrincipal excepts no caller who has a permissions boundary, whatever it lists [documented:
    /// NotPrincipal].
    @inline(__always)
    func weight(
        for principal: PrincipalFacts,
        hasBoundary: Bool,
        in layer: Layer = .resource
    ) -> PrincipalPattern.Weight? {
        guard let principals else { return .full }
        if principals.isNegated {
            let isExcepted =
                !hasBoundary && PrincipalPattern.excepts(principal, by: principals.patterns)
            return isExcepted ? nil : .full
        }
        var strongest: PrincipalPattern.Weight?
        for pattern in principals.patterns {
            guard let weight = pattern.weight(for: principal, in: layer) else { continue }
            if weight == .full { return .full }
            if strongest.map({ $0 < weight }) ?? true { strongest = weight }
        }
        return strongest
    }
}

extension AccessRequest {
    /// Where the object's key begins in the resource's bytes; their number when there is none.
    ///
    /// Other services have no keys; what follows the first slash counts as one all the same.
    var keyStart: Int {
        let bytes = resource.utf8.span
        for index in 0..<bytes.count where bytes[index] == UInt8(ascii: "/") { return index + 1 }
        return bytes.count
    }
}
