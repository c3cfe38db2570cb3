// Malformed and hostile requests as data. Each is sent on a connection of its own; afterwards the
// server must have given the answer and still serve others.

/// What becomes of a request.
enum Outcome: Sendable, Equatable {
    /// These answers, in order, and the connection closed after the last.
    case answers([Int])
    /// No answer, only the end of the connection.
    case closed
    /// These answers, and the connection stays.
    case stays([Int])

    static func status(_ status: Int) -> Outcome { .answers([status]) }
}

struct HostileRequest: Sendable {
    /// What the client does after its bytes.
    enum Then: Sendable {
        /// Waits for what comes.
        case wait
        /// Says that nothing more comes (FIN), and waits.
        case finish
    }

    var bytes: [UInt8]
    var then: Then
    var outcome: Outcome

    init(_ text: String, _ outcome: Outcome) { self.init(text, .wait, outcome) }

    init(_ text: String, _ then: Then, _ outcome: Outcome) {
        bytes = Array(text.utf8)
        self.then = then
        self.outcome = outcome
    }

    init(bytes: [UInt8], _ outcome: Outcome) {
        self.bytes = bytes
        then = .wait
        self.outcome = outcome
    }

    static let all =
        requestLines + targets + fieldLines + sizes + hosts + framing + lengthBodies + chunkedBodies
        + cutHeads + sequences + binary
}

private let ok = "Host: a\r\n\r\n"
private let put = "PUT /count HTTP/1.1\r\nHost: a\r\n"
private let chunked = put + "Transfer-Encoding: chunked\r\n\r\n"

private func many(_ text: String, _ count: Int) -> String { String(repeating: text, count: count) }

extension HostileRequest {
    static let requestLines: [HostileRequest] = [
        .init("GET\r\n\r\n", .status(400)),
        .init("GET /hello\r\n\r\n", .status(400)),
        .init("GET /hello \r\n" + ok, .status(400)),
        .init("/hello HTTP/1.1\r\n" + ok, .status(400)),
        .init("GET  /hello HTTP/1.1\r\n" + ok, .status(400)),
        .init("GET /hello  HTTP/1.1\r\n" + ok, .status(400)),
        .init("GET\t/hello\tHTTP/1.1\r\n" + ok, .status(400)),
        .init("GET /hello HTTP/1.1 \r\n" + ok, .status(400)),
        .init("GET /hello HTTP/1.1 x\r\n" + ok, .status(400)),
        .init(" GET /hello HTTP/1.1\r\n" + ok, .status(400)),
        .init("\r\n\r\nGET /hello HTTP/1.1\r\n" + ok, .status(400)),
        .init("\nGET /hello HTTP/1.1\r\n" + ok, .status(400)),
        .init("GET /hello HTTP/1.1\n" + ok, .status(400)),
        .init("GET /hello HTTP/1.1\r" + ok, .status(400)),
        .init("GET /hello HTTP/1.1\r\r\n" + ok, .status(400)),
        .init("GET /hello http/1.1\r\n" + ok, .status(400)),
        .init("GET /hello Http/1.1\r\n" + ok, .status(400)),
        .init("GET /hello HTTP/1\r\n" + ok, .status(400)),
        .init("GET /hello HTTP/1.\r\n" + ok, .status(400)),
        .init("GET /hello HTTP/1.10\r\n" + ok, .status(400)),
        .init("GET /hello HTTP/01.1\r\n" + ok, .status(400)),
        .init("GET /hello HTTP/-1.1\r\n" + ok, .status(400)),
        .init("GET /hello HTTP 1.1\r\n" + ok, .status(400)),
        .init("GET /hello HTTPS/1.1\r\n" + ok, .status(400)),
        .init("GET /hello HTTP/0.9\r\n" + ok, .status(505)),
        .init("GET /hello HTTP/2.0\r\n" + ok, .status(505)),
        .init("GET /hello HTTP/9.9\r\n" + ok, .status(505)),
        .init("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", .status(505)),
        .init("G\u{0}T /hello HTTP/1.1\r\n" + ok, .status(400)),
        .init("GÉT /hello HTTP/1.1\r\n" + ok, .status(400)),
        .init("GE,T /hello HTTP/1.1\r\n" + ok, .status(400)),
        .init("<html>\r\n\r\n", .status(400)),
        .init("{\"method\": \"GET\"}\r\n\r\n", .status(400)),
        .init("get /hello HTTP/1.1\r\n" + ok, .stays([200])),
        .init(many("A", 300) + " /hello HTTP/1.1\r\n" + ok, .stays([200])),
        .init(many("A", 9_000) + " /hello HTTP/1.1\r\n" + ok, .status(414)),
    ]

