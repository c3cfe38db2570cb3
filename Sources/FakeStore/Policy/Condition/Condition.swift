// One line of a Condition: an operator, a key and the values it is compared with. All lines of a
// statement must hold; the values of one are alternatives, or for a negated operator all excluded
// (iam.md section 3).

import JSON

/// A compiled condition on one key.
package struct Condition: Sendable {
    package let `operator`: ConditionOperator
    package let key: ConditionKey
    let test: ConditionTest
    /// The values as written.
    package let values: [String]
    /// The place of the key.
    package let place: Place

    /// Whether the request satisfies the condition.
    func holds(for request: borrowing AccessRequest) -> Bool {
        let value = request.value(of: key)
        if case .null(let wanted) = test { return wanted.contains(value == .absent) }
        switch value {
        case .absent:
            if `operator`.ifExists { return true }
            switch `operator`.quantifier {
            case .all: return true
            case .any: return false
            case nil: return `operator`.base.isNegated
            }
        case .one(let value): return satisfies(value, request)
        case .several(let values):
            switch `operator`.quantifier {
            case .all: return values.allSatisfy { satisfies($0, request) }
            case .any: return values.contains { satisfies($0, request) }
            // Several values ask for a set operator; without one nothing is satisfied
            // [P: cloud-copilot/iam-simulate; not documented].
            case nil: return false
            }
        }
    }

    private func satisfies(_ value: String, _ request: borrowing AccessRequest) -> Bool {
        test.accepts(value, request) != `operator`.base.isNegated
    }
}
