import JSON
import Testing

@testable import World

@Suite("Faults as they are written down")
struct FaultDefinitionTests {
    @Test(arguments: [
        ("delay 500ms", FaultAction.delay(milliseconds: 500)),
        ("delay 3600s", .delay(milliseconds: 3_600_000)),
        ("reset before-body", .lose(.reset, .beforeBody)),
        ("reset mid-body", .lose(.reset, .midBody)),
        ("close after-commit", .lose(.close, .afterCommit)),
        ("cut-response 100", .cutResponse(bodyBytes: 100)),
        ("expire-token", .expireToken),
    ])
    func areSentences(text: String, action: FaultAction) throws {
        #expect(try FaultAction(text) == action)
        #expect(try FaultAction(action.description) == action)
    }

    @Test func knowS3sErrors() throws {
        let slowDown = try #require(FaultError(code: "SlowDown"))
        #expect(slowDown.status == 503)
        #expect(try FaultAction("error SlowDown") == .error(slowDown))
        #expect(try FaultAction("error-in-200 SlowDown") == .errorIn200(slowDown))
        #expect(throws: FaultAction.Unreadable.self) { try FaultAction("error slowdown") }
    }

    /// Which of eight matching requests are struck.
    @Test(arguments: [
        (1, 1, [1]), (2, 1, [2]), (3, 4, [3, 4, 5, 6]), (7, 5, [7, 8]), (1, 0, Array(1...8)),
        (5, 0, [5, 6, 7, 8]), (9, 1, []), (.max, 0, []), (2, .max, [2, 3, 4, 5, 6, 7, 8]),
    ])
    func strikeInARow(nth: Int, times: Int, struck: [Int]) {
        let match = FaultMatch(nth: nth, times: times)
        #expect((1...8).filter(match.strikes) == struck)
    }

    @Test func areKeptByTheWorld() throws {
        let text = """
            {"faults": [{"match": {"operation": "Put*", "bucket": "b", "key": "a/*", "nth": 2, "times": 0},
              "do": "delay 2s"}, {"match": {}, "do": "expire-token"}, {"do": "error NoSuchKey"}]}
            """
        let world = try WorldDefinition.parse(text)
        #expect(world.faults.count == 3)
        #expect(
            world.faults[0].match
                == FaultMatch(operation: "Put*", bucket: "b", key: "a/*", nth: 2, times: 0)
        )
        #expect(try WorldDefinition.parse(world.json(secrets: true)) == world)
    }

    @Test func noErrorIsThereTwice() {
        let codes = FaultVocabulary.errors.map(\.code)
        #expect(codes == codes.sorted() && Set(codes).count == codes.count)
        #expect(Set(FaultVocabulary.operations).count == FaultVocabulary.operations.count)
    }
}
