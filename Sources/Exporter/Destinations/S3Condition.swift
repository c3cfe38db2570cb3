// The condition that a write to S3 is made under.

import Transfer

/// When a write may be carried out.
enum S3Condition: Equatable, Sendable {
    /// Nothing is there under this key.
    case absent
    /// What is there has this ETag (without quotes). Needs s3:GetObject as well [reported].
    case matching(String)
    /// Always: the set-up's `replace: own`, for a file that our own record says we wrote.
    case none

    var headers: [(name: String, value: String)] {
        switch self {
        case .absent: [("If-None-Match", "*")]
        case .matching(let tag): [("If-Match", "\"\(tag)\"")]
        case .none: []
        }
    }

    /// What a 412 means.
    var mismatch: WriteOutcome {
        switch self {
        case .absent, .none: .occupied
        case .matching: .changed
        }
    }

    /// How a write whose answer was lost may be repeated: without a condition it does not matter which of
    /// two equal writes got through.
    var safety: RepeatSafety { self == .none ? .repeatable : .onceMore }
}
