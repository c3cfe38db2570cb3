import HTTP
import Testing

@Suite struct RequestHeadParserTests {
    /// The outcome of giving a parser more and more of the text: every byte, or all at once.
    private func parse(
        _ text: String,
        step: Int,
        limits: HTTPLimits = HTTPLimits()
    ) -> Result<RequestHead?, HeadError> {
        let bytes = Array(text.utf8)
        var parser = RequestHeadParser(limits: limits)
        var end = 0
        do throws(HeadError) {
            while end < bytes.count {
                end = min(end + step, bytes.count)
                let given = bytes[..<end]
                if let head = try parser.parse(given.span) { return .success(head) }
            }
            return .success(nil)
        } catch {
            return .failure(error)
        }
    }

    @Test(arguments: AcceptedHead.all) func acceptsWholeOrCutAnywhere(
        _ example: AcceptedHead
    ) throws {
        for step in [Int.max / 2, 1, 2, 3, 7] {
            let head = try #require(try parse(example.text, step: step).get())
            #expect(head.method == example.method)
            #expect(String(decoding: head.rawPath, as: UTF8.self) == example.path)
            #expect(head.rawQuery.map { String(decoding: $0, as: UTF8.self) } == example.query)
            #expect(String(decoding: head.authority, as: UTF8.self) == example.authority)
            #expect(head.framing == example.framing)
            #expect(head.keepsAlive == example.keepsAlive)
            #expect(head.expectsContinue == example.expectsContinue)
            #expect(head.headers.map { "\($0.nameText): \($0.valueText)" } == example.fields)
            #expect(head.byteCount == example.text.utf8.count)
        }
    }

    @Test(arguments: RefusedHead.all) func refusesWholeOrCutAnywhere(_ example: RefusedHead) {
        let steps =
            example.text.utf8.count > 1_000 ? [Int.max / 2, 97] : [Int.max / 2, 1, 2, 3, 7]
        for step in steps {
            switch parse(example.text, step: step) {
            case .failure(let error): #expect(error == example.error)
            case .success(let head):
                Issue.record("accepted, or not decided: \(String(describing: head))")
            }
        }
    }

    @Test(arguments: AcceptedHead.all) func asksForMoreWhateverIsMissing(
        _ example: AcceptedHead
    ) throws {
        let bytes = Array(example.text.utf8)
        for end in 0..<bytes.count {
            var parser = RequestHeadParser()
            let given = bytes[..<end]
            let head = try parser.parse(given.span)
            #expect(head == nil)
        }
    }

    @Test func everyErrorHasAnExampleAndASentence() {
        let shown = Set(RefusedHead.all.map(\.error))
        for error in HeadError.allCases where error != .tooSlow && error != .tooManyConnections {
            #expect(shown.contains(error), "\(error) has no example")
            #expect((400...505).contains(error.status))
            #expect(!error.message.isEmpty)
        }
    }

    @Test func readsPipelinedHeadsOneAfterTheOther() throws {
        let bytes = Array(
            (lines("GET /1 HTTP/1.1", "Host: a") + lines("GET /2 HTTP/1.1", "Host: b", "x: y")).utf8
        )
        var parser = RequestHeadParser()
        let whole = try parser.parse(bytes.span)
        let first = try #require(whole)
        #expect(String(decoding: first.target, as: UTF8.self) == "/1")
        let rest = bytes[first.byteCount...]
        let next = try parser.parse(rest.span)
        let second = try #require(next)
        #expect(String(decoding: second.target, as: UTF8.self) == "/2")
        #expect(second.headers.count == 2)
        #expect(String(decoding: second.host, as: UTF8.self) == "b")
    }

    @Test(arguments: [
        ("a:80", "a"), ("[::1]:80", "[::1]"), ("[::1]", "[::1]"), ("b.localhost", "b.localhost"),
        ("a:", "a"),
    ])
    func splitsThePortOff(authority: String, host: String) throws {
        let head = try RequestHead(parsing: lines("GET / HTTP/1.1", "Host: \(authority)"))
        #expect(String(decoding: head.host, as: UTF8.self) == host)
    }