    static let targets: [HostileRequest] = [
        .init("GET hello HTTP/1.1\r\n" + ok, .status(400)),
        .init("GET ?hello HTTP/1.1\r\n" + ok, .status(400)),
        .init("GET * HTTP/1.1\r\n" + ok, .status(400)),
        .init("OPTIONS ** HTTP/1.1\r\n" + ok, .status(400)),
        .init("OPTIONS * HTTP/1.1\r\n" + ok, .stays([404])),
        .init("GET /a#b HTTP/1.1\r\n" + ok, .status(400)),
        .init("GET /a\u{0}b HTTP/1.1\r\n" + ok, .status(400)),
        .init("GET /a\u{1F}b HTTP/1.1\r\n" + ok, .status(400)),
        .init("GET /a\u{7F}b HTTP/1.1\r\n" + ok, .status(400)),
        .init("GET /é HTTP/1.1\r\n" + ok, .status(400)),
        .init("GET /\u{202E} HTTP/1.1\r\n" + ok, .status(400)),
        .init("GET /a b HTTP/1.1\r\n" + ok, .status(400)),
        .init("GET /a?b c HTTP/1.1\r\n" + ok, .status(400)),
        .init("CONNECT a:443 HTTP/1.1\r\n" + ok, .status(501)),
        .init("CONNECT / HTTP/1.1\r\n" + ok, .status(501)),
        .init("GET ftp://a/hello HTTP/1.1\r\n" + ok, .status(400)),
        .init("GET file:///etc/passwd HTTP/1.1\r\n" + ok, .status(400)),
        .init("GET http:/hello HTTP/1.1\r\n" + ok, .status(400)),
        .init("GET http://a/hello HTTP/1.1\r\n" + ok, .stays([200])),
        .init("GET http:///hello HTTP/1.1\r\n" + ok, .status(400)),
        .init("GET http://u:p@a/hello HTTP/1.1\r\n" + ok, .status(400)),
        .init("GET http://a:x/hello HTTP/1.1\r\n" + ok, .status(400)),
        .init("GET http://[::1/hello HTTP/1.1\r\n" + ok, .status(400)),
        .init("GET http://a\\b/hello HTTP/1.1\r\n" + ok, .status(400)),
        .init("GET /../../etc/passwd HTTP/1.1\r\n" + ok, .stays([404])),
        .init("GET /%00 HTTP/1.1\r\n" + ok, .stays([404])),
        .init("GET //hello HTTP/1.1\r\n" + ok, .stays([404])),
    ]

