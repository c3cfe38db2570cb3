import HTTP
import HTTPServer
import Testing

@Suite struct HostileRequestTests {
    @Test func tableIsLargeEnoughToMeanSomething() { #expect(HostileRequest.all.count >= 150) }

    @Test func everyHostileRequestGetsItsAnswerAndTheServerGoesOn() async throws {
        var limits = ServerLimits()
        // A peer that waits for us to wait for it must not hold the test.
        limits.lingerMilliseconds = 50
        try await withServer(limits: limits) { server, port in
            for (number, request) in HostileRequest.all.enumerated() {
                try await check(request, number, port: port)
                let client = try RawClient(port: port)
                try client.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n")
                #expect(try client.answer()?.text == "hello", "after request \(number)")
            }
        }
    }

    private func check(_ request: HostileRequest, _ number: Int, port: Int) async throws {
        let shown =
            "request \(number): \(String(decoding: request.bytes.prefix(200), as: UTF8.self).debugDescription)"
        let client = try RawClient(port: port)
        // A server that has refused may close while the rest is still being sent.
        try? client.send(request.bytes)
        if request.then == .finish { client.finishSending() }
        switch request.outcome {
        case .closed:
            #expect(try client.isAtEnd(), "\(shown)")
        case .answers(let statuses):
            for status in statuses {
                let answer = try client.answer()
                #expect(answer?.status == status, "\(shown): \(answer?.text ?? "")")
                if status == statuses.last, statuses.count == 1, request.then == .wait {
                    #expect(answer?.field("Connection") == "close", "\(shown)")
                }
            }
            #expect(try client.isAtEnd(), "\(shown)")
        case .stays(let statuses):
            for status in statuses {
                let answer = try client.answer()
                #expect(answer?.status == status, "\(shown): \(answer?.text ?? "")")
            }
            try client.send("GET /nothing HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try client.answer()?.status == 204, "\(shown)")
        }
    }
}
