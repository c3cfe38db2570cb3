// One statement of a document, compiled: what it says about principals, actions, resources and context.

import JSON

/// A compiled statement.
package struct Statement: Sendable {
    /// What a statement does when all its elements match.
    package enum Effect: String, Sendable { case allow = "Allow", deny = "Deny" }

    /// A list of patterns, or everything but what a list of patterns covers.
    package struct Element<Pattern: Sendable>: Sendable {
        /// Whether the policy says NotPrincipal, NotAction or NotResource.
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
    /// Nil in trust policies, which speak of the role they are attached to.
    package let resources: Element<ResourcePattern>?
    /// All must hold.
    package let conditions: [Condition]
    package let place: Place
}
