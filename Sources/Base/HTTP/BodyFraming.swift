// How a request's body is delimited, and the decision which of the rules of RFC 9112, 6.3 applies.
// A request without either field has no body: unlike answers, requests never run to the end of the
// connection.

/// Where a request body ends.
package enum BodyFraming: Equatable, Sendable {
    case none
    /// Exactly so many bytes; may be 0.
    case length(Int64)
    /// Chunked coding (RFC 9112, 7.1).
    case chunked
}

/// What the parser saw of the two framing fields.
struct FramingFields {
    var contentLengthCount = 0
    var contentLength: Range<Int> = 0..<0
    var transferEncodingCount = 0
    /// Whether `chunked` was the last coding so far.
    var endsInChunked = false

    /// Notes a Transfer-Encoding line.
    ///
    /// Lines of the same name are one list (RFC 9110, 5.3), so the order of codings runs on.
    mutating func addTransferEncoding(_ value: Range<Int>, in head: Span<UInt8>) throws(HeadError) {
        transferEncodingCount += 1
        var start = value.lowerBound
        while true {
            let comma = head.first(UInt8(ascii: ","), from: start, to: value.upperBound)
            var (first, last) = (start, comma)
            while first < last, head[first].isBlank { first += 1 }
            while last > first, head[last - 1].isBlank { last -= 1 }
            // An empty list or element says nothing we could frame by.
            if first == last { throw .invalidTransferEncoding }
            // 7.1: "A sender MUST NOT apply the chunked transfer coding more than once"; and 6.1:
            // anything after it would leave the end of the message unknown.
            if endsInChunked { throw .chunkedNotLast }
            if head.matches("chunked", from: first, length: last - first) {
                endsInChunked = true
            } else if head.firstNonToken(from: first) < last {
                let next = head[head.firstNonToken(from: first)]
                // `gzip;q=1` is a coding with parameters, `(` is nothing.
                throw next == UInt8(ascii: ";") || next.isBlank
                    ? .unknownTransferCoding : .invalidTransferEncoding
            } else {
                hasUnknownCoding = true
            }
            if comma == value.upperBound { return }
            start = comma + 1
        }
    }

    private var hasUnknownCoding = false

    /// The framing, or why there is none.
    func framing(minorVersion: Int, head: Span<UInt8>) throws(HeadError) -> BodyFraming {
        if transferEncodingCount > 0 {
            // RFC 9112, 6.1: an HTTP/1.0 message with Transfer-Encoding is to be treated "as if the
            // framing is faulty".
            if minorVersion == 0 { throw .transferEncodingInHTTP10 }
            // 6.3 rule 3: with both fields the message "might indicate an attempt to perform request
            // smuggling … and ought to be handled as an error".
            if contentLengthCount > 0 { throw .contentLengthWithTransferEncoding }
            // 6.1: "A server that receives a request message with a transfer coding it does not
            // understand SHOULD respond with 501".
            if hasUnknownCoding, endsInChunked { throw .unknownTransferCoding }
            // 6.3 rule 4: in a request, a final coding that is not chunked is 400.
            if !endsInChunked { throw .chunkedNotLast }
            return .chunked
        }
        guard contentLengthCount > 0 else { return .none }
        // 6.3 rule 5 lets a server take a repeated equal value as one; clients that need it are not
        // known, so it is refused together with those that differ.
        if contentLengthCount > 1 { throw .duplicateContentLength }
        var length: Int64 = 0
        if contentLength.isEmpty { throw .invalidContentLength }
        for index in contentLength {
            // Content-Length = 1*DIGIT (RFC 9110, 8.6): no sign, no list, no blank inside.
            let byte = head[index]
            guard byte.isDigit else { throw .invalidContentLength }
            let (tens, overflow) = length.multipliedReportingOverflow(by: 10)
            let (sum, carry) = tens.addingReportingOverflow(Int64(byte - 0x30))
            if overflow || carry { throw .invalidContentLength }
            length = sum
        }
        return .length(length)
    }
}
