// `exporter render`, and what `run` does before it uploads: the bytes of one export's file.

import Bills
import Digest
@preconcurrency import Glibc
import Platform
import Rating
import State

/// Why a file could not be rendered.
package enum RenderError: Error, Equatable, CustomStringConvertible {
    /// Lines of the export are in the bills of these payers.
    case severalPayers(export: String, payers: [String])
    /// The current bill is the plain report, which has no resources and tags.
    case withoutResources(export: String, bill: String)

    package var description: String {
        switch self {
        case .severalPayers(let export, let payers):
            "export \(export): its lines are in the bills of several payers (\(payers.joined(separator: ", "))); "
                + "one file from several bills is not supported yet"
        case .withoutResources(let export, let bill):
            "export \(export): `\(bill)` is the detailed report without resources and tags, and the format "
                + "`dbr-rt` has them: import the report `…-with-resources-and-tags-…`"
        }
    }
}

/// A rendered file in the state's spool folder.
package struct RenderedFile: Equatable, Sendable {
    package let path: String
    package let bytes: Int64
    /// In hex.
    package let sha256: String
    package let lines: Int

    /// Removes the file; at the latest the next start does.
    package func remove() { unlink(path) }
}

/// What was written into a file.
package struct RenderSummary: Equatable, Sendable {
    /// The line items.
    package let lines: Int
    /// The StatementTotal.
    package let total: BigDecimal
}

/// Renders a file into a sink.
///
/// The same bill and set-up give the same bytes, always.
///
/// - Parameters:
///   - file: which file.
///   - sink: takes the bytes in order.
/// - Returns: What was written.
/// - Throws: a `RenderError`, what reading the bill throws, and what the sink throws.
@discardableResult
package func render(
    _ file: DueFile,
    to sink: @escaping (UnsafeRawBufferPointer) throws -> Void
) throws -> RenderSummary {
    let bill: BillVersion
    let facts: BillFacts
    switch file.source {
    case .bill(let version, let found, _): (bill, facts) = (version, found)
    case .unusable(let error): throw error
    }
    if let prices = file.prices {
        let summary = try ResaleBillWriter.write(
            { try bill.csv() },
            file: bill.bill.source,
            facts: facts,
            request: .init(
                config: prices,
                owner: file.export.destination.setup.account,
                columns: file.columns
            ),
            to: sink
        )
        return RenderSummary(
            lines: summary.lines,
            total: summary.bills.reduce(.zero) { $0 + $1.statementTotal }
        )
    }
    let accounts =
        file.export.owner == .reseller ? nil : Set(file.export.accountIDs(of: file.provider))
    let summary = try DetailedBillWriter.write(
        try bill.csv(),
        file: bill.bill.source,
        facts: facts,
        selection: .init(accounts: accounts, columns: file.columns),
        to: sink
    )
    return RenderSummary(lines: summary.lines, total: BigDecimal(summary.total))
}

extension DueFile {
    /// The columns that the file has of those that the bill has.
    var columns: BillSelection {
        let tags: BillSelection.Tags
        switch export.tags {
        case .withData: tags = .withData
        case .all: tags = .all
        case .chosen(let names): tags = .named(Set(names))
        }
        return BillSelection(tags: tags, hasResources: format == .detailedWithResources)
    }
}

/// Renders a file into the state's spool folder, so that its size and hash are known before the first byte
/// leaves and a retry sends the same bytes.
package func renderToSpool(_ file: DueFile, in state: State) throws -> RenderedFile {
    let name = "render-\(getpid())-\(monotonicNanoseconds())"
    let path = state.spoolPath(name)
    let output = try OpenFile(path, .create, permissions: 0o600)
    do {
        var digest = SHA256()
        var offset: Int64 = 0
        let summary = try render(file) { bytes in
            digest.update(bytes)
            try output.write(bytes, at: offset)
            offset += Int64(bytes.count)
        }
        return RenderedFile(
            path: path,
            bytes: offset,
            sha256: digest.finalize().hex,
            lines: summary.lines
        )
    } catch {
        unlink(path)
        throw error
    }
}
