// One entry as bytes. Fixed fields come first, then texts, header fields and the questions that were
// put to the policies; last, a number for each question's caller and documents.

import HTTP
import Platform
import Policy

/// A record of the journal, decoded field by field as far as somebody needs it.
struct JournalRecord {
    private let bytes: [UInt8]

    let id: RequestID
    let time: Timestamp
    let bytesIn: Int64
    let bytesOut: Int64
    let microseconds: Int
    let status: Int
    let dialect: JournalEntry.Dialect
    let operation: String
    let bucket: String?
    let principal: String?
    private let flags: UInt8
    private let rest: RecordDecoder

    private enum Flag {
        static let hasBucket: UInt8 = 1
        static let hasKey: UInt8 = 2
        static let hasPrincipal: UInt8 = 4
        static let hasCode: UInt8 = 8
        static let hasFault: UInt8 = 16
        static let isDenied: UInt8 = 32
    }

    /// Size, id, time, two byte counts, duration, status, dialect, flags.
    private static let fixedBytes = 4 + 8 + 8 + 8 + 8 + 4 + 2 + 1 + 1

    // An entry has some twenty references. `borrowing`, and fields instead of whole values in the
    // loops, keep them from being counted up and down again and again: half of a record's time.

    /// What the record of an entry takes at most, without the numbers at its end.
    static func sizeBound(of entry: borrowing JournalEntry) -> Int {
        var sum = fixedBytes + size(entry.operation) + size(entry.method) + size(entry.bucket)
        sum += size(entry.principal) + size(entry.code) + size(entry.fault)
        sum += RecordEncoder.size(ofBytes: entry.key?.count ?? 0)
        sum += RedactedFields.sizeBound(of: entry.headers)
        sum += 1
        if let grant = entry.grant {
            sum += size(grant.request.action) + 2
            // The bucket and the key are counted above; with what stands around them.
            sum += size(entry.bucket) + (entry.key?.count ?? 0) + 32
            sum += size(grant.request.resourceAccount)
        }
        for index in entry.authorizations.indices {
            sum += size(entry.authorizations[index].request.action)
            sum += size(entry.authorizations[index].request.resource)
            sum += size(entry.authorizations[index].request.resourceAccount)
            sum += 2
            for context in entry.authorizations[index].request.context.entries {
                sum += size(context.key) + 1 + 2
                for value in context.values { sum += size(value) }
            }
        }
        return sum
    }

    @inline(__always)
    private static func size(_ text: String) -> Int {
        RecordEncoder.size(ofBytes: text.utf8.count)
    }

    @inline(__always)
    private static func size(_ text: String?) -> Int {
        RecordEncoder.size(ofBytes: text?.utf8.count ?? 0)
    }

    /// Writes an entry.
    ///
    /// - Returns: the number of bytes written.
    static func encode(
        _ entry: borrowing JournalEntry,
        into memory: UnsafeMutableRawBufferPointer
    ) -> Int {
        var encoder = RecordEncoder(memory)
        let grantCount = entry.grant == nil ? 0 : 1
        let authorizationCount = min(entry.authorizations.count, Int(UInt8.max) - grantCount)
        // 1. Fixed fields. The size is known at the end only.
        encoder.append(UInt32(0))
        encoder.append(entry.id.rawValue)
        encoder.append(entry.time.microseconds)
        encoder.append(entry.bytesIn)
        encoder.append(entry.bytesOut)
        encoder.append(UInt32(clamping: entry.microseconds))
        encoder.append(UInt16(clamping: entry.status))
        encoder.append(entry.dialect.rawValue)
        encoder.append(flags(of: entry))
        // 2. Texts.
        encoder.append(entry.operation)
        if let bucket = entry.bucket { encoder.append(bucket) }
        if let principal = entry.principal { encoder.append(principal) }
        encoder.append(entry.method)
        if let key = entry.key { encoder.append(key) }
        if let code = entry.code { encoder.append(code) }
        if let fault = entry.fault { encoder.append(fault) }
        // 3. Header fields.
        RedactedFields.encode(entry.headers, into: &encoder)
        // 4. Questions.
        encoder.append(UInt8(grantCount + authorizationCount))
        if let grant = entry.grant, let bucket = entry.bucket, let key = entry.key {
            encoder.append(grant.request.action)
            encoder.append(joining: "arn:aws:s3:::", bucket, "/", key)
            encoder.append(grant.request.resourceAccount)
            encode([], into: &encoder)
        }
        for index in 0..<authorizationCount {
            encoder.append(entry.authorizations[index].request.action)
            encoder.append(entry.authorizations[index].request.resource)
            encoder.append(entry.authorizations[index].request.resourceAccount)
            encode(entry.authorizations[index].request.context.entries, into: &encoder)
        }
        let questionCount = grantCount + authorizationCount
        let size = encoder.count + questionCount * MemoryLayout<UInt32>.size
        memory.storeBytes(of: UInt32(size), as: UInt32.self)
        return encoder.count
    }

