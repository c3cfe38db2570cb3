import State
import Testing

@testable import Jobs

@Test func applyingTwiceChangesNothingTheSecondTime() throws {
    let test = try TestFolder()
    let first = try test.apply(exampleSetup)
    #expect(
        first.changes.map { "\($0.subject): \($0.change)" } == [
            "platform: accessKeyId: variable AK, was none",
            "platform: secretAccessKey: file \(SetupReader.folder(of: "setup.json"))/secret, was none",
            "platform: region: us-east-1, was none",
            "platform: endpoints.s3: http://127.0.0.1:9000, was none",
            "reseller: name: Example Reseller, was none",
            "export reseller/cost: added: cost to s3://reseller-cost/ (us-east-1, account 123456789012)",
            "customer acme: added: Acme",
            "customer acme: account aws 111122223333 added",
            "customer acme: account aws 444455556666 added",
            "export customer/acme: added: cost to s3://acme-billing/ (eu-west-1, account 111122223333)",
            "customer tailspin: added: tailspin",
            "customer tailspin: account aws 777788889999 added",
            "export customer/tailspin: added: cost to file:///tmp/tailspin/ (account 777788889999)",
        ]
    )
    #expect(
        first.warnings == [
            "export reseller/cost writes `.csv`: AWS's own report in that bucket would be the same key with `.zip`",
            "export customer/acme writes `.csv`: AWS's own report in that bucket would be the same key with `.zip`",
        ]
    )
    let history = try test.state.history()
    #expect(history.count == first.changes.count)

    let second = try test.apply(exampleSetup)
    #expect(second == ApplyResult(changes: [], kept: [], warnings: []))
    #expect(try test.state.history() == history)
}

@Test func aDryRunChangesNothing() throws {
    let test = try TestFolder()
    let dry = try test.apply(exampleSetup, isDryRun: true)
    #expect(try test.state.setup() == Setup())
    #expect(try test.state.history() == [])
    #expect(try test.apply(exampleSetup) == dry)
}

@Test func saysWhatChanged() throws {
    let test = try TestFolder()
    try test.apply(exampleSetup)
    let changed =
        exampleSetup
        .replacing("\"name\": \"Acme\"", with: "\"name\": \"Acme Ltd\"")
        .replacing("\"tags\": \"with-data\"", with: "\"tags\": \"all\"")
        .replacing("\"prefix\": \"\"", with: "\"prefix\": \"billing/\"")
        .replacing(
            "{\"provider\": \"aws\", \"id\": \"444455556666\"}",
            with: "{\"provider\": \"aws\", \"id\": \"222233334444\"}"
        )
    #expect(
        try test.apply(changed).changes.map { "\($0.subject): \($0.change)" } == [
            "customer acme: name: Acme Ltd, was Acme",
            "customer acme: account aws 222233334444 added",
            "customer acme: account aws 444455556666 removed",
            "export customer/acme: tags: all, was with-data",
            "export customer/acme: destination: s3://acme-billing/billing/ (eu-west-1, account 111122223333), "
                + "was s3://acme-billing/ (eu-west-1, account 111122223333)",
        ]
    )
    #expect(try test.state.setup().customers[0].name == "Acme Ltd")
}

@Test func whatTheFileDoesNotNameStaysUnlessPruned() throws {
    let test = try TestFolder()
    try test.apply(exampleSetup)
    let onlyAcme = """
        {"customers": [{"id": "acme", "name": "Acme", "accounts": [{"provider": "aws", "id": "111122223333"}]}]}
        """
    let kept = try test.apply(onlyAcme)
    #expect(kept.kept == ["tailspin"])
    #expect(try test.state.setup().customers.map(\.id) == ["acme", "tailspin"])
    #expect(try test.state.setup().reseller != nil)

    // What stays still counts.
    let claims = """
        {"customers": [{"id": "other", "accounts": [{"provider": "aws", "id": "777788889999"}]}]}
        """
    #expect(
        test.message { try test.apply(claims) }
            == "setup.json:1:71: customers: account `777788889999` belongs to customer `tailspin` already "
            + "(in the state, not in this file; --prune removes it)"
    )
    let sameKey = """
        {"customers": [{"id": "other", "export": {"destination": {"type": "folder", "path": "/tmp/tailspin",
          "account": "777788889999"}}}]}
        """
    #expect(
        test.message { try test.apply(sameKey) }?.hasSuffix(
            "(in the state, not in this file; --prune removes it)"
        ) == true
    )

    let pruned = try test.apply(onlyAcme, prune: true)
    #expect(
        pruned.changes.map { "\($0.subject): \($0.change)" } == [
            "reseller: name: none, was Example Reseller", "export reseller/cost: removed",
            "customer tailspin: removed",
        ]
    )
    #expect(try test.state.setup().customers.map(\.id) == ["acme"])
    #expect(try test.apply(claims, prune: true).changes.count == 3)
}

@Test func aBrokenSetupChangesNothing() throws {
    let test = try TestFolder()
    try test.apply(exampleSetup)
    let before = try test.state.setup()
    let broken = exampleSetup.replacing("\"view\": \"cost\"", with: "\"view\": \"costs\"")
    #expect(throws: (any Error).self) { try test.apply(broken, prune: true) }
    #expect(try test.state.setup() == before)
}

@Test func pathsAreRelativeToTheFile() throws {
    let test = try TestFolder()
    let text = """
        {"platform": {"aws": {"accessKeyId": {"env": "AK"}, "secretAccessKey": {"file": "keys/secret"}}},
         "customers": [
          {"id": "a", "accounts": [{"provider": "aws", "id": "111111111111"}],
           "export": {"destination": {"type": "folder", "path": "./out/a/"}}},
          {"id": "b", "accounts": [{"provider": "aws", "id": "222222222222"}],
           "export": {"destination": {"type": "folder", "path": "/out/b"}}}]}
        """
    _ = try apply(Array(text.utf8), file: "\(test.path)/setup.json", to: test.state, now: time(0))
    let setup = try test.state.setup()
    #expect(setup.platform.secretAccessKey == .file("\(test.path)/keys/secret"))
    #expect(
        setup.customers.compactMap { $0.export?.destination.url(key: "k") } == [
            "file://\(test.path)/out/a/k", "file:///out/b/k",
        ]
    )
    // One folder in two spellings is one place.
    let clash = """
        {"customers": [{"id": "c", "export": {"destination": {"type": "folder", "path": "\(test.path)/out/a",
          "account": "111111111111"}}}]}
        """
    #expect(throws: (any Error).self) {
        try apply(Array(clash.utf8), file: "\(test.path)/setup.json", to: test.state, now: time(1))
    }
}
