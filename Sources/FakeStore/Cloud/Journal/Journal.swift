// The request journal: what was asked, by whom, what the policies said and what was answered.
// Memory only, and never more than its bounds.

import Platform
import Policy

/// The last requests, in the order of their answers.
///
/// An entry is turned into bytes by the loop that answered, outside of any lock, and copied into the
/// current segment under one: some ten nanoseconds in which no one else can record. Segments are
/// dropped whole from the old end. Readers take the list of segments under the lock and decode
/// outside of it, so reading never stops recording.
package final class Journal: Sendable {
    /// What the journal holds at most.
    package struct Bounds: Sendable {
        /// At least so many entries are kept, as long as `bytes` allows.
        package var entries: Int
        /// The memory of all records together, besides one segment that is kept for reuse.
        package var bytes: Int

        package init(entries: Int = 100_000, bytes: Int = 128 << 20) {
            self.entries = entries
            self.bytes = bytes
        }
    }

    /// What the answers to one reading are.
    package struct Page: Sendable {
        package var entries: [JournalEntry]
        /// The `since` that continues after these.
        package var next: UInt64
    }

    private struct State {
        var segments: [JournalSegment] = []
        var lastSequence: UInt64 = 0
        var bytes = 0
        /// The segment dropped last, whose memory the next one may take over.
        var spare: JournalSegment?
    }

    package let bounds: Bounds
    private let state = Locked(State())
    /// Told of each entry right after it was recorded; on the loop, so it must not block.
    private let observer: (@Sendable (JournalEntry) -> Void)?

    package init(
        bounds: Bounds = Bounds(),
        observer: (@Sendable (JournalEntry) -> Void)? = nil
    ) {
        self.bounds = bounds
        self.observer = observer
    }

    /// Keeps an entry; its `sequence` is given here.
    package func record(_ entry: borrowing JournalEntry) {
        // From malloc and without closures that capture the entry: those would copy it.
        let memory = UnsafeMutableRawBufferPointer.allocate(
            byteCount: JournalRecord.sizeBound(of: entry),
            alignment: 8
        )
        defer { memory.deallocate() }
        let count = JournalRecord.encode(entry, into: memory)
        let record = UnsafeRawBufferPointer(rebasing: memory[..<count])
        let (grant, authorizations) = (entry.grant, entry.authorizations)
        state.withLock { append(record, grant, authorizations, to: &$0) }
        if let observer { observer(copy entry) }
    }

    private func append(
        _ record: UnsafeRawBufferPointer,
        _ grant: Grant?,
        _ authorizations: [Authorization],
        to state: inout State
    ) {
        // The numbers of the callers follow the record, because the segment gives them.
        let grantCount = grant == nil ? 0 : 1
        let questionCount = min(grantCount + authorizations.count, Int(UInt8.max))
        let size = record.count + questionCount * MemoryLayout<UInt32>.size
        let segment: JournalSegment
        if let last = state.segments.last, last.hasRoom(forBytes: size) {
            segment = last
        } else {
            dropOldest(from: &state, makingRoomFor: max(size, JournalSegment.usualBytes))
            segment = nextSegment(&state, bytes: size)
            state.segments.append(segment)
            state.bytes += segment.capacityBytes
        }
        let memory = segment.append(bytes: size)
        memory.copyMemory(from: record)
        var end = record.count
        func append(_ number: UInt32) {
            memory.storeBytes(of: number, toByteOffset: end, as: UInt32.self)
            end += MemoryLayout<UInt32>.size
        }
        if let grant { append(segment.number(of: grant)) }
        for index in 0..<questionCount - grantCount {
            append(
                segment.number(
                    of: authorizations[index].request.principal,
                    authorizations[index].policies
                )
            )
        }
        state.lastSequence += 1
    }

    /// A segment for the next records: the last dropped one again, unless somebody reads it still.
    ///
    /// New memory would cost a page fault for every six records.
    private func nextSegment(_ state: inout State, bytes: Int) -> JournalSegment {
        let first = state.lastSequence + 1
        if bytes <= JournalSegment.usualBytes, isKnownUniquelyReferenced(&state.spare),
            let spare = state.spare
        {
            state.spare = nil
            spare.reuse(firstSequence: first)
            return spare
        }
        return JournalSegment(firstSequence: first, bytes: bytes)
    }

    private func dropOldest(from state: inout State, makingRoomFor bytes: Int) {
        var entries = state.segments.reduce(0) { $0 + $1.count }
        var dropped = 0
        for segment in state.segments {
            let areEnoughWithoutIt = entries - segment.count >= bounds.entries
            guard areEnoughWithoutIt || state.bytes + bytes > bounds.bytes else { break }
            entries -= segment.count
            state.bytes -= segment.capacityBytes
            dropped += 1
        }
        if dropped > 0 { state.spare = state.segments[dropped - 1] }
        state.segments.removeFirst(dropped)
    }

    /// The entries that the filter lets through, in order.
    package func entries(_ filter: JournalFilter = JournalFilter()) -> Page {
        let match = JournalMatch(filter)
        let (views, last) = snapshot()
        var page = Page(entries: [], next: max(filter.since, last))
        let oldest = last > UInt64(bounds.entries) ? last - UInt64(bounds.entries) : 0
        let after = max(filter.since, oldest)
        for view in views {
            for (index, offset) in view.offsets.enumerated() {
                let sequence = view.firstSequence + UInt64(index)
                if sequence <= after { continue }
                let record = JournalRecord(view.segment.record(at: offset))
                guard match.accepts(record) else { continue }
                if page.entries.count == filter.limit {
                    page.next = page.entries.last?.sequence ?? after
                    return page
                }
                page.entries.append(record.entry(sequence: sequence, authorities: view.authorities))
            }
        }
        return page
    }

    /// How many of the kept entries the filter lets through; its limit doesn't matter.
    package func count(_ filter: JournalFilter = JournalFilter()) -> Int {
        let match = JournalMatch(filter)
        let (views, last) = snapshot()
        let oldest = last > UInt64(bounds.entries) ? last - UInt64(bounds.entries) : 0
        let after = max(filter.since, oldest)
        var count = 0
        for view in views {
            for (index, offset) in view.offsets.enumerated()
            where view.firstSequence + UInt64(index) > after {
                if match.accepts(JournalRecord(view.segment.record(at: offset))) { count += 1 }
            }
        }
        return count
    }

    /// The entry of one request, while it is kept.
    package func entry(_ id: RequestID) -> JournalEntry? {
        for view in snapshot().views.reversed() {
            for (index, offset) in view.offsets.enumerated() {
                let record = JournalRecord(view.segment.record(at: offset))
                guard record.id == id else { continue }
                return record.entry(
                    sequence: view.firstSequence + UInt64(index),
                    authorities: view.authorities
                )
            }
        }
        return nil
    }

    /// The sequence number of the latest entry; 0 before the first.
    package var lastSequence: UInt64 { state.withLock { $0.lastSequence } }

    /// Forgets everything and counts from 1 again.
    package func clear() {
        state.withLock { $0 = State() }
    }

    private func snapshot() -> (views: [JournalSegment.View], last: UInt64) {
        state.withLock { ($0.segments.map(\.view), $0.lastSequence) }
    }
}

/// A filter with its patterns compiled.
private struct JournalMatch {
    let bucket: Glob?
    let principal: Glob?
    let operation: Glob?
    let isDenied: Bool

    init(_ filter: JournalFilter) {
        bucket = filter.bucket.map { Glob($0) }
        principal = filter.principal.map { Glob($0) }
        operation = filter.operation.map { Glob($0) }
        isDenied = filter.isDenied
    }

    func accepts(_ record: JournalRecord) -> Bool {
        if isDenied, !record.isDenied { return false }
        if let operation, !operation.matches(record.operation.utf8.span) { return false }
        if let bucket, !bucket.matches((record.bucket ?? "").utf8.span) { return false }
        if let principal, !principal.matches((record.principal ?? "").utf8.span) { return false }
        return true
    }
}
