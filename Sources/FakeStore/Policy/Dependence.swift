// What a decision depended on, for whoever wants to keep it for the next request.

/// The parts of a request, beside its caller, action and bucket, that had a say in a decision.
///
/// Conservative: a part may be named although it would have made no difference, and is never left out
/// when it could have. So a decision without `key` holds for every key of the same bucket, and one
/// without `context` whatever the context: with the same caller, action and documents.
package struct Dependence: OptionSet, Sendable, Hashable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) { self.rawValue = rawValue }

    /// The object's key: what follows the bucket's name in the resource.
    package static let key = Dependence(rawValue: 1)
    /// A condition was asked, or a variable inserted.
    package static let context = Dependence(rawValue: 2)
}

/// Whether a pattern covers a resource for every key, for none, or only for some.
enum Reach: Sendable {
    case always, never
    /// It depends on the key, so the pattern has to be matched.
    case some
}
