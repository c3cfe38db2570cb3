// Connections over real sockets: requests one after the other, and the ways they end.

import HTTPServer
import Testing

@Suite struct ConnectionTests {
    @Test func answersRequestAfterRequestOnOneConnection() async throws {
        try await withServer { _, port in
            let client = try RawClient(port: port)
            for _ in 0..<3 {
                try client.send("GET /hello HTTP/1.1\r\nHost: a\r\n\r\n")
                let answer = try client.answer()
                #expect(answer?.status == 200)
                #expect(answer?.text == "hello")
                #expect(answer?.field("Connection") == nil)
                #expect(answer?.field("Date")?.count == 29)
            }
        }
    }

    @Test func answersPipelinedRequestsInOrder() async throws {
        try await withServer { _, port in
            let client = try RawClient(port: port)
            let put = "PUT /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc"
            let chunked =
                "PUT /echo HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nxy\r\n0\r\n\r\n"
            try client.send(put + chunked + "GET /hello HTTP/1.1\r\nHost: a\r\n\r\n")
            #expect(try client.answer()?.text == "abc")
            #expect(try client.answer()?.text == "xy")
            #expect(try client.answer()?.text == "hello")
        }
    }

    @Test func asksForTheBodyWhenTheClientWaitsForThat() async throws {
        try await withServer { _, port in
            let client = try RawClient(port: port)
            try client.send(
                "PUT /echo HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n"
            )
            #expect(try client.answer()?.status == 100)
            try client.send("abc")
            #expect(try client.answer()?.text == "abc")
        }
    }
}
