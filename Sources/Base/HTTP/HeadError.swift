// Why a request head was refused. The dialect decides how the answer looks; status and sentence
// are the same everywhere.

/// A request head that can't be accepted.
///
/// The connection ends after the answer, because where the next request would start is not known.
package enum HeadError: Error, Hashable, Sendable, CaseIterable {
    case malformedRequestLine
    case invalidMethod
    case invalidTarget
    case fragmentInTarget
    case asteriskWithoutOptions
    case connectNotSupported
    case targetTooLong
    case unsupportedVersion
    case bareLineFeed
    case bareCarriageReturn
    case controlCharacter
    case foldedLine
    case emptyFieldName
    case invalidFieldName
    case spaceBeforeColon
    case missingColon
    case lineTooLong
    case headTooLarge
    case tooManyFields
    case missingHost
    case duplicateHost
    case invalidHost
    case invalidContentLength
    case duplicateContentLength
    case contentLengthWithTransferEncoding
    case transferEncodingInHTTP10
    case invalidTransferEncoding
    case chunkedNotLast
    case unknownTransferCoding
    case unknownExpectation
    /// The head did not arrive in time.
    case tooSlow
    /// The server has all the connections it is allowed.
    case tooManyConnections

    /// The status of the answer.
    package var status: Int {
        switch self {
        case .targetTooLong: 414
        case .lineTooLong, .headTooLarge, .tooManyFields: 431
        case .unsupportedVersion: 505
        case .unknownTransferCoding, .connectNotSupported: 501
        case .unknownExpectation: 417
        case .tooSlow: 408
        case .tooManyConnections: 503
        default: 400
        }
    }

    /// A sentence for the person who wrote the client.
    package var message: String {
        switch self {
        case .malformedRequestLine:
            "the request line is not `METHOD target HTTP/1.1` with single spaces"
        case .invalidMethod: "the method is not a token"
        case .invalidTarget:
            "the request target is not a path, an http URL or `*`, or holds a character that must be percent-encoded"
        case .fragmentInTarget: "the request target holds a fragment (`#`)"
        case .asteriskWithoutOptions: "the target `*` is for OPTIONS only"
        case .connectNotSupported: "CONNECT is for proxies; this is not one"
        case .targetTooLong: "the request target is too long"
        case .unsupportedVersion: "only HTTP/1.1 and HTTP/1.0 are spoken here"
        case .bareLineFeed: "a line of the head ends in LF without CR"
        case .bareCarriageReturn: "the head holds a CR without LF"
        case .controlCharacter: "the head holds a control character"
        case .foldedLine: "a field line is continued on the next line, which is obsolete"
        case .emptyFieldName: "a field line has no name"
        case .invalidFieldName: "a field name holds a character that is not allowed there"
        case .spaceBeforeColon: "a field name is followed by space before its colon"
        case .missingColon: "a field line has no colon"
        case .lineTooLong: "a field line is too long"
        case .headTooLarge: "the request head is too large"
        case .tooManyFields: "the request head has too many fields"
        case .missingHost: "an HTTP/1.1 request needs a Host field"
        case .duplicateHost: "the request has more than one Host field"
        case .invalidHost: "the request's host is not valid"
        case .invalidContentLength: "Content-Length is not one decimal number"
        case .duplicateContentLength: "the request has more than one Content-Length"
        case .contentLengthWithTransferEncoding:
            "the request has both Content-Length and Transfer-Encoding"
        case .transferEncodingInHTTP10: "HTTP/1.0 has no Transfer-Encoding"
        case .invalidTransferEncoding: "Transfer-Encoding is not a list of codings"
        case .chunkedNotLast: "`chunked` is not the last transfer coding"
        case .unknownTransferCoding: "the only transfer coding known here is `chunked`"
        case .unknownExpectation: "the only expectation known here is `100-continue`"
        case .tooSlow: "the request head did not arrive in time"
        case .tooManyConnections: "the server has too many connections"
        }
    }
}
