import Glibc
import Platform
import Rating
import SQLite
import State
import Testing

@Test func keepsAWholeSetup() throws {
    let test = try TestState()
    #expect(try test.state.setup() == Setup())
    try test.state.store(exampleSetup, changes: [], now: time(0))
    #expect(try test.state.setup() == exampleSetup)
    try test.reopen()
    #expect(try test.state.setup() == exampleSetup)
    #expect(
        try test.state.exports().map(\.id) == ["reseller/cost", "customer/zeta", "customer/acme"]
    )
    #expect(
        try test.state.exports().map(\.owner) == [.reseller, .customer("zeta"), .customer("acme")]
    )

    try test.state.store(Setup(), changes: [], now: time(1))
    #expect(try test.state.setup() == Setup())
}

@Test func aSetupIsStoredWhollyOrNotAtAll() throws {
    let test = try TestState()
    try test.state.store(exampleSetup, changes: [], now: time(0))
    var broken = exampleSetup
    broken.customers[1].accounts.append(AccountSetup(provider: .aws, id: "333333333333"))
    #expect(throws: SQLiteError.self) { try test.state.store(broken, changes: [], now: time(1)) }
    #expect(try test.state.setup() == exampleSetup)
}

@Test func aSecondProcessIsRefusedInWords() throws {
    let test = try TestState()
    do {
        _ = try State(folder: test.state.folder)
        Issue.record("opened twice")
    } catch let error as FolderLock.Held {
        #expect(
            "\(error)"
                == "`\(test.state.folder)` is in use by another process (process \(getpid()))"
        )
    }
}

@Test func aNewerStateIsRefusedInWords() throws {
    let folder = try Folder.temporary(prefix: "state-test-")
    defer { try? Folder.remove(folder) }
    let newer = try Database("\(folder)/state.sqlite")
    try newer.execute("PRAGMA user_version = 99")
    #expect(throws: SchemaTooNew.self) { try State(folder: folder) }
}

@Test func aDestinationKeepsItsModeWhileItIsTheSame() throws {
    let test = try TestState()
    let state = test.state
    try state.store(exampleSetup, changes: [], now: time(0))
    func acme() throws -> DestinationRecord {
        try #require(try state.exports().first { $0.id == "customer/acme" }).destination
    }
    #expect(try acme().mode == .unknown)
    #expect(try acme().verification == nil)
    let passed = Verification(time: time(2), passed: true, stages: "[1]")
    try state.record(passed, mode: .createOnly, for: acme().id)
    #expect(try acme().mode == .createOnly)
    #expect(try acme().verification == passed)
    // A Verify that failed is remembered, and the mode stays.
    let failed = Verification(time: time(3), passed: false, stages: "[2]")
    try state.record(failed, mode: .unknown, for: acme().id)
    #expect(try acme().mode == .createOnly)
    #expect(try acme().verification == failed)
    // Something else changes.
    var setup = exampleSetup
    setup.customers[1].name = "Acme"
    try state.store(setup, changes: [], now: time(4))
    #expect(try acme().mode == .createOnly)
    // Another place is unknown.
    setup.customers[1].export?.destination.prefix = "billing/"
    try state.store(setup, changes: [], now: time(5))
    #expect(try acme().mode == .unknown)
    #expect(try acme().verification == nil)
    // And back.
    try state.store(exampleSetup, changes: [], now: time(6))
    #expect(try acme().mode == .createOnly)
}

@Test func keepsEachVersionOfABill() throws {
    let test = try TestState()
    let first = try test.addBill(sha256: "aa", isFinal: false)
    #expect(first.version == 1)
    #expect(try OpenFile.contents(of: first.path) == Array("bill aa".utf8))
    #expect(!fileExists(test.state.spoolPath("original")))
    let second = try test.addBill(sha256: "bb")
    let other = try test.addBill("888888888888", sha256: "aa")
    #expect(second.version == 2)
    #expect(other.version == 1)
    try test.reopen()
    #expect(try test.state.currentBills() == [other, second])
    #expect(try test.state.currentBills(cycle: cycle("2026-09")) == [])
    #expect(try test.state.currentBills(cycle: cycle(), provider: .aws) == [other, second])
    #expect(
        try test.state.currentBill(provider: .aws, cycle: cycle(), payer: "999999999999") == second
    )
    #expect(try test.state.billVersion(first.id) == first)
    #expect(try OpenFile.contents(of: first.path) == Array("bill aa".utf8))
    let record = try #require(try test.state.cycle(cycle()))
    #expect(record.state == .open)
    #expect(record.opened == time(1))
    #expect(
        try test.state.history().map { "\($0.subject): \($0.change)" } == [
            "bill aws 2026-10 888888888888: imported version 1 from `bill.csv`",
            "bill aws 2026-10 999999999999: imported version 2 from `bill.csv`",
            "bill aws 2026-10 999999999999: imported version 1 from `bill.csv`",
        ]
    )
}

