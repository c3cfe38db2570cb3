// A request's head as it was read: the raw bytes stay, because signatures are made over them, and
// everything else is a place in them.

/// A complete, accepted request head.
///
/// A class, because it is handed on to whoever has a part in the answer: that costs one reference count.
package final class RequestHead: Sendable {
    /// The method.
    package let method: Method
    /// 0 for HTTP/1.0, 1 for HTTP/1.1.
    package let minorVersion: Int
    /// The field lines in order.
    ///
    /// `headers.bytes` is the whole head, request line included.
    package let headers: HeaderFields
    /// Where the body ends.
    package let framing: BodyFraming
    /// Whether the client waits for 100 before it sends the body (never in HTTP/1.0), be the body
    /// announced as empty.
    package let expectsContinue: Bool
    /// Whether the client wants the connection to stay (RFC 9112, 9.3).
    package let keepsAlive: Bool
    /// How many bytes the head had.
    package var byteCount: Int { headers.bytes.count }

    struct Places: Sendable {
        var target: Span16
        var path: Span16
        /// Includes nothing but the query; its start is 0 where there is no `?`.
        var query: Span16
        var authority: Span16
    }

    /// A range in a head: heads are at most 65,535 bytes.
    struct Span16: Sendable {
        var start: UInt16 = 0
        var end: UInt16 = 0

        init() {}

        init(_ start: Int, _ end: Int) {
            self.start = UInt16(start)
            self.end = UInt16(end)
        }

        var range: Range<Int> { Int(start)..<Int(end) }
    }

    let places: Places

    init(
        method: Method,
        minorVersion: Int,
        headers: HeaderFields,
        framing: BodyFraming,
        expectsContinue: Bool,
        keepsAlive: Bool,
        places: Places
    ) {
        self.method = method
        self.minorVersion = minorVersion
        self.headers = headers
        self.framing = framing
        self.expectsContinue = expectsContinue
        self.keepsAlive = keepsAlive
        self.places = places
    }

    /// The request target exactly as it was sent.
    package var target: ArraySlice<UInt8> { headers.bytes[places.target.range] }

    /// The path exactly as it was sent, still percent-encoded: `/bucket/a%20b`; `*` for `OPTIONS
    /// *`.
    ///
    /// Empty for an absolute target without one (`http://host`).
    package var rawPath: ArraySlice<UInt8> { headers.bytes[places.path.range] }

    /// What stood after the `?`, still percent-encoded; nil without a `?`.
    package var rawQuery: ArraySlice<UInt8>? {
        places.query.start == 0 ? nil : headers.bytes[places.query.range]
    }

    /// The host that the request is for, with its port if one was given: from an absolute target,
    /// else from Host; empty when there is neither (HTTP/1.0).
    package var authority: ArraySlice<UInt8> { headers.bytes[places.authority.range] }

    /// The host without its port: `bucket.localhost`, `[::1]`.
    package var host: ArraySlice<UInt8> {
        let authority = authority
        guard let colon = authority.lastIndex(of: UInt8(ascii: ":")) else { return authority }
        // In `[::1]` the last colon belongs to the address.
        if let bracket = authority.lastIndex(of: UInt8(ascii: "]")), bracket > colon {
            return authority
        }
        return authority[..<colon]
    }
}

extension RequestHead {
    /// Parses a whole head; for tests and requests made inside the process.
    package convenience init(
        parsing text: String,
        limits: HTTPLimits = HTTPLimits()
    ) throws(HeadError) {
        var parser = RequestHeadParser(limits: limits)
        let bytes = Array(text.utf8)
        guard let head = try parser.parse(bytes.span) else { throw .malformedRequestLine }
        self.init(
            method: head.method,
            minorVersion: head.minorVersion,
            headers: head.headers,
            framing: head.framing,
            expectsContinue: head.expectsContinue,
            keepsAlive: head.keepsAlive,
            places: head.places
        )
    }
}
