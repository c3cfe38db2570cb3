// Request heads as data: those that are accepted with what they mean, and those that are refused
// with the reason. The tests run every one of them whole and cut at every byte.

import HTTP
import Testing

/// A request line and field lines as they are sent, with the line ends.
func lines(_ lines: String...) -> String { lines.joined(separator: "\r\n") + "\r\n\r\n" }

struct AcceptedHead: Sendable, CustomTestStringConvertible {
    var text: String
    var method = Method.get
    var path = "/"
    var query: String?
    var authority = "a"
    var framing = BodyFraming.none
    var keepsAlive = true
    var expectsContinue = false
    var fields: [String] = ["Host: a"]

    var testDescription: String { text }

    static let all: [AcceptedHead] = [
        AcceptedHead(text: lines("GET / HTTP/1.1", "Host: a")),
        AcceptedHead(text: lines("GET / HTTP/1.1", "host:a"), fields: ["host: a"]),
        AcceptedHead(text: lines("GET / HTTP/1.1", "HOST: \t a \t "), fields: ["HOST: a"]),
        // One empty line before a request is ignored (RFC 9112, 2.2).
        AcceptedHead(text: "\r\n" + lines("GET / HTTP/1.1", "Host: a")),
        AcceptedHead(
            text: lines("GET /b/k%20x//../y?prefix=a%2Fb&x HTTP/1.1", "Host: a"),
            path: "/b/k%20x//../y",
            query: "prefix=a%2Fb&x"
        ),
        AcceptedHead(text: lines("GET /? HTTP/1.1", "Host: a"), query: ""),
        AcceptedHead(text: lines("GET /a?b?c HTTP/1.1", "Host: a"), path: "/a", query: "b?c"),
        AcceptedHead(
            text: lines("GET /%zz\"<>\\^`{|} HTTP/1.1", "Host: a"),
            path: "/%zz\"<>\\^`{|}"
        ),
        AcceptedHead(text: lines("get / HTTP/1.1", "Host: a"), method: .other("get")),
        AcceptedHead(text: lines("M-SEARCH / HTTP/1.1", "Host: a"), method: .other("M-SEARCH")),
        AcceptedHead(text: lines("OPTIONS * HTTP/1.1", "Host: a"), method: .options, path: "*"),
        AcceptedHead(text: lines("DELETE /x HTTP/1.1", "Host: a"), method: .delete, path: "/x"),
        // The absolute form's host counts (3.2.2).
        AcceptedHead(
            text: lines("GET http://b.localhost:9000/k?q HTTP/1.1", "Host: a"),
            path: "/k",
            query: "q",
            authority: "b.localhost:9000"
        ),
        AcceptedHead(text: lines("GET HTTPS://b HTTP/1.1", "Host: a"), path: "", authority: "b"),
        AcceptedHead(
            text: lines("GET http://b?x HTTP/1.1", "Host: a"),
            path: "",
            query: "x",
            authority: "b"
        ),
        AcceptedHead(
            text: lines("GET / HTTP/1.1", "Host: [::1]:9000"),
            authority: "[::1]:9000",
            fields: ["Host: [::1]:9000"]
        ),
        AcceptedHead(text: lines("GET / HTTP/1.1", "Host:"), authority: "", fields: ["Host: "]),
        AcceptedHead(
            text: lines("GET / HTTP/1.1", "Host: a%2Eb:"),
            authority: "a%2Eb:",
            fields: ["Host: a%2Eb:"]
        ),
        // A minor version above 1 is 1.1 (RFC 9110, 2.5).
        AcceptedHead(text: lines("GET / HTTP/1.9", "Host: a")),
        AcceptedHead(text: lines("GET / HTTP/1.0"), authority: "", keepsAlive: false, fields: []),
        AcceptedHead(
            text: lines("GET / HTTP/1.0", "Connection: Keep-Alive"),
            authority: "",
            fields: ["Connection: Keep-Alive"]
        ),
        AcceptedHead(
            text: lines("GET / HTTP/1.1", "Host: a", "Connection: x, CLOSE ,y"),
            keepsAlive: false,
            fields: ["Host: a", "Connection: x, CLOSE ,y"]
        ),
        AcceptedHead(
            text: lines("GET / HTTP/1.1", "Host: a", "Connection: closed"),
            fields: ["Host: a", "Connection: closed"]
        ),
        AcceptedHead(
            text: lines("PUT /o HTTP/1.1", "Host: a", "Content-Length: 9223372036854775807"),
            method: .put,
            path: "/o",
            framing: .length(.max),
            fields: ["Host: a", "Content-Length: 9223372036854775807"]
        ),
        AcceptedHead(
            text: lines("PUT /o HTTP/1.1", "Host: a", "Content-Length: 007"),
            method: .put,
            path: "/o",
            framing: .length(7),
            fields: ["Host: a", "Content-Length: 007"]
        ),
        AcceptedHead(
            text: lines("PUT /o HTTP/1.1", "Host: a", "Transfer-Encoding: CHUNKED "),
            method: .put,
            path: "/o",
            framing: .chunked,
            fields: ["Host: a", "Transfer-Encoding: CHUNKED"]
        ),
        AcceptedHead(
            text: lines("PUT /o HTTP/1.1", "Host: a", "Expect: 100-Continue", "Content-Length: 1"),
            method: .put,
            path: "/o",
            framing: .length(1),
            expectsContinue: true,
            fields: ["Host: a", "Expect: 100-Continue", "Content-Length: 1"]
        ),
        AcceptedHead(
            text: lines("PUT /o HTTP/1.1", "Host: a", "Expect: 100-continue", "Content-Length: 0"),
            method: .put,
            path: "/o",
            framing: .length(0),
            expectsContinue: true,
            fields: ["Host: a", "Expect: 100-continue", "Content-Length: 0"]
        ),
        // Nothing to wait for without a body, and never in HTTP/1.0 (RFC 9110, 10.1.1).
        AcceptedHead(
            text: lines("GET / HTTP/1.1", "Host: a", "Expect: 100-continue"),
            fields: ["Host: a", "Expect: 100-continue"]
        ),
        AcceptedHead(
            text: lines("PUT / HTTP/1.0", "Expect: 100-continue", "Content-Length: 1"),
            method: .put,
            authority: "",
            framing: .length(1),
            keepsAlive: false,
            fields: ["Expect: 100-continue", "Content-Length: 1"]
        ),
        // Order, case, repetition, text beyond ASCII, TABs and every token character are kept.
        AcceptedHead(
            text: lines(
                "GET / HTTP/1.1",
                "x-B: 2",
                "Host: a",
                "X-a: 1",
                "x-b:  é \t3 ",
                "!#$%&'*+-.^_`|~09AZaz: v",
                "empty:"
            ),
            fields: [
                "x-B: 2", "Host: a", "X-a: 1", "x-b: é \t3", "!#$%&'*+-.^_`|~09AZaz: v", "empty: ",
            ]
        ),
    ]
}

