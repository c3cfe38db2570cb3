// One statement of a document, compiled: what it says about principals, actions and resources.

import JSON

/// A compiled statement.
package struct Statement: Sendable {
    /// What a statement does when all its elements match.
    package enum Effect: String, Sendable { case allow = "Allow", deny = "Deny" }

    /// A list of patterns, or everything but what a list of patterns covers.
    package struct Element<Pattern: Sendable>: Sendable {
        /// Whether the policy says NotAction or NotResource.
        package let isNegated: Bool
        package let patterns: [Pattern]
        package let place: Place

        @inline(__always)
        func matches(_ covers: (Pattern) -> Bool) -> Bool {
            for pattern in patterns where covers(pattern) { return !isNegated }
            return isNegated
        }
    }

    /// 1 for the first statement of a document.
    package let number: Int
    package let sid: String?
    package let effect: Effect
    /// Nil in identity policies, which speak of whoever they are attached to.
    package let principals: Element<PrincipalPattern>?
    package let actions: Element<ActionPattern>
    package let resources: Element<ResourcePattern>
    package let place: Place

    /// Whether action and resource match; the principal is another question.
    @inline(__always)
    func covers(action: Span<UInt8>, resource: Span<UInt8>) -> Bool {
        actions.matches { $0.matches(action) } && resources.matches { $0.matches(resource) }
    }

    /// The weight of the strongest entry that names the caller; full where there is no Principal.
    @inline(__always)
    func weight(for principal: PrincipalFacts) -> PrincipalPattern.Weight? {
        guard let principals else { return .full }
        var strongest: PrincipalPattern.Weight?
        for pattern in principals.patterns {
            guard let weight = pattern.weight(for: principal) else { continue }
            if weight == .full { return .full }
            if strongest.map({ $0 < weight }) ?? true { strongest = weight }
        }
        return strongest
    }
}
