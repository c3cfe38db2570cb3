// A piece of the journal: a block of memory that records are appended to, and the few live objects
// that they share.

import Policy

/// Records one after the other in one block of memory.
///
/// `@unchecked Sendable` is right because the journal appends only under its lock, and what readers
/// look at outside of it (a `View`) lies before the point that was reached when they held the lock;
/// bytes once written never change.
final class JournalSegment: @unchecked Sendable {
    /// The usual size of a block; a longer record gets a block of its own.
    static let usualBytes = 256 * 1_024

    /// What a reader may look at without the lock.
    struct View: Sendable {
        let segment: JournalSegment
        let firstSequence: UInt64
        let offsets: [UInt32]
        let authorities: [Authority]
    }

    private(set) var firstSequence: UInt64
    private let memory: UnsafeMutableRawBufferPointer
    private var used = 0
    private var offsets: [UInt32] = []
    private var authorities: [Authority] = []

    init(firstSequence: UInt64, bytes: Int) {
        self.firstSequence = firstSequence
        memory = .allocate(byteCount: max(bytes, JournalSegment.usualBytes), alignment: 16)
        offsets.reserveCapacity(512)
    }

    deinit { memory.deallocate() }

    /// Starts anew; only while nobody else holds the segment.
    func reuse(firstSequence: UInt64) {
        self.firstSequence = firstSequence
        used = 0
        offsets.removeAll(keepingCapacity: true)
        authorities.removeAll()
    }

    var count: Int { offsets.count }
    var capacityBytes: Int { memory.count }

    func hasRoom(forBytes count: Int) -> Bool { memory.count - used >= count }

    /// Makes room for a record, which the caller writes before it lets go of the journal's lock.
    func append(bytes: Int) -> UnsafeMutableRawBufferPointer {
        precondition(hasRoom(forBytes: bytes), "no room for a record of \(bytes) bytes")
        offsets.append(UInt32(used))
        defer { used += bytes }
        return UnsafeMutableRawBufferPointer(rebasing: memory[used..<used + bytes])
    }

    /// The number under which this segment knows a caller with its documents.
    ///
    /// A few callers make nearly all requests, so only the latest ones are looked at; a caller that
    /// is not among them is noted again.
    func number(of principal: PrincipalFacts, _ policies: borrowing PolicySet) -> UInt32 {
        var index = authorities.count - 1
        let last = max(0, authorities.count - 8)
        while index >= last {
            if authorities[index].isSame(as: principal, policies) { return UInt32(index) }
            index -= 1
        }
        authorities.append(Authority(principal: principal, policies: copy policies))
        return UInt32(authorities.count - 1)
    }

    /// The number under which this segment knows a grant's caller with its documents.
    func number(of grant: Grant) -> UInt32 {
        var index = authorities.count - 1
        let last = max(0, authorities.count - 8)
        while index >= last {
            if authorities[index].grant === grant { return UInt32(index) }
            index -= 1
        }
        authorities.append(
            Authority(
                principal: grant.request.principal,
                policies: grant.policies,
                grant: grant
            )
        )
        return UInt32(authorities.count - 1)
    }

    var view: View {
        View(
            segment: self,
            firstSequence: firstSequence,
            offsets: offsets,
            authorities: authorities
        )
    }

    /// A copy of the record that begins at `offset`; the first four bytes of a record tell its size.
    func record(at offset: UInt32) -> [UInt8] {
        let start = Int(offset)
        let count = memory.loadUnaligned(fromByteOffset: start, as: UInt32.self)
        return Array(memory[start..<start + Int(count)])
    }
}

/// Who asked, and the documents that had a say: shared by all records of the same caller and bucket.
struct Authority: Sendable {
    let principal: PrincipalFacts
    let policies: PolicySet
    /// The grant that they come from, by which they are known again at once.
    var grant: Grant?

    /// Whether these are the very same objects.
    func isSame(as principal: PrincipalFacts, _ policies: borrowing PolicySet) -> Bool {
        self.principal === principal && self.policies.isSame(as: policies)
    }
}