struct RefusedHead: Sendable, CustomTestStringConvertible {
    var error: HeadError
    var text: String

    init(_ error: HeadError, _ text: String) { (self.error, self.text) = (error, text) }

    var testDescription: String { "\(error): \(text.prefix(100).debugDescription)" }

    static let all: [RefusedHead] = requestLines + fieldLines + framing + hosts

    static let requestLines: [RefusedHead] = [
        .init(.malformedRequestLine, "GET\r\n"),
        .init(.malformedRequestLine, "GET /\r\n"),
        .init(.malformedRequestLine, "GET / \r\n"),
        .init(.malformedRequestLine, "\r\n\r\n"),
        .init(.malformedRequestLine, " GET / HTTP/1.1\r\n"),
        .init(.malformedRequestLine, "GET  / HTTP/1.1\r\n"),
        .init(.malformedRequestLine, "GET / http/1.1\r\n"),
        .init(.malformedRequestLine, "GET / HTTP/1\r\n"),
        .init(.malformedRequestLine, "GET / HTTP/11.1\r\n"),
        .init(.malformedRequestLine, "GET / HTTP/1,1\r\n"),
        .init(.malformedRequestLine, "GET / HTTP/x.1\r\n"),
        .init(.malformedRequestLine, "GET / FTP-/1.1\r\n"),
        .init(.malformedRequestLine, "GET / HTTP/1.1x\r\n"),
        .init(.invalidTarget, "GET /a b HTTP/1.1\r\n"),
        .init(.invalidTarget, "GET /  HTTP/1.1\r\n"),
        .init(.invalidTarget, "GET / HTTP/1.1 \r\n"),
        .init(.invalidTarget, "GET /é HTTP/1.1\r\n"),
        .init(.invalidTarget, "GET /a\tb HTTP/1.1\r\n"),
        .init(.invalidTarget, "GET a HTTP/1.1\r\n"),
        .init(.invalidTarget, "GET ?a HTTP/1.1\r\n"),
        .init(.invalidTarget, "GET ftp://a/ HTTP/1.1\r\n"),
        .init(.invalidTarget, "GET http:/a HTTP/1.1\r\n"),
        .init(.invalidTarget, "GET http:// HTTP/1.1\r\n"),
        .init(.invalidTarget, "OPTIONS ** HTTP/1.1\r\n"),
        .init(.fragmentInTarget, "GET /a#b HTTP/1.1\r\n"),
        .init(.asteriskWithoutOptions, "GET * HTTP/1.1\r\n"),
        .init(.connectNotSupported, "CONNECT a:443 HTTP/1.1\r\n"),
        .init(.invalidMethod, "GE(T / HTTP/1.1\r\n"),
        .init(.invalidMethod, "GET\t/ HTTP/1.1\r\n"),
        .init(.invalidMethod, "{\"a\": 1}\r\n"),
        .init(.invalidHost, "GET http:///x HTTP/1.1\r\n"),
        .init(.invalidHost, "GET http://:80/ HTTP/1.1\r\n"),
        .init(.invalidHost, "GET http://u:p@a/ HTTP/1.1\r\n"),
        .init(.unsupportedVersion, "GET / HTTP/0.9\r\n"),
        .init(.unsupportedVersion, "GET / HTTP/2.0\r\n"),
        .init(.unsupportedVersion, "PRI * HTTP/2.0\r\n"),
        .init(.bareLineFeed, "GET / HTTP/1.1\n"),
        .init(.bareCarriageReturn, "GET / HTTP/1.1\rX"),
        .init(.bareCarriageReturn, "GET / HTTP/1.1\r\r\n"),
        .init(.controlCharacter, "GET /\u{0} HTTP/1.1\r\n"),
        .init(.controlCharacter, "GET /\u{7F} HTTP/1.1\r\n"),
        // A TLS client that mistook the port.
        .init(.controlCharacter, "\u{16}\u{3}\u{1}\u{2}\u{0}\u{1}"),
        .init(.targetTooLong, "GET /" + String(repeating: "a", count: 8_192) + " HTTP/1.1\r\n"),
        .init(.targetTooLong, String(repeating: "A", count: 8_192 + 33)),
    ]

