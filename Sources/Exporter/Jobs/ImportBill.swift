// `exporter import`: checks a bill in one pass and keeps it. A broken bill changes nothing; the same bytes again
// are not a new version, however they are packed.

import Bills
import CSV
import Digest
@preconcurrency import Glibc
import Platform
import Rating
import State

/// Why a bill was not imported, when it is not a line's fault.
package enum ImportError: Error, Equatable, CustomStringConvertible {
    /// The provider's bills can't be read yet.
    case unsupported(Provider)
    /// The bill is for another month than was said or its name says.
    case otherCycle(file: String, said: BillingCycle, isOption: Bool, found: BillingCycle)
    /// The cycle is closed.
    case closed(BillingCycle)
    /// Something about the file as a whole.
    case file(String, cause: String)

    package var description: String {
        switch self {
        case .unsupported(let provider):
            "bills of `\(provider.rawValue)` are not supported yet; `aws` is"
        case .otherCycle(let file, let said, let isOption, let found):
            isOption
                ? "`\(file)`: --cycle says \(said), but the bill is for \(found)"
                : "`\(file)`: the file's name says \(said), but the bill is for \(found)"
        case .closed(let cycle): "the cycle \(cycle) is closed"
        case .file(let file, let cause): "`\(file)`: \(cause)"
        }
    }
}

/// What an import did.
package struct ImportResult: Equatable, Sendable {
    package let bill: BillVersion
    package let facts: BillFacts
    /// False when the same bytes were there already.
    package let isNew: Bool
}

/// Imports one bill.
///
/// - Parameters:
///   - path: the file, or `-` for the standard input.
///   - provider: whose bill it is.
///   - cycle: the month it is said to be for; it is found in the bill, so this is only compared.
///   - state: where it is kept.
///   - now: the time of the import.
/// - Returns: The bill as it is kept, and what is in it.
/// - Throws: a `BillError` or `CSVError` with the place of what is wrong, an `ImportError`, a `SystemError`.
package func importBill(
    _ path: String,
    provider: Provider,
    cycle: BillingCycle? = nil,
    into state: State,
    now: Timestamp
) throws -> ImportResult {
    guard provider == .aws else { throw ImportError.unsupported(provider) }
    let name = path == "-" ? "-" : String(path.split(separator: "/").last ?? "-")
    let spooled = state.spoolPath("import-\(getpid())-\(monotonicNanoseconds())")
    let encoding = try spool(path, to: spooled)
    var isKept = false
    defer { if !isKept { unlink(spooled) } }

    let source: BillSource
    let facts: BillFacts
    do {
        source = try BillSource(path: spooled, encoding: encoding, hashes: true)
        let csv = CSVReader(name: path) { [source] in try source.read(into: $0) }
        facts = try DetailedBillReader.read(csv, file: path)
    } catch let failure as ChildProcess.Failure {
        throw ImportError.file(path, cause: "can't be unpacked: \(failure)")
    } catch let zip as ZipEntries {
        throw ImportError.file(
            path,
            cause: "the zip holds \(zip.count) files; a bill's zip holds one"
        )
    }
    if let cycle, cycle != facts.cycle {
        throw ImportError.otherCycle(file: path, said: cycle, isOption: true, found: facts.cycle)
    }
    if cycle == nil, let named = cycleInName(name), named != facts.cycle {
        throw ImportError.otherCycle(file: path, said: named, isOption: false, found: facts.cycle)
    }
    let sha256 = source.sha256
    let current = try state.currentBill(provider: provider, cycle: facts.cycle, payer: facts.payer)
    if let current, current.bill.sha256 == sha256 {
        return ImportResult(bill: current, facts: facts, isNew: false)
    }
    if try state.cycle(facts.cycle)?.state == .closed { throw ImportError.closed(facts.cycle) }
    let draft = BillDraft(
        provider: provider,
        cycle: facts.cycle,
        payer: facts.payer,
        source: name,
        encoding: encoding,
        bytes: source.bytes,
        sha256: sha256,
        lines: Int64(facts.lines),
        total: facts.total,
        isFinal: facts.isFinal,
        facts: facts.json
    )
    let version = try state.add(draft, original: spooled, now: now)
    isKept = true
    return ImportResult(bill: version, facts: facts, isNew: true)
}

/// The month in an AWS file name: `…-2026-10.csv`, `….csv.zip`, `….csv.gz`; a seller's infix comes before it.
func cycleInName(_ name: String) -> BillingCycle? {
    var stem = Substring(name)
    for suffix in [".zip", ".gz"] where stem.hasSuffix(suffix) {
        stem = stem.dropLast(suffix.count)
    }
    guard stem.hasSuffix(".csv") else { return nil }
    return BillingCycle(stem.dropLast(4).suffix(7))
}

/// Copies a file, or the standard input, and says how it is packed.
///
/// The copy is on the disk at the end.
private func spool(_ path: String, to target: String) throws -> BillEncoding {
    let input =
        path == "-" ? 0 : try retrying("open", path: path) { open(path, O_RDONLY | O_CLOEXEC) }
    defer { if input != 0 { close(input) } }
    let output = try OpenFile(target, .create, permissions: 0o600)
    do {
        var buffer = [UInt8](repeating: 0, count: 256 << 10)
        var offset: Int64 = 0
        var encoding = BillEncoding.plain
        // The first bytes may come one by one from a pipe, so they are looked at in the copy.
        while true {
            let count = try buffer.withUnsafeMutableBytes { buffer in
                let count = try retrying("read", path: path) {
                    read(input, buffer.baseAddress, buffer.count)
                }
                try output.write(UnsafeRawBufferPointer(rebasing: buffer[..<count]), at: offset)
                return count
            }
            if count == 0 { break }
            offset += Int64(count)
        }
        let start = try OpenFile(target, .read)
        let head = try buffer.withUnsafeMutableBytes {
            try start.read(into: UnsafeMutableRawBufferPointer(rebasing: $0[..<4]), at: 0)
        }
        encoding = BillEncoding(firstBytes: buffer[..<head])
        try output.synchronize()
        return encoding
    } catch {
        unlink(target)
        throw error
    }
}