    // MARK: Both sides of every bound

    @Test func targetBound() {
        var limits = HTTPLimits()
        limits.targetBytes = 20
        let fits = "/" + String(repeating: "a", count: 19)
        #expect(throws: Never.self) {
            try parse(lines("GET \(fits) HTTP/1.1", "Host: a"), step: 1, limits: limits).get()
        }
        #expect(throws: HeadError.targetTooLong) {
            try parse(lines("GET \(fits)a HTTP/1.1", "Host: a"), step: 1, limits: limits).get()
        }
    }

    @Test func lineBound() {
        var limits = HTTPLimits()
        limits.lineBytes = 20
        #expect(throws: Never.self) {
            try parse(
                lines("GET / HTTP/1.1", "Host: a", "x:" + String(repeating: "y", count: 18)),
                step: 1,
                limits: limits
            ).get()
        }
        #expect(throws: HeadError.lineTooLong) {
            try parse(
                lines("GET / HTTP/1.1", "Host: a", "x:" + String(repeating: "y", count: 19)),
                step: 1,
                limits: limits
            ).get()
        }
    }

    @Test func fieldCountBound() {
        var limits = HTTPLimits()
        limits.headerCount = 2
        #expect(throws: Never.self) {
            try parse(lines("GET / HTTP/1.1", "Host: a", "x: y"), step: 1, limits: limits).get()
        }
        #expect(throws: HeadError.tooManyFields) {
            try parse(lines("GET / HTTP/1.1", "Host: a", "x: y", "x: z"), step: 1, limits: limits)
                .get()
        }
    }

    @Test(arguments: [1, Int.max / 2]) func headBound(step: Int) {
        let text = lines("GET / HTTP/1.1", "Host: a", "x: y")
        var limits = HTTPLimits()
        limits.headBytes = text.utf8.count
        #expect(throws: Never.self) { try parse(text, step: step, limits: limits).get() }
        limits.headBytes -= 1
        #expect(throws: HeadError.headTooLarge) {
            try parse(text, step: step, limits: limits).get()
        }
    }
}

@Suite struct HeaderFieldsTests {
    private let fields: HeaderFields = [
        "Host": "a", "X-Meta": "1", "x-meta": "2", "TE": "trailers , x;q=1",
    ]

    @Test func findsNamesInAnyCase() {
        #expect(fields.first("x-meta") == "1")
        #expect(fields.first(named: "X-META") == "1")
        #expect(fields.values(of: "x-meta") == ["1", "2"])
        #expect(fields.bytes(of: "host").map(Array.init) == Array("a".utf8))
        #expect(fields.count(of: "x-meta") == 2)
        #expect(fields.first("x-met") == nil)
        #expect(fields.first(named: "") == nil)
        #expect(!fields.contains("x-metb"))
    }

    @Test func keepsOrderAndCase() {
        #expect(fields.map(\.nameText) == ["Host", "X-Meta", "x-meta", "TE"])
        #expect(fields.map(\.loweredName) == ["host", "x-meta", "x-meta", "te"])
        #expect(fields.description == "Host: a\nX-Meta: 1\nx-meta: 2\nTE: trailers , x;q=1")
    }

    @Test func findsTokensInLists() {
        #expect(fields.list("te", holds: "trailers"))
        #expect(!fields.list("te", holds: "x"))
        #expect(!fields.list("connection", holds: "close"))
    }

    @Test func comparesByLines() {
        #expect(fields == ["Host": "a", "X-Meta": "1", "x-meta": "2", "TE": "trailers , x;q=1"])
        #expect(fields != ["Host": "a", "x-meta": "1", "x-meta": "2", "TE": "trailers , x;q=1"])
    }
}