    static let fieldLines: [HostileRequest] = [
        .init("GET /hello HTTP/1.1\r\nHost: a\r\n b: c\r\n\r\n", .status(400)),
        .init("GET /hello HTTP/1.1\r\nHost: a\r\n\tb\r\n\r\n", .status(400)),
        .init("GET /hello HTTP/1.1\r\n Host: a\r\n\r\n", .status(400)),
        .init("GET /hello HTTP/1.1\r\nHost : a\r\n\r\n", .status(400)),
        .init("GET /hello HTTP/1.1\r\nHost\t: a\r\n\r\n", .status(400)),
        .init("GET /hello HTTP/1.1\r\nHost\r\n\r\n", .status(400)),
        .init("GET /hello HTTP/1.1\r\nHost a\r\n\r\n", .status(400)),
        .init("GET /hello HTTP/1.1\r\n: a\r\n" + ok, .status(400)),
        .init("GET /hello HTTP/1.1\r\n\"x\": a\r\n" + ok, .status(400)),
        .init("GET /hello HTTP/1.1\r\nx(y): a\r\n" + ok, .status(400)),
        .init("GET /hello HTTP/1.1\r\nx/y: a\r\n" + ok, .status(400)),
        .init("GET /hello HTTP/1.1\r\nx@y: a\r\n" + ok, .status(400)),
        .init("GET /hello HTTP/1.1\r\né: a\r\n" + ok, .status(400)),
        .init("GET /hello HTTP/1.1\r\nx\u{0}: a\r\n" + ok, .status(400)),
        .init("GET /hello HTTP/1.1\r\nx: a\u{0}b\r\n" + ok, .status(400)),
        .init("GET /hello HTTP/1.1\r\nx: a\u{8}b\r\n" + ok, .status(400)),
        .init("GET /hello HTTP/1.1\r\nx: a\u{1B}[31m\r\n" + ok, .status(400)),
        .init("GET /hello HTTP/1.1\r\nx: a\u{7F}\r\n" + ok, .status(400)),
        .init("GET /hello HTTP/1.1\r\nx: a\ny: b\r\n" + ok, .status(400)),
        .init("GET /hello HTTP/1.1\r\nx: a\ry: b\r\n" + ok, .status(400)),
        .init("GET /hello HTTP/1.1\r\nHost: a\n\n", .status(400)),
        .init("GET /hello HTTP/1.1\r\nHost: a\r\n\n", .status(400)),
        .init("GET /hello HTTP/1.1\r\nHost: a\r\n\r\r", .status(400)),
        .init("GET /hello HTTP/1.1\r\nx:\r\ny: \t \r\n" + ok, .stays([200])),
        .init("GET /hello HTTP/1.1\r\nx: é\u{80}\r\n" + ok, .stays([200])),
    ]

    static let sizes: [HostileRequest] = [
        .init("GET /" + many("a", 8_191) + " HTTP/1.1\r\n" + ok, .stays([404])),
        .init("GET /" + many("a", 8_192) + " HTTP/1.1\r\n" + ok, .status(414)),
        .init("GET /" + many("a", 100_000), .status(414)),
        .init("GET /hello HTTP/1.1\r\nx:" + many("a", 8_190) + "\r\n" + ok, .stays([200])),
        .init("GET /hello HTTP/1.1\r\nx:" + many("a", 8_191) + "\r\n" + ok, .status(431)),
        .init("GET /hello HTTP/1.1\r\n" + many("a", 100_000), .status(431)),
        .init("GET /hello HTTP/1.1\r\nx:" + many(" ", 100_000), .status(431)),
        .init("GET /hello HTTP/1.1\r\n" + many("x: y\r\n", 99) + ok, .stays([200])),
        .init("GET /hello HTTP/1.1\r\n" + many("x: y\r\n", 100) + ok, .status(431)),
        .init("GET /hello HTTP/1.1\r\n" + many("x:\r\n", 100_000), .status(431)),
        .init(
            "GET /hello HTTP/1.1\r\n" + many("x: " + many("y", 5_000) + "\r\n", 4) + ok,
            .status(431)
        ),
        .init(
            "GET /hello HTTP/1.1\r\n" + many("x: " + many("y", 8_000) + "\r\n", 2) + ok,
            .stays([200])
        ),
    ]

    static let hosts: [HostileRequest] = [
        .init("GET /hello HTTP/1.1\r\n\r\n", .status(400)),
        .init("GET /hello HTTP/1.1\r\nx: y\r\n\r\n", .status(400)),
        .init("GET http://a/hello HTTP/1.1\r\n\r\n", .status(400)),
        .init("GET /hello HTTP/1.1\r\nHost: a\r\nHost: a\r\n\r\n", .status(400)),
        .init("GET /hello HTTP/1.1\r\nHost: a\r\nHOST: b\r\n\r\n", .status(400)),
        .init("GET /hello HTTP/1.1\r\nHost: a, b\r\n\r\n", .status(400)),
        .init("GET /hello HTTP/1.1\r\nHost: a b\r\n\r\n", .status(400)),
        .init("GET /hello HTTP/1.1\r\nHost: http://a\r\n\r\n", .status(400)),
        .init("GET /hello HTTP/1.1\r\nHost: a/b\r\n\r\n", .status(400)),
        .init("GET /hello HTTP/1.1\r\nHost: u@a\r\n\r\n", .status(400)),
        .init("GET /hello HTTP/1.1\r\nHost: a:port\r\n\r\n", .status(400)),
        .init("GET /hello HTTP/1.1\r\nHost: a:80:80\r\n\r\n", .status(400)),
        .init("GET /hello HTTP/1.1\r\nHost: [::1\r\n\r\n", .status(400)),
        .init("GET /hello HTTP/1.1\r\nHost: a%zz\r\n\r\n", .status(400)),
        .init("GET /hello HTTP/1.1\r\nHost: <a>\r\n\r\n", .status(400)),
        .init("GET /hello HTTP/1.1\r\nHost:\r\n\r\n", .stays([200])),
        .init("GET /hello HTTP/1.0\r\n\r\n", .status(200)),
    ]

