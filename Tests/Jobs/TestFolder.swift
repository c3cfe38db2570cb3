import Bills
import Glibc
import Platform
import Rating
import State

@testable import Jobs

/// A temporary folder with a state in it, both gone at the end.
final class TestFolder {
    let path: String
    private(set) var state: State

    init() throws {
        path = try Folder.temporary(prefix: "jobs-test-")
        state = try State(folder: "\(path)/state")
    }

    deinit { try? Folder.remove(path) }

    /// Applies a set-up whose text is given.
    @discardableResult
    func apply(_ text: String, isDryRun: Bool = false, prune: Bool = false) throws -> ApplyResult {
        try Jobs.apply(
            Array(text.utf8),
            file: "setup.json",
            to: state,
            now: time(0),
            isDryRun: isDryRun,
            prune: prune
        )
    }

    /// Writes a file into the folder.
    func write(_ bytes: [UInt8], as name: String) throws -> String {
        let file = try OpenFile("\(path)/\(name)", .replace)
        try bytes.withUnsafeBytes { try file.write($0, at: 0) }
        return file.path
    }

    /// Imports a file with this content and name.
    func importBill(
        _ bytes: [UInt8],
        as name: String = sampleName,
        cycle: BillingCycle? = nil
    ) throws -> ImportResult {
        try Jobs.importBill(
            write(bytes, as: name),
            provider: .aws,
            cycle: cycle,
            into: state,
            now: time(1)
        )
    }

    /// The error's text with the folder's name taken out, or nil when there is none.
    func message(_ body: () throws -> Void) -> String? {
        do {
            try body()
            return nil
        } catch {
            return "\(error)".replacing("\(path)/", with: "")
        }
    }
}

func time(_ seconds: Int64) -> Timestamp { Timestamp(seconds: 1_800_000_000 + seconds) }

let sampleName = "123456789012-aws-billing-detailed-line-items-with-resources-and-tags-2026-10.csv"

/// A sample bill of Tests/Bills.
func sample(_ name: String = sampleName) throws -> [UInt8] {
    let tests = #filePath.split(separator: "/").dropLast(2).joined(separator: "/")
    return try OpenFile.contents(of: "/\(tests)/Bills/Samples/\(name)")
}

/// The three linked accounts of the samples as two customers, and the reseller.
let exampleSetup = """
    {"platform": {"aws": {"accessKeyId": {"env": "AK"}, "secretAccessKey": {"file": "secret"}, "region": "us-east-1"},
                  "endpoints": {"s3": "http://127.0.0.1:9000/", "sts": null}},
     "pricebooks": {},
     "reseller": {"name": "Example Reseller", "exports": [
       {"view": "cost", "providers": ["aws"],
        "destination": {"type": "s3", "account": "123456789012", "bucket": "reseller-cost"}}]},
     "customers": [
       {"id": "acme", "name": "Acme", "accounts": [{"provider": "aws", "id": "111122223333"},
          {"provider": "aws", "id": "444455556666"}], "global": [], "charges": [], "credits": [], "pricebook": null,
        "export": {"enabled": true, "view": "cost", "providers": ["aws"], "formats": {"aws": ["dbr-rt"]},
          "tags": "with-data", "destination": {"type": "s3", "account": "111122223333", "bucket": "acme-billing",
            "region": "eu-west-1", "prefix": "", "compression": "none", "replace": "conditional"}}},
       {"id": "tailspin", "accounts": [{"provider": "aws", "id": "777788889999"}],
        "export": {"destination": {"type": "folder", "path": "/tmp/tailspin/"}}}]}
    """
