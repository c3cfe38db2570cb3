// A change of the catalog on its way through the commit queue, with the task that waits for it.

import EventLoop
import Platform

/// A change that waits for its commit.
///
/// `@unchecked Sendable` is right because a mutation has one owner at a time: the task that makes it,
/// then whoever commits, then the task again; between them lie the queue's lock and the resumption.
class Mutation: @unchecked Sendable {
    /// Where the waiting task lives; nil when it is not on one of the store's loops.
    var loop: EventLoop?
    var waiter: UnsafeContinuation<Void, Never>?
    /// Why it was not done.
    var failure: (any Error)?

    /// Does what must have happened before the transaction begins, and may be done twice.
    func prepare() throws {}

    /// The content file that must be on the disk before the commit, when `prepare` completed one.
    var contentFile: Int64? { nil }

    /// Changes the catalog, inside a transaction that it shares with others.
    ///
    /// It decides before it writes: what it refuses (a `StoreError`), it refuses before its first
    /// change. Any other error undoes the transaction, and then each mutation of it is called once
    /// more, alone.
    func apply(to catalog: Catalog) throws {}

    /// It is committed: nothing can undo it any more.
    func committed() {}
}

/// A change that is a closure; for everything that is not hot.
final class BlockMutation<Result>: Mutation, @unchecked Sendable {
    private let body: (Catalog) throws -> Result
    private(set) var result: Result?

    init(_ body: @escaping (Catalog) throws -> Result) { self.body = body }

    override func apply(to catalog: Catalog) throws { result = try body(catalog) }
}

/// A change that brings a content along.
class ContentMutation: Mutation, @unchecked Sendable {
    let content: ContentWriter

    init(content: ContentWriter) { self.content = content }

    override func prepare() throws { try content.complete() }

    override var contentFile: Int64? { content.fileID }

    override func committed() { content.keep() }
}

/// Writes an object.
final class PutMutation: ContentMutation, @unchecked Sendable {
    let bucket: Int64
    let key: [UInt8]
    let attributes: ObjectAttributes
    let condition: WriteCondition
    private(set) var record: ObjectRecord?

    init(
        bucket: Int64,
        key: [UInt8],
        attributes: ObjectAttributes,
        content: ContentWriter,
        condition: WriteCondition
    ) {
        self.bucket = bucket
        self.key = key
        self.attributes = attributes
        self.condition = condition
        super.init(content: content)
    }

    override func apply(to catalog: Catalog) throws { record = try catalog.put(self) }
}
