// Comma-separated values (RFC 4180) at the speed of memory: quoted and unquoted fields, doubled quotes, LF and
// CRLF, line ends inside quotes. Nothing is allocated per record or field; a field is a slice of the reader's
// buffer, and its bytes are the file's own. What the columns mean is the caller's part.
//
// Pointers, because a record's fields are handed out one by one while the buffer stays the reader's: they
// are valid until the next call of `next()`, as `CSVRecord` says.

/// Reads the records of one file or stream.
package final class CSVReader {
    /// What a file may be at most.
    ///
    /// Bounds what a broken or hostile one can make us hold.
    package struct Limits: Sendable {
        /// A record's size with its line end.
        package var recordBytes: Int
        /// The fields of a record.
        package var fields: Int
        /// The buffer at the start; it grows when a record does not fit.
        package var bufferBytes: Int

        package init(recordBytes: Int = 4 << 20, fields: Int = 10_000, bufferBytes: Int = 256 << 10)
        {
            self.recordBytes = recordBytes
            self.fields = fields
            self.bufferBytes = bufferBytes
        }
    }

    /// Fills a part of the buffer from its start; returns how many bytes it got, 0 at the end.
    package typealias Source = (UnsafeMutableRawBufferPointer) throws -> Int

    /// The scan looks at eight bytes at once, so it may read so many bytes behind the data; never uses them.
    private static let paddingBytes = 16

    private let name: String
    private let limits: Limits
    private let read: Source
    private var buffer: UnsafeMutableRawBufferPointer
    private var places: UnsafeMutableBufferPointer<CSVField>
    private var fieldCount = 0
    /// Where the current record starts and its content ends, and where the next one starts.
    private var start = 0
    private var contentEnd = 0
    private var following = 0
    private var filled = 0
    private var sourceEnded = false
    /// Line ends in front of the buffer.
    private var linesBefore = 0
    /// The current record's number; the first is 1.
    ///
    /// Empty lines are passed over and not counted.
    package private(set) var recordNumber = 0
    private var recordHasUnquoted = false

    /// A reader over a source of bytes.
    ///
    /// - Parameters:
    ///   - name: the file's name for errors.
    ///   - limits: what the file may be at most.
    ///   - read: gives the file's bytes in order.
    package init(name: String, limits: Limits = Limits(), read: @escaping Source) {
        precondition(limits.recordBytes < 1 << 31, "fields are found by 32-bit numbers")
        self.name = name
        self.limits = limits
        self.read = read
        buffer = .allocate(
            byteCount: max(limits.bufferBytes, 16) + CSVReader.paddingBytes,
            alignment: 16
        )
        buffer.initializeMemory(as: UInt8.self, repeating: 0)
        places = .allocate(capacity: min(64, limits.fields))
    }

    deinit {
        buffer.deallocate()
        places.deallocate()
    }

    /// The current record; valid until the next call of `next()`.
    package var record: CSVRecord {
        CSVRecord(
            buffer: UnsafeRawBufferPointer(rebasing: buffer[..<filled]),
            fields: UnsafeBufferPointer(rebasing: places[..<fieldCount]),
            start: start,
            end: contentEnd,
            isFullyQuoted: !recordHasUnquoted,
            number: recordNumber,
            linesBefore: linesBefore,
            file: name
        )
    }

    /// Moves to the next record; false at the end of the file.
    ///
    /// - Throws: a `CSVError` with its place, or what the source throws.
    package func next() throws -> Bool {
        start = following
        while true {
            switch scan() {
            case .record:
                guard contentEnd > start || fieldCount > 1 else {
                    // An empty line.
                    start = following
                    continue
                }
                recordNumber += 1
                return true
            case .needsMore:
                if try refill() { continue }
                following = start
                return false
            case .problem(let problem, let index):
                throw error(problem, at: index)
            }
        }
    }

    /// Where the next record starts, or at the end the file's end.
    package var position: (line: Int, column: Int) {
        CSV.position(
            of: following,
            in: UnsafeRawBufferPointer(rebasing: buffer[..<filled]),
            linesBefore: linesBefore
        )
    }

    private enum Scan {
        case record
        case needsMore
        case problem(CSVProblem, at: Int)
    }

    /// Finds the fields of the record at `start`.
    ///
    /// Starting over after a refill is cheap: a buffer holds
    /// hundreds of records.
    private func scan() -> Scan {
        let bytes = UnsafeRawPointer(buffer.baseAddress.unsafelyUnwrapped)
        let end = filled
        var index = start
        var fields = 0
        var hasUnquoted = false
        if start == end { return .needsMore }
        while true {
            if fields == places.count {
                guard fields < limits.fields else {
                    return .problem(.tooManyFields(limits.fields), at: index)
                }
                growPlaces()
            }
            // Where the field's content starts and ends, and the index behind it and its closing quote.
            let fieldStart: Int
            let fieldEnd: Int
            var hasEscapes = false
            var isQuoted = false
            if index < end, bytes.load(fromByteOffset: index, as: UInt8.self) == quote {
                isQuoted = true
                fieldStart = index + 1
                var at = fieldStart
                while true {
                    at = firstQuote(bytes, from: at, to: end)
                    if at + 1 >= end {
                        if at < end, sourceEnded { break }
                        if sourceEnded { return .problem(.openQuote, at: index) }
                        return .needsMore
                    }
                    guard bytes.load(fromByteOffset: at + 1, as: UInt8.self) == quote else { break }
                    hasEscapes = true
                    at += 2
                }
                fieldEnd = at
                index = at + 1
            } else {
                fieldStart = index
                index = firstSpecial(bytes, from: index, to: end)
                fieldEnd = index
                hasUnquoted = true
                if index < end, bytes.load(fromByteOffset: index, as: UInt8.self) == quote {
                    return .problem(.quoteInUnquoted, at: index)
                }
            }
            places[fields] = CSVField(
                start: fieldStart,
                end: fieldEnd,
                isQuoted: isQuoted,
                hasEscapes: hasEscapes
            )
            fields += 1
            guard index < end else {
                guard sourceEnded else { return .needsMore }
                return finish(fields, hasUnquoted, content: index, following: index)
            }
            switch bytes.load(fromByteOffset: index, as: UInt8.self) {
            case comma:
                index += 1
            case lineFeed:
                return finish(fields, hasUnquoted, content: index, following: index + 1)
            case carriageReturn:
                guard index + 1 < end else {
                    return sourceEnded ? .problem(.bareCarriageReturn, at: index) : .needsMore
                }
                guard bytes.load(fromByteOffset: index + 1, as: UInt8.self) == lineFeed else {
                    return .problem(.bareCarriageReturn, at: index)
                }
                return finish(fields, hasUnquoted, content: index, following: index + 2)
            default:
                return .problem(.textAfterQuote, at: index)
            }
        }
    }

    private func finish(_ fields: Int, _ hasUnquoted: Bool, content: Int, following: Int) -> Scan {
        guard following - start <= limits.recordBytes else {
            return .problem(.recordTooLong(limits.recordBytes), at: start)
        }
        fieldCount = fields
        recordHasUnquoted = hasUnquoted
        contentEnd = content
        self.following = following
        return .record
    }

    private func growPlaces() {
        let larger = UnsafeMutableBufferPointer<CSVField>.allocate(
            capacity: min(places.count * 2, limits.fields)
        )
        _ = larger.initialize(from: places)
        places.deallocate()
        places = larger
    }

    /// Gets more bytes behind those of the unfinished record; false when there is nothing left to scan.
    private func refill() throws -> Bool {
        let capacity = buffer.count - CSVReader.paddingBytes
        if start > 0 {
            linesBefore += lineFeeds(in: UnsafeRawBufferPointer(rebasing: buffer[..<start]))
            buffer.copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer[start..<filled]))
            filled -= start
            start = 0
            following = 0
        } else if filled == capacity {
            guard capacity < limits.recordBytes else {
                throw error(.recordTooLong(limits.recordBytes), at: start)
            }
            growBuffer(to: min(capacity * 2, limits.recordBytes))
        }
        // A pipe gives small pieces, so read until the buffer is full.
        let isFirst = recordNumber == 0 && linesBefore == 0 && filled == 0
        let before = filled
        while !sourceEnded, filled < buffer.count - CSVReader.paddingBytes {
            let space = buffer[filled..<buffer.count - CSVReader.paddingBytes]
            let count = try read(UnsafeMutableRawBufferPointer(rebasing: space))
            if count == 0 { sourceEnded = true }
            filled += count
        }
        if isFirst, filled >= 3, buffer[0] == 0xEF, buffer[1] == 0xBB, buffer[2] == 0xBF {
            // A byte order mark is no part of the first field.
            start = 3
        }
        return filled > before || start < filled
    }

    private func growBuffer(to capacity: Int) {
        let larger = UnsafeMutableRawBufferPointer.allocate(
            byteCount: capacity + CSVReader.paddingBytes,
            alignment: 16
        )
        larger.initializeMemory(as: UInt8.self, repeating: 0)
        larger.copyMemory(from: UnsafeRawBufferPointer(rebasing: buffer[..<filled]))
        buffer.deallocate()
        buffer = larger
    }

    private func error(_ problem: CSVProblem, at index: Int) -> CSVError {
        let place = CSV.position(
            of: index,
            in: UnsafeRawBufferPointer(rebasing: buffer[..<filled]),
            linesBefore: linesBefore
        )
        return CSVError(
            file: name,
            line: place.line,
            column: place.column,
            record: recordNumber + 1,
            problem: problem
        )
    }
}

/// Where a field lies in the buffer.
@usableFromInline
struct CSVField {
    @usableFromInline let start: UInt32
    @usableFromInline let end: UInt32
    @usableFromInline let isQuoted: Bool
    @usableFromInline let hasEscapes: Bool

    @inline(__always)
    init(start: Int, end: Int, isQuoted: Bool, hasEscapes: Bool) {
        self.start = UInt32(truncatingIfNeeded: start)
        self.end = UInt32(truncatingIfNeeded: end)
        self.isQuoted = isQuoted
        self.hasEscapes = hasEscapes
    }
}
