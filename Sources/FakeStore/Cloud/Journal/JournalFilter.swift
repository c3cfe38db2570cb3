// Which requests of the journal somebody wants to see.

import Policy

/// A choice of the journal's entries; what is nil doesn't matter.
package struct JournalFilter: Sendable {
    /// Only entries after this sequence number.
    package var since: UInt64
    /// Names, or patterns with `*` for any characters.
    package var bucket: String?
    package var principal: String?
    package var operation: String?
    /// Only what the policies denied.
    package var isDenied: Bool
    /// At most so many, the oldest first.
    package var limit: Int

    package init(
        since: UInt64 = 0,
        bucket: String? = nil,
        principal: String? = nil,
        operation: String? = nil,
        isDenied: Bool = false,
        limit: Int = .max
    ) {
        self.since = since
        self.bucket = bucket
        self.principal = principal
        self.operation = operation
        self.isDenied = isDenied
        self.limit = limit
    }
}