@Test func sweepsWhatAKilledProcessLeft() throws {
    let test = try TestState()
    let bill = try test.addBill()
    let leftovers = ["spool/render-1", "spool/import-1", "bills/9-aws-2026-10-v1.csv"].map {
        "\(test.state.folder)/\($0)"
    }
    for path in leftovers { _ = try OpenFile(path, .create) }
    try test.reopen()
    #expect(leftovers.filter(fileExists) == [])
    #expect(fileExists(bill.path))
}

private func plan(
    _ bill: BillVersion,
    sha256: String = "f1",
    recipe: String = "r1"
) throws -> DeliveryPlan {
    DeliveryPlan(
        export: "customer/acme",
        view: .cost,
        provider: .aws,
        format: .detailedWithResources,
        cycle: try cycle(),
        billVersion: bill.id,
        destination: 1,
        key: "k.csv",
        url: "s3://acme-billing/k.csv",
        recipe: recipe,
        bytes: 100,
        sha256: sha256
    )
}

@Test func aDeliveryGoesThroughItsStates() throws {
    let test = try TestState()
    try test.state.store(exampleSetup, changes: [], now: time(0))
    let bill = try test.addBill()

    let planned = try test.state.plan(plan(bill), now: time(2))
    #expect(planned.state == .planned)
    #expect(planned.attempts == 0)
    #expect(try planned.plan == plan(bill))
    let uploading = try test.state.beginUpload(planned.id, now: time(3))
    #expect(uploading.state == .uploading)
    #expect(uploading.attempts == 1)
    #expect(uploading.started == time(3))
    #expect(try test.state.writtenFile("s3://acme-billing/k.csv") == nil)

    // A killed process leaves it as it is; the same content goes on in the same row.
    try test.reopen()
    let current = try test.state.currentDelivery(
        export: "customer/acme",
        provider: .aws,
        format: .detailedWithResources,
        cycle: cycle()
    )
    #expect(current == uploading)
    #expect(try test.state.plan(plan(bill, recipe: "r2"), now: time(4)).id == planned.id)
    _ = try test.state.beginUpload(planned.id, now: time(5))
    let failed = try test.state.record(.failed(reason: "no route"), for: planned.id, now: time(6))
    #expect(failed.state == .failed)
    #expect(failed.reason == "no route")
    #expect(failed.attempts == 2)
    #expect(failed.finished == time(6))

    _ = try test.state.beginUpload(planned.id, now: time(7))
    let delivered = try test.state.record(.delivered(etag: "e1"), for: planned.id, now: time(8))
    #expect(delivered.state == .delivered)
    #expect(delivered.reason == nil)
    #expect(delivered.etag == "e1")
    let written = try #require(try test.state.writtenFile("s3://acme-billing/k.csv"))
    #expect(written.delivery == planned.id)
    #expect(written.sha256 == "f1")
    #expect(written.etag == "e1")
    #expect(written.time == time(8))

    // Other bytes are another delivery; until it is confirmed the old file is the one that is ours.
    let second = try test.state.plan(plan(bill, sha256: "f2"), now: time(9))
    #expect(second.id != planned.id)
    _ = try test.state.beginUpload(second.id, now: time(10))
    for (outcome, state) in [
        (DeliveryOutcome.refused(reason: "403"), DeliveryState.refused),
        (.collided(reason: "412"), .collided),
        (.unconfirmed(reason: "lost"), .unconfirmed),
    ] {
        #expect(try test.state.record(outcome, for: second.id, now: time(11)).state == state)
        #expect(try test.state.writtenFile("s3://acme-billing/k.csv") == written)
    }
    _ = try test.state.record(.delivered(etag: nil), for: second.id, now: time(12))
    #expect(try test.state.writtenFile("s3://acme-billing/k.csv")?.sha256 == "f2")
    // After a success the same bytes again would be a new decision.
    #expect(try test.state.plan(plan(bill, sha256: "f2"), now: time(13)).id != second.id)
    #expect(try test.state.allDeliveries().count == 3)
    #expect(try test.state.currentDeliveries().count == 1)
    #expect(try test.state.currentDeliveries(cycle: cycle("2026-11")) == [])
}