    static let framing: [HostileRequest] = [
        .init(put + "Content-Length: 3\r\nContent-Length: 3\r\n\r\nabc", .status(400)),
        .init(put + "Content-Length: 3\r\ncontent-length: 4\r\n\r\nabcd", .status(400)),
        .init(put + "Content-Length: 3, 3\r\n\r\nabc", .status(400)),
        .init(put + "Content-Length: 3,4\r\n\r\nabc", .status(400)),
        .init(put + "Content-Length:\r\n\r\nabc", .status(400)),
        .init(put + "Content-Length: abc\r\n\r\nabc", .status(400)),
        .init(put + "Content-Length: +3\r\n\r\nabc", .status(400)),
        .init(put + "Content-Length: -3\r\n\r\nabc", .status(400)),
        .init(put + "Content-Length: 3.0\r\n\r\nabc", .status(400)),
        .init(put + "Content-Length: 0x3\r\n\r\nabc", .status(400)),
        .init(put + "Content-Length: 3 3\r\n\r\nabc", .status(400)),
        .init(put + "Content-Length: \u{B3}\r\n\r\nabc", .status(400)),
        .init(put + "Content-Length: 9223372036854775808\r\n\r\nabc", .status(400)),
        .init(put + "Content-Length: 18446744073709551619\r\n\r\nabc", .status(400)),
        .init(put + "Content-Length: " + many("9", 5_000) + "\r\n\r\nabc", .status(400)),
        .init(
            put + "Content-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            .status(400)
        ),
        .init(
            put + "Transfer-Encoding: chunked\r\nContent-Length: 3\r\n\r\n0\r\n\r\n",
            .status(400)
        ),
        .init(put + "Transfer-Encoding: gzip, chunked\r\n\r\n0\r\n\r\n", .status(501)),
        .init(put + "Transfer-Encoding: xchunked\r\n\r\n0\r\n\r\n", .status(400)),
        .init(put + "Transfer-Encoding: chunked, identity\r\n\r\n0\r\n\r\n", .status(400)),
        .init(
            put + "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n",
            .status(400)
        ),
        .init(put + "Transfer-Encoding: chunked;x=y\r\n\r\n0\r\n\r\n", .status(501)),
        .init(put + "Transfer-Encoding: \"chunked\"\r\n\r\n0\r\n\r\n", .status(400)),
        .init(put + "Transfer-Encoding:\r\n\r\n0\r\n\r\n", .status(400)),
        .init(put + "Transfer-Encoding: ,\r\n\r\n0\r\n\r\n", .status(400)),
        .init(put + "Transfer-Encoding:\u{B}chunked\r\n\r\n0\r\n\r\n", .status(400)),
        .init(put + "Transfer-Encoding : chunked\r\n\r\n0\r\n\r\n", .status(400)),
        .init("PUT /count HTTP/1.0\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\n", .status(400)),
        .init(put + "Expect: 200-ok\r\nContent-Length: 3\r\n\r\nabc", .status(417)),
        .init(
            put + "Expect: 100-continue\r\nExpect: x\r\nContent-Length: 3\r\n\r\nabc",
            .status(417)
        ),
    ]

