// The conditions of reads (RFC 9110 section 13) and of writes (S3's conditional writes).

import HTTP
import Platform
import Store

/// An `If-Match` or `If-None-Match` value: `*` or a list of entity tags.
enum EntityTagCondition: Equatable {
    case any
    case oneOf([String])

    /// Reads `*`, `"a"`, `"a", W/"b"`, and as S3 does also tags without quotes.
    init(_ value: String) {
        if value == "*" {
            self = .any
            return
        }
        self = .oneOf(
            value.split(separator: ",").map { part in
                var tag = part.drop { $0 == " " }
                while tag.last == " " { tag = tag.dropLast() }
                if tag.hasPrefix("W/") { tag = tag.dropFirst(2) }
                if tag.hasPrefix("\""), tag.hasSuffix("\""), tag.count >= 2 {
                    tag = tag.dropFirst().dropLast()
                }
                return String(tag)
            }
        )
    }

    /// Whether an object with this entity tag (without quotes) is meant.
    func matches(_ entityTag: String) -> Bool {
        switch self {
        case .any: true
        case .oneOf(let tags): tags.contains(entityTag)
        }
    }
}

/// The conditions of a GET or HEAD.
struct ReadCondition {
    /// What becomes of the read.
    enum Outcome: Equatable {
        case proceed
        /// 304
        case notModified
        /// 412, naming the header that failed.
        case failed(String)
    }

    var ifMatch: EntityTagCondition?
    var ifNoneMatch: EntityTagCondition?
    var ifModifiedSince: Timestamp?
    var ifUnmodifiedSince: Timestamp?

    /// The conditions in a request's head; dates that are no dates are ignored (RFC 9110 section 13.1.3).
    init(_ headers: HeaderFields, now: Timestamp) {
        ifMatch = headers.first("if-match").map(EntityTagCondition.init)
        ifNoneMatch = headers.first("if-none-match").map(EntityTagCondition.init)
        ifModifiedSince = headers.bytes(of: "if-modified-since").flatMap {
            HTTPDate.parse($0, now: now)
        }
        ifUnmodifiedSince = headers.bytes(of: "if-unmodified-since").flatMap {
            HTTPDate.parse($0, now: now)
        }
    }

    /// Decides in the order of RFC 9110 section 13.2.2, which is also S3's: an entity tag, where sent,
    /// decides alone and its date is not looked at [documented: GetObject, "Consideration 1 and 2"].
    func outcome(entityTag: String, modified: Timestamp) -> Outcome {
        if let ifMatch {
            if !ifMatch.matches(entityTag) { return .failed("If-Match") }
        } else if let ifUnmodifiedSince, modified.seconds > ifUnmodifiedSince.seconds {
            return .failed("If-Unmodified-Since")
        }
        if let ifNoneMatch {
            if ifNoneMatch.matches(entityTag) { return .notModified }
        } else if let ifModifiedSince, modified.seconds <= ifModifiedSince.seconds {
            return .notModified
        }
        return .proceed
    }
}