    private static func encode(
        _ entries: [ContextValues.Entry],
        into encoder: inout RecordEncoder
    ) {
        encoder.append(UInt16(clamping: entries.count))
        for context in entries.prefix(Int(UInt16.max)) {
            encoder.append(context.key)
            encoder.append(number(of: context.source))
            encoder.append(UInt16(clamping: context.values.count))
            for value in context.values.prefix(Int(UInt16.max)) { encoder.append(value) }
        }
    }

    private static func flags(of entry: borrowing JournalEntry) -> UInt8 {
        var flags: UInt8 = 0
        if entry.bucket != nil { flags |= Flag.hasBucket }
        if entry.key != nil { flags |= Flag.hasKey }
        if entry.principal != nil { flags |= Flag.hasPrincipal }
        if entry.code != nil { flags |= Flag.hasCode }
        if entry.fault != nil { flags |= Flag.hasFault }
        let last = entry.authorizations.count - 1
        if last >= 0, entry.authorizations[last].decision.verdict != .allow {
            flags |= Flag.isDenied
        }
        return flags
    }

    private static func number(of source: ContextValues.Source) -> UInt8 {
        switch source {
        case .request: 0
        case .world: 1
        case .assumed: 2
        }
    }

    private static func source(numbered number: UInt8) -> ContextValues.Source {
        switch number {
        case 0: .request
        case 1: .world
        default: .assumed
        }
    }

    // MARK: Reading

    /// Reads what filters ask for; the rest waits for `entry`.
    init(_ bytes: [UInt8]) {
        self.bytes = bytes
        var decoder = RecordDecoder(bytes, at: 4)
        id = RequestID(rawValue: decoder.integer())
        time = Timestamp(microseconds: decoder.integer())
        bytesIn = decoder.integer()
        bytesOut = decoder.integer()
        microseconds = Int(decoder.integer(UInt32.self))
        status = Int(decoder.integer(UInt16.self))
        dialect = JournalEntry.Dialect(rawValue: decoder.integer()) ?? .s3
        flags = decoder.integer()
        operation = decoder.text()
        bucket = flags & Flag.hasBucket != 0 ? decoder.text() : nil
        principal = flags & Flag.hasPrincipal != 0 ? decoder.text() : nil
        rest = decoder
    }

    var isDenied: Bool { flags & Flag.isDenied != 0 }

    /// The whole entry, with its decisions made again.
    func entry(sequence: UInt64, authorities: [Authority]) -> JournalEntry {
        var decoder = rest
        let method = decoder.text()
        let key = flags & Flag.hasKey != 0 ? decoder.byteString() : nil
        let code = flags & Flag.hasCode != 0 ? decoder.text() : nil
        let fault = flags & Flag.hasFault != 0 ? decoder.text() : nil
        let headers = RedactedFields.decode(&decoder)
        let questionCount = Int(decoder.integer(UInt8.self))
        var numbers = RecordDecoder(
            bytes,
            at: bytes.count - questionCount * MemoryLayout<UInt32>.size
        )
        var authorizations: [Authorization] = []
        for _ in 0..<questionCount {
            let authority = authorities[Int(numbers.integer(UInt32.self))]
            let request = JournalRecord.question(&decoder, from: authority.principal)
            authorizations.append(
                Authorization(
                    request: request,
                    policies: authority.policies,
                    decision: evaluate(request, authority.policies)
                )
            )
        }
        var entry = JournalEntry(
            id: id,
            time: time,
            dialect: dialect,
            operation: operation,
            method: method,
            bucket: bucket,
            key: key,
            principal: principal,
            authorizations: authorizations,
            status: status,
            code: code,
            bytesIn: bytesIn,
            bytesOut: bytesOut,
            microseconds: microseconds,
            headers: headers,
            fault: fault
        )
        entry.sequence = sequence
        return entry
    }

    private static func question(
        _ decoder: inout RecordDecoder,
        from principal: PrincipalFacts
    ) -> AccessRequest {
        let action = decoder.text()
        let resource = decoder.text()
        let account = decoder.text()
        var context = ContextValues()
        for _ in 0..<decoder.integer(UInt16.self) {
            let key = decoder.text()
            let source = source(numbered: decoder.integer())
            var values: [String] = []
            for _ in 0..<decoder.integer(UInt16.self) { values.append(decoder.text()) }
            context.set(key, to: values, source: source)
        }
        return AccessRequest(
            action: action,
            resource: resource,
            principal: principal,
            resourceAccount: account,
            context: context
        )
    }
}