    static let lengthBodies: [HostileRequest] = [
        .init(put + "Content-Length: 3\r\n\r\nabc", .stays([200])),
        .init(put + "Content-Length: 3\r\n\r\n", .finish, .status(400)),
        .init(put + "Content-Length: 3\r\n\r\nab", .finish, .status(400)),
        .init(put + "Content-Length: 100000\r\n\r\n" + many("a", 99_999), .finish, .status(400)),
        .init(put + "Content-Length: 9223372036854775807\r\n\r\nabc", .finish, .status(400)),
        .init(
            "PUT /echo HTTP/1.1\r\nHost: a\r\nContent-Length: 9223372036854775807\r\n\r\nabc",
            .status(400)
        ),
        // An answer before the body: a small rest is dropped, of a large one the connection ends.
        .init("PUT /refuse HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc", .stays([403])),
        .init(
            "PUT /refuse HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nab",
            .finish,
            .answers([403])
        ),
        .init(
            "PUT /refuse HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n"
                + many("a", 1_000_000),
            .status(403)
        ),
        .init(
            "PUT /refuse HTTP/1.1\r\nHost: a\r\nContent-Length: 9223372036854775807\r\n\r\n",
            .status(403)
        ),
        .init(
            "PUT /refuse HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n\r\n",
            .status(403)
        ),
        .init("GET /hello HTTP/1.1\r\nHost: a\r\nContent-Length: 3\r\n\r\nabc", .stays([200])),
        // More than was announced is the next request.
        .init(put + "Content-Length: 3\r\n\r\nabcdef\r\n\r\n", .answers([200, 400])),
        .init(put + "Content-Length: 0\r\n\r\nabc\r\n\r\n", .answers([200, 400])),
        .init(put + "\r\nabc\r\n\r\n", .answers([200, 400])),
    ]

    static let chunkedBodies: [HostileRequest] = [
        .init(chunked + "3\r\nabc\r\n0\r\n\r\n", .stays([200])),
        .init(chunked + "3;x=y\r\nabc\r\n0\r\nx: y\r\n\r\n", .stays([200])),
        .init(chunked, .finish, .status(400)),
        .init(chunked + "3", .finish, .status(400)),
        .init(chunked + "3\r", .finish, .status(400)),
        .init(chunked + "3\r\n", .finish, .status(400)),
        .init(chunked + "3\r\nab", .finish, .status(400)),
        .init(chunked + "3\r\nabc", .finish, .status(400)),
        .init(chunked + "3\r\nabc\r\n", .finish, .status(400)),
        .init(chunked + "3\r\nabc\r\n0\r\n", .finish, .status(400)),
        .init(chunked + "3\r\nabc\r\n0\r\nx: y\r\n", .finish, .status(400)),
        .init(chunked + "\r\n", .status(400)),
        .init(chunked + "x\r\n", .status(400)),
        .init(chunked + "-1\r\nabc", .status(400)),
        .init(chunked + "+3\r\nabc", .status(400)),
        .init(chunked + "0x3\r\nabc", .status(400)),
        .init(chunked + " 3\r\nabc", .status(400)),
        .init(chunked + "3 \r\nabc", .status(400)),
        .init(chunked + "3\nabc\n0\n\n", .status(400)),
        .init(chunked + "3\rabc", .status(400)),
        .init(chunked + "2\r\nabc\r\n0\r\n\r\n", .status(400)),
        .init(chunked + "4\r\nabc\r\n0\r\n\r\n", .status(400)),
        .init(chunked + "ffffffffffffffff\r\nabc", .status(400)),
        .init(chunked + "10000000000000003\r\nabc", .status(400)),
        .init(chunked + many("0", 5_000) + "3\r\nabc", .status(400)),
        .init(chunked + "3;" + many("x", 5_000) + "\r\nabc", .status(400)),
        .init(chunked + "3;\u{0}\r\nabc", .status(400)),
        .init(chunked + "0\r\nbroken\r\n\r\n", .status(400)),
        .init(chunked + "0\r\n: y\r\n\r\n", .status(400)),
        .init(chunked + "0\r\nx: " + many("y", 9_000) + "\r\n\r\n", .status(400)),
        .init(chunked + "0\r\n" + many("x: y\r\n", 33) + "\r\n", .status(400)),
        // A trailer is no header: it changes nothing of the framing.
        .init(
            chunked + "0\r\nContent-Length: 99\r\nTransfer-Encoding: gzip\r\nHost: b\r\n\r\n",
            .stays([200])
        ),
        .init(
            "PUT /refuse HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n",
            .stays([403])
        ),
        .init(
            "PUT /refuse HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\nx\r\n",
            .answers([403])
        ),
        .init(
            "PUT /refuse HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n\r\n"
                + many("5\r\nabcde\r\n", 100_000),
            .answers([403])
        ),
    ]

