import Glibc
import Platform
import Rating
import State

/// A state in a temporary folder that goes with it.
final class TestState {
    let folder: String
    /// Released and opened again by `reopen()`.
    private(set) var state: State

    init() throws {
        folder = try Folder.temporary(prefix: "state-test-")
        state = try State(folder: "\(folder)/state")
    }

    deinit { try? Folder.remove(folder) }

    /// As a new process would open it.
    ///
    /// SQLite's connection and the lock go with the old one.
    func reopen() throws {
        let path = state.folder
        state = try State(folder: "\(folder)/other")
        // A program that another test starts at this moment holds a copy of the lock until its exec.
        for _ in 0..<100_000 {
            do {
                state = try State(folder: path)
                return
            } catch is FolderLock.Held {
                sched_yield()
            }
        }
        state = try State(folder: path)
    }

    /// Keeps a bill with this content.
    func addBill(
        _ payer: String = "999999999999",
        sha256: String = "aa",
        isFinal: Bool = true
    ) throws -> BillVersion {
        let original = state.spoolPath("original")
        let file = try OpenFile(original, .create)
        try Array("bill \(sha256)".utf8).withUnsafeBytes { try file.write($0, at: 0) }
        return try state.add(
            draft(payer, sha256: sha256, isFinal: isFinal),
            original: original,
            now: time(1)
        )
    }
}

func time(_ seconds: Int64) -> Timestamp { Timestamp(seconds: 1_800_000_000 + seconds) }

func cycle(_ text: String = "2026-10") throws -> BillingCycle {
    guard let cycle = BillingCycle(text) else { throw AmountError.notDecimal }
    return cycle
}

func draft(_ payer: String, sha256: String, isFinal: Bool) throws -> BillDraft {
    BillDraft(
        provider: .aws,
        cycle: try cycle(),
        payer: payer,
        source: "bill.csv",
        encoding: .plain,
        bytes: 7,
        sha256: sha256,
        lines: 5,
        total: try Amount("12.82"),
        isFinal: isFinal,
        facts: "{}"
    )
}

func destination(_ bucket: String = "acme-billing", prefix: String = "") -> DestinationSetup {
    DestinationSetup(
        storage: .s3(bucket: bucket, region: "eu-west-1"),
        account: "111111111111",
        prefix: prefix
    )
}

/// A set-up with everything in it.
let exampleSetup = Setup(
    platform: PlatformSetup(
        accessKeyID: .environment("AK"),
        secretAccessKey: .file("/run/secret:1"),
        sessionToken: .profile("p"),
        region: "us-east-1",
        s3Endpoint: "http://127.0.0.1:9000",
        stsEndpoint: "http://127.0.0.1:9001",
        gcsEndpoint: "http://127.0.0.1:9002"
    ),
    reseller: ResellerSetup(
        name: "Reseller",
        exports: [ExportSetup(destination: destination("reseller-cost"))]
    ),
    customers: [
        CustomerSetup(
            id: "zeta",
            name: "Zeta",
            accounts: [AccountSetup(provider: .aws, id: "333333333333")],
            export: ExportSetup(
                isEnabled: false,
                tags: .all,
                destination: DestinationSetup(
                    storage: .folder(path: "/tmp/out"),
                    account: "333333333333",
                    prefix: "a/"
                )
            )
        ),
        CustomerSetup(
            id: "acme",
            name: "Acme \"Ltd\"",
            accounts: [
                AccountSetup(provider: .aws, id: "222222222222"),
                AccountSetup(provider: .aws, id: "111111111111"),
            ],
            export: ExportSetup(destination: destination())
        ),
        CustomerSetup(id: "empty", name: "Without anything"),
    ]
)