    static let fieldLines: [RefusedHead] = [
        .init(.foldedLine, "GET / HTTP/1.1\r\nHost: a\r\n b\r\n\r\n"),
        .init(.foldedLine, "GET / HTTP/1.1\r\nHost: a\r\n\tb\r\n\r\n"),
        .init(.foldedLine, "GET / HTTP/1.1\r\n Host: a\r\n\r\n"),
        .init(.foldedLine, "GET / HTTP/1.1\r\nHost: a\r\n \r\n\r\n"),
        .init(.spaceBeforeColon, "GET / HTTP/1.1\r\nHost : a\r\n\r\n"),
        .init(.spaceBeforeColon, "GET / HTTP/1.1\r\nHost\t: a\r\n\r\n"),
        .init(.spaceBeforeColon, "GET / HTTP/1.1\r\nHost a\r\n\r\n"),
        .init(.missingColon, "GET / HTTP/1.1\r\nHost\r\n\r\n"),
        .init(.emptyFieldName, "GET / HTTP/1.1\r\n: a\r\n\r\n"),
        .init(.invalidFieldName, "GET / HTTP/1.1\r\nHo(st: a\r\n\r\n"),
        .init(.invalidFieldName, "GET / HTTP/1.1\r\nHost\u{E9}: a\r\n\r\n"),
        .init(.invalidFieldName, "GET / HTTP/1.1\r\n\"Host\": a\r\n\r\n"),
        .init(.invalidFieldName, "GET / HTTP/1.1\r\na@b: a\r\n\r\n"),
        .init(.controlCharacter, "GET / HTTP/1.1\r\nHo\u{0}st: a\r\n\r\n"),
        .init(.controlCharacter, "GET / HTTP/1.1\r\nHost: a\u{0}\r\n\r\n"),
        .init(.controlCharacter, "GET / HTTP/1.1\r\nHost: a\u{1B}[0m\r\n\r\n"),
        .init(.controlCharacter, "GET / HTTP/1.1\r\nx: 1\t2\t\u{B}\r\n\r\n"),
        .init(.bareLineFeed, "GET / HTTP/1.1\r\nHost: a\nX: b\r\n\r\n"),
        .init(.bareLineFeed, "GET / HTTP/1.1\r\nHost\n: a\r\n\r\n"),
        .init(.bareLineFeed, "GET / HTTP/1.1\r\nHost: a\r\n\n"),
        .init(.bareCarriageReturn, "GET / HTTP/1.1\r\nHost: a\rX: b\r\n\r\n"),
        .init(.bareCarriageReturn, "GET / HTTP/1.1\r\nHost: a\r\n\rX"),
        .init(
            .lineTooLong,
            "GET / HTTP/1.1\r\nx:" + String(repeating: "a", count: 8_191) + "\r\n\r\n"
        ),
        .init(.lineTooLong, "GET / HTTP/1.1\r\n" + String(repeating: "a", count: 8_193)),
        .init(
            .tooManyFields,
            "GET / HTTP/1.1\r\n" + String(repeating: "x: y\r\n", count: 101) + "\r\n"
        ),
        .init(
            .headTooLarge,
            "GET / HTTP/1.1\r\n"
                + String(repeating: "x: " + String(repeating: "y", count: 4_000) + "\r\n", count: 5)
        ),
    ]