    /// Heads that end before they are one: there is nobody to answer.
    static let cutHeads: [HostileRequest] = [
        "G", "GET", "GET ", "GET /hello", "GET /hello HTTP/1.1", "GET /hello HTTP/1.1\r",
        "GET /hello HTTP/1.1\r\n",
        "GET /hello HTTP/1.1\r\nHo", "GET /hello HTTP/1.1\r\nHost:",
        "GET /hello HTTP/1.1\r\nHost: a",
        "GET /hello HTTP/1.1\r\nHost: a\r", "GET /hello HTTP/1.1\r\nHost: a\r\n",
        "GET /hello HTTP/1.1\r\nHost: a\r\n\r", "\r", "\r\n", "",
    ].map { HostileRequest($0, .finish, .closed) }

    static let sequences: [HostileRequest] = [
        .init(
            "GET /hello HTTP/1.1\r\n" + ok + "GET /hello HTTP/1.1\r\nHost : a\r\n\r\n",
            .answers([200, 400])
        ),
        .init("GET /hello HTTP/1.1\r\n" + ok + "BROKEN\r\n\r\n", .answers([200, 400])),
        .init(
            "GET /hello HTTP/1.1\r\n" + ok + "GET /hello HTTP/1.1\r\nHost: a",
            .finish,
            .answers([200])
        ),
        .init(
            "GET /hello HTTP/1.1\r\nConnection: close\r\nHost: a\r\n\r\nGET /hello HTTP/1.1\r\n"
                + ok,
            .answers([200])
        ),
        .init("GET /hello HTTP/1.0\r\n\r\nGET /hello HTTP/1.0\r\n\r\n", .answers([200])),
        .init("BROKEN\r\n\r\nGET /hello HTTP/1.1\r\n" + ok, .status(400)),
        .init(many("GET /hello HTTP/1.1\r\n" + ok, 500), .stays([Int](repeating: 200, count: 500))),
        .init(many("GET /hello HTTP/1.1\r\n" + ok, 3), .finish, .answers([200, 200, 200])),
        // Smuggling: one parser's body is the other's request.
        .init(
            put + "Content-Length: 6\r\nTransfer-Encoding: chunked\r\n\r\n0\r\n\r\nG",
            .status(400)
        ),
        .init(
            put + "Content-Length: 6\r\nTransfer-Encoding:\tchunked\r\n\r\n0\r\n\r\nG",
            .status(400)
        ),
        .init(
            put + "Transfer-Encoding: chunked\r\nTransfer-encoding: x\r\n\r\n0\r\n\r\n",
            .status(400)
        ),
        .init(chunked + "0\r\n\r\nGET /refuse HTTP/1.1\r\n" + ok, .stays([200, 403])),
    ]

    static let binary: [HostileRequest] = [
        // TLS, SOCKS5, an HTTP/2 frame, all zeros, all ones, a gzip header.
        .init(
            bytes: [0x16, 0x03, 0x01, 0x02, 0x00, 0x01, 0x00, 0x01, 0xFC, 0x03, 0x03],
            .status(400)
        ),
        .init(bytes: [0x05, 0x01, 0x00, 0x0D, 0x0A], .status(400)),
        .init(bytes: [0x00, 0x00, 0x12, 0x04, 0x00, 0x00, 0x00, 0x00, 0x00], .status(400)),
        .init(bytes: [UInt8](repeating: 0, count: 100_000), .status(400)),
        .init(bytes: [UInt8](repeating: 0xFF, count: 100_000), .status(414)),
        .init(bytes: [0x1F, 0x8B, 0x08, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x03], .status(400)),
        .init(bytes: Array((0...255).map { UInt8($0) }), .status(400)),
        .init("SSH-2.0-OpenSSH_9.2\r\n", .status(400)),
        .init("EHLO example.com\r\n", .status(400)),
        .init("*1\r\n$4\r\nPING\r\n", .status(400)),
    ]
}
