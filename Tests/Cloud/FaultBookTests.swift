import Dispatch
import Testing
import World

@testable import Cloud

@Suite("The faults in force")
struct FaultBookTests {
    private func fault(
        _ text: String,
        _ match: FaultMatch = FaultMatch()
    ) throws -> FaultDefinition {
        FaultDefinition(match: match, action: try FaultAction(text))
    }

    @Test func strikeWhatTheyMatch() throws {
        let book = FaultBook()
        #expect(!book.isArmed)
        _ = try book.add(fault("error SlowDown", FaultMatch(bucket: "b*", key: "a/*", times: 0)))
        #expect(book.isArmed)
        #expect(book.strike(operation: "PutObject", bucket: "b1", key: Array("a/x".utf8)) != nil)
        #expect(book.strike(operation: "PutObject", bucket: "c1", key: Array("a/x".utf8)) == nil)
        #expect(book.strike(operation: "PutObject", bucket: "b1", key: Array("b/x".utf8)) == nil)
        // About no key, so no pattern of keys matches.
        #expect(book.strike(operation: "ListObjects", bucket: "b1", key: []) == nil)
        // Keys are bytes, of whatever kind.
        #expect(book.strike(operation: "PutObject", bucket: "b1", key: [0x61, 0x2F, 0xFF]) != nil)
        #expect(book.entries.map(\.matched) == [2])
    }

    @Test func addUpTheirDelaysAndDoTheFirst() throws {
        let book = FaultBook()
        for text in ["delay 1s", "error SlowDown", "delay 500ms", "expire-token"] {
            _ = try book.add(fault(text))
        }
        let strike = try #require(book.strike(operation: "GetObject", bucket: "b", key: [1]))
        #expect(strike.delayMilliseconds == 1_500)
        #expect(strike.action == (try FaultAction("error SlowDown")))
        #expect(strike.words == "delay 1000ms, error SlowDown, delay 500ms")
        #expect(book.entries.map(\.matched) == [1, 1, 1, 1])
        #expect(book.entries.map(\.fired) == [1, 1, 1, 0])
    }

    @Test func strikeExactlyAsManyAmongRequestsAtOnce() throws {
        let book = FaultBook()
        _ = try book.add(fault("error SlowDown", FaultMatch(nth: 10, times: 3)))
        _ = try book.add(fault("delay 1ms", FaultMatch(nth: 60, times: 0)))
        DispatchQueue.concurrentPerform(iterations: 64) { _ in
            _ = book.strike(operation: "PutObject", bucket: "b", key: [1])
        }
        #expect(book.entries.map(\.matched) == [64, 64])
        #expect(book.entries.map(\.fired) == [3, 5])
    }

    @Test func comeBackWithTheWorld() throws {
        let book = FaultBook()
        let ofWorld = [try fault("error SlowDown"), try fault("expire-token")]
        book.restart(with: ofWorld)
        let added = try book.add(fault("delay 1s"))
        #expect(added.id == 3)
        #expect(book.remove(1))
        #expect(!book.remove(1))
        #expect(book.entries.map(\.id) == [2, 3])
        // Another world's faults go before those that were added.
        book.replaceWorlds([try fault("reset mid-body")])
        #expect(book.entries.map(\.id) == [4, 3])
        book.restart(with: ofWorld)
        #expect(book.entries.map(\.id) == [1, 2])
        book.removeAll()
        #expect(!book.isArmed)
        book.restart(with: [])
        #expect(!book.isArmed)
    }

    @Test func haveABound() throws {
        let book = FaultBook()
        for _ in 0..<FaultBook.capacity { _ = try book.add(fault("delay 1ms")) }
        #expect(throws: FaultBook.Full.self) { try book.add(FaultDefinition(action: .expireToken)) }
    }
}