    static let framing: [RefusedHead] = [
        .init(
            .duplicateContentLength,
            lines("PUT / HTTP/1.1", "Host: a", "Content-Length: 1", "Content-Length: 1")
        ),
        .init(
            .duplicateContentLength,
            lines("PUT / HTTP/1.1", "Host: a", "Content-Length: 1", "content-length: 2")
        ),
        .init(.invalidContentLength, lines("PUT / HTTP/1.1", "Host: a", "Content-Length: 5, 5")),
        .init(.invalidContentLength, lines("PUT / HTTP/1.1", "Host: a", "Content-Length:")),
        .init(.invalidContentLength, lines("PUT / HTTP/1.1", "Host: a", "Content-Length: +5")),
        .init(.invalidContentLength, lines("PUT / HTTP/1.1", "Host: a", "Content-Length: -5")),
        .init(.invalidContentLength, lines("PUT / HTTP/1.1", "Host: a", "Content-Length: 0x5")),
        .init(.invalidContentLength, lines("PUT / HTTP/1.1", "Host: a", "Content-Length: 5 5")),
        .init(.invalidContentLength, lines("PUT / HTTP/1.1", "Host: a", "Content-Length: 1e3")),
        .init(.invalidContentLength, lines("PUT / HTTP/1.1", "Host: a", "Content-Length: ٣")),
        .init(
            .invalidContentLength,
            lines("PUT / HTTP/1.1", "Host: a", "Content-Length: 9223372036854775808")
        ),
        .init(
            .invalidContentLength,
            lines("PUT / HTTP/1.1", "Host: a", "Content-Length: 18446744073709551617")
        ),
        .init(
            .contentLengthWithTransferEncoding,
            lines("PUT / HTTP/1.1", "Host: a", "Content-Length: 5", "Transfer-Encoding: chunked")
        ),
        .init(
            .contentLengthWithTransferEncoding,
            lines("PUT / HTTP/1.1", "Host: a", "Transfer-Encoding: chunked", "Content-Length: 5")
        ),
        .init(.transferEncodingInHTTP10, lines("PUT / HTTP/1.0", "Transfer-Encoding: chunked")),
        .init(
            .unknownTransferCoding,
            lines("PUT / HTTP/1.1", "Host: a", "Transfer-Encoding: gzip, chunked")
        ),
        .init(
            .unknownTransferCoding,
            lines(
                "PUT / HTTP/1.1",
                "Host: a",
                "Transfer-Encoding: gzip",
                "Transfer-Encoding: chunked"
            )
        ),
        .init(
            .unknownTransferCoding,
            lines("PUT / HTTP/1.1", "Host: a", "Transfer-Encoding: gzip;q=1, chunked")
        ),
        .init(
            .chunkedNotLast,
            lines("PUT / HTTP/1.1", "Host: a", "Transfer-Encoding: chunked, gzip")
        ),
        .init(
            .chunkedNotLast,
            lines(
                "PUT / HTTP/1.1",
                "Host: a",
                "Transfer-Encoding: chunked",
                "Transfer-Encoding: gzip"
            )
        ),
        .init(
            .chunkedNotLast,
            lines("PUT / HTTP/1.1", "Host: a", "Transfer-Encoding: chunked, chunked")
        ),
        .init(.chunkedNotLast, lines("PUT / HTTP/1.1", "Host: a", "Transfer-Encoding: identity")),
        .init(.invalidTransferEncoding, lines("PUT / HTTP/1.1", "Host: a", "Transfer-Encoding:")),
        .init(
            .invalidTransferEncoding,
            lines("PUT / HTTP/1.1", "Host: a", "Transfer-Encoding: chunked,")
        ),
        .init(
            .invalidTransferEncoding,
            lines("PUT / HTTP/1.1", "Host: a", "Transfer-Encoding: ,chunked")
        ),
        .init(
            .invalidTransferEncoding,
            lines("PUT / HTTP/1.1", "Host: a", "Transfer-Encoding: \"chunked\"")
        ),
        .init(.unknownExpectation, lines("PUT / HTTP/1.1", "Host: a", "Expect: the-unexpected")),
        .init(.unknownExpectation, lines("PUT / HTTP/1.1", "Host: a", "Expect: 100-continue, x")),
    ]

