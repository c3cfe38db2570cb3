import Platform
import Testing

@testable import FakeStore

@Suite("Faults and snapshots in the library")
struct FaultTests {
    private let reports: FakeStore.Options = {
        var options = FakeStore.Options()
        options.buckets = ["reports"]
        return options
    }()

    @Test func strikeAndAreCounted() async throws {
        try await withStore(.empty, reports) { store in
            let id = try store.faults.add(
                .error("SlowDown"),
                operation: "PutObject",
                key: "a*",
                nth: 2,
                times: 2
            )
            var statuses: [Int] = []
            for key in ["a1", "b", "a2", "a3", "a4"] {
                // A new connection each, because S3 closes those that it asks to slow down.
                let client = try TestClient(port: store.port)
                statuses.append(try client.signed("PUT", "/reports/\(key)", body: [1]).status)
            }
            #expect(statuses == [200, 200, 503, 503, 200])
            let fault = try #require(store.faults.list.first)
            #expect((fault.id, fault.matched, fault.fired) == (id, 4, 2))
            #expect(fault.action == "error SlowDown")
            #expect(
                store.requests().map(\.fault)
                    == [nil, nil, "error SlowDown", "error SlowDown", nil]
            )
            #expect(store.faults.remove(id))
            #expect(!store.faults.remove(id))
        }
    }

    @Test func loseTheAnswerAndKeepTheObject() async throws {
        try await withStore(.empty, reports) { store in
            try store.faults.add(.reset(.afterCommit))
            try store.faults.add(.close(.midBody), nth: 2)
            for _ in 1...2 {
                let client = try TestClient(port: store.port)
                #expect((try? client.signed("PUT", "/reports/a", body: [1, 2])) == nil)
            }
            #expect(store.requests().map(\.status) == [200, 0])
            #expect(try store.object(key: "a", bucket: "reports")?.bytes == [1, 2])
            store.faults.clear()
            #expect(store.faults.list.isEmpty)
        }
    }

    @Test func areRefusedWhenTheyMeanNothing() async throws {
        try await withStore { store in
            let attempts: [(FakeStore.FaultAction, String?, Int, String)] = [
                (.error("SlowDwn"), nil, 1, "did you mean `SlowDown`?"),
                (.error(""), nil, 1, "needs one word"),
                (.delay(milliseconds: -1), nil, 1, "expected a time"),
                (.delay(milliseconds: 3_600_001), nil, 1, "at most an hour"),
                (.cutResponse(bodyBytes: -1), nil, 1, "a number of bytes"),
                (.errorIn200("SlowDown"), nil, 1, "needs an `operation`"),
                (.errorIn200("SlowDown"), "PutObject", 1, "never answers 200"),
                (.expireToken, "PutObjekt", 1, "did you mean `PutObject`?"),
                (.expireToken, nil, 0, "counts from 1"),
            ]
            for (action, operation, nth, words) in attempts {
                do {
                    try store.faults.add(action, operation: operation, nth: nth)
                    Issue.record("taken: \(action)")
                } catch {
                    #expect("\(error)".contains(words), "\(error)")
                }
            }
            #expect(store.faults.list.isEmpty)
        }
    }

    @Test func ofTheWorldComeBackWithAReset() async throws {
        let world = #"{"faults": [{"match": {"times": 0}, "do": "delay 1ms"}], "accounts": []}"#
        try await withStore(.json(world)) { store in
            try store.faults.add(.expireToken)
            #expect(store.faults.list.map(\.action) == ["delay 1ms", "expire-token"])
            store.faults.clear()
            try await store.reset()
            #expect(store.faults.list.map(\.action) == ["delay 1ms"])
        }
    }

    @Test func areALineInTheLog() async throws {
        let lines = Locked<[String]>([])
        var options = reports
        options.logLevel = .refusals
        options.log = { line in lines.withLock { $0.append(line) } }
        try await withStore(.empty, options) { store in
            try store.faults.add(.close(.afterCommit), operation: "PutObject")
            _ = try? TestClient(port: store.port).signed("PUT", "/reports/a", body: [1])
            #expect(
                lines.withLock { $0 } == ["200 PutObject reports/a admin: fault close after-commit"]
            )
        }
    }

    @Test func snapshotsComeBack() async throws {
        try await withStore(.empty, reports) { store in
            let large = [UInt8](repeating: 7, count: 100_000)
            try await store.putObject(large, key: "a", bucket: "reports")
            try await store.makeSnapshot("start")
            try await store.putObject([1], key: "a", bucket: "reports")
            try await store.putObject([2], key: "b", bucket: "reports")
            try await store.restoreSnapshot("start")
            #expect(try store.keys(bucket: "reports") == ["a"])
            #expect(try store.object(key: "a", bucket: "reports")?.bytes == large)
            try await store.removeSnapshot("start")
            try await store.removeSnapshot("start")
            #expect((try? await store.restoreSnapshot("start")) == nil)
            #expect((try? await store.makeSnapshot("no name")) == nil)
        }
    }
}
