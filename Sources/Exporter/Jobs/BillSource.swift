// Where a bill's bytes come from: a plain file, or one that gzip or unzip unpacks on the way.

import Bills
import CSV
import Digest
import Platform
import State

extension BillEncoding {
    /// What a file's first bytes say.
    init(firstBytes: some Collection<UInt8>) {
        if firstBytes.starts(with: [0x1F, 0x8B]) {
            self = .gzip
        } else if firstBytes.starts(with: [0x50, 0x4B, 0x03, 0x04]) {
            self = .zip
        } else {
            self = .plain
        }
    }
}

/// A zip that does not hold exactly one file.
struct ZipEntries: Error {
    let count: Int
}

/// The unpacked bytes of a bill in order, from a file that lies on the disk.
final class BillSource {
    private enum Origin {
        case file(OpenFile)
        case program(ChildProcess)
    }

    private let origin: Origin
    private var offset: Int64 = 0
    private var digest: SHA256?
    private var isFinished = false

    /// The unpacked bytes read so far.
    var bytes: Int64 { offset }

    /// Opens a bill.
    ///
    /// - Parameters:
    ///   - path: the file as it is kept.
    ///   - encoding: how it is packed.
    ///   - hashes: whether the unpacked bytes are hashed on the way.
    /// - Throws: a `SystemError`, a `ChildProcess.Failure`, or `ZipEntries`.
    init(path: String, encoding: BillEncoding, hashes: Bool = false) throws {
        let file = try OpenFile(path, .read)
        switch encoding {
        case .plain: origin = .file(file)
        case .gzip: origin = .program(try ChildProcess("gzip", ["-dc"], standardInput: file))
        case .zip:
            try BillSource.checkEntries(path)
            origin = .program(try ChildProcess("unzip", ["-p", path]))
        }
        if hashes { digest = SHA256() }
    }

    /// Reads the next bytes; 0 at the end, when what unpacked them was content.
    func read(into buffer: UnsafeMutableRawBufferPointer) throws -> Int {
        let count =
            switch origin {
            case .file(let file): try file.read(into: buffer, at: offset)
            case .program(let program): try program.read(into: buffer)
            }
        if count == 0, !isFinished {
            isFinished = true
            if case .program(let program) = origin { try program.finish() }
        }
        digest?.update(UnsafeRawBufferPointer(rebasing: buffer[..<count]))
        offset += Int64(count)
        return count
    }

    /// The SHA-256 of what was read, in hex.
    var sha256: String {
        guard let digest else { preconditionFailure("the bill was opened without hashing") }
        return digest.finalize().hex
    }

    /// A zip of AWS's holds one file; with more there would be no saying which is the bill.
    private static func checkEntries(_ path: String) throws {
        let listing = try ChildProcess("unzip", ["-Z1", path])
        var names: [UInt8] = []
        var chunk = [UInt8](repeating: 0, count: 4_096)
        while true {
            let count = try chunk.withUnsafeMutableBytes { try listing.read(into: $0) }
            if count == 0 { break }
            if names.count < 65_536 { names += chunk[..<count] }
        }
        do {
            try listing.finish()
        } catch ChildProcess.Failure.failed(let program, let status, _) {
            // What unzip says begins with the name of our copy.
            throw ChildProcess.Failure.failed(
                program: program,
                status: status,
                words: "it is no whole zip file"
            )
        }
        let entries = names.split(separator: UInt8(ascii: "\n")).count
        guard entries == 1 else { throw ZipEntries(count: entries) }
    }
}

extension BillVersion {
    /// What the import found out.
    package func facts() throws -> BillFacts { try BillFacts(json: bill.facts) }

    /// A CSV reader over the kept original.
    func csv() throws -> CSVReader {
        let source = try BillSource(path: path, encoding: bill.encoding)
        return CSVReader(name: bill.source) { try source.read(into: $0) }
    }
}