    static let hosts: [RefusedHead] = [
        .init(.missingHost, lines("GET / HTTP/1.1")),
        .init(.missingHost, lines("GET http://a/ HTTP/1.1")),
        .init(.duplicateHost, lines("GET / HTTP/1.1", "Host: a", "Host: a")),
        .init(.duplicateHost, lines("GET / HTTP/1.0", "Host: a", "host: b")),
        .init(.invalidHost, lines("GET / HTTP/1.1", "Host: a, b")),
        .init(.invalidHost, lines("GET / HTTP/1.1", "Host: a b")),
        .init(.invalidHost, lines("GET / HTTP/1.1", "Host: a/b")),
        .init(.invalidHost, lines("GET / HTTP/1.1", "Host: u@a")),
        .init(.invalidHost, lines("GET / HTTP/1.1", "Host: a:b")),
        .init(.invalidHost, lines("GET / HTTP/1.1", "Host: a:1:2")),
        .init(.invalidHost, lines("GET / HTTP/1.1", "Host: a:123456")),
        .init(.invalidHost, lines("GET / HTTP/1.1", "Host: [::1")),
        .init(.invalidHost, lines("GET / HTTP/1.1", "Host: []")),
        .init(.invalidHost, lines("GET / HTTP/1.1", "Host: [::g]")),
        .init(.invalidHost, lines("GET / HTTP/1.1", "Host: [::1]x")),
        .init(.invalidHost, lines("GET / HTTP/1.1", "Host: a%2")),
        .init(.invalidHost, lines("GET / HTTP/1.1", "Host: é")),
    ]
}
