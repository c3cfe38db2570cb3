// The status lines of HTTP/1.1, ready to be copied.

/// Status lines.
enum StatusLine {
    /// Appends `HTTP/1.1 200 OK` with its line end.
    static func append(_ status: Int, to bytes: inout [UInt8]) {
        // The usual ones as a whole; every answer has one.
        switch status {
        case 200: bytes.append(contentsOf: ("HTTP/1.1 200 OK\r\n" as StaticString).buffer)
        case 204: bytes.append(contentsOf: ("HTTP/1.1 204 No Content\r\n" as StaticString).buffer)
        default:
            bytes.append(contentsOf: ("HTTP/1.1 " as StaticString).buffer)
            bytes.appendDecimal(status)
            bytes.append(0x20)
            bytes.append(contentsOf: reason(status).buffer)
            bytes.append(0x0D)
            bytes.append(0x0A)
        }
    }

    /// The reason phrase of RFC 9110, 15; empty for a status without one.
    static func reason(_ status: Int) -> StaticString {
        switch status {
        case 100: "Continue"
        case 200: "OK"
        case 201: "Created"
        case 202: "Accepted"
        case 204: "No Content"
        case 206: "Partial Content"
        case 301: "Moved Permanently"
        case 302: "Found"
        case 303: "See Other"
        case 304: "Not Modified"
        case 307: "Temporary Redirect"
        case 308: "Permanent Redirect"
        case 400: "Bad Request"
        case 401: "Unauthorized"
        case 403: "Forbidden"
        case 404: "Not Found"
        case 405: "Method Not Allowed"
        case 406: "Not Acceptable"
        case 408: "Request Timeout"
        case 409: "Conflict"
        case 410: "Gone"
        case 411: "Length Required"
        case 412: "Precondition Failed"
        case 413: "Content Too Large"
        case 414: "URI Too Long"
        case 415: "Unsupported Media Type"
        case 416: "Range Not Satisfiable"
        case 417: "Expectation Failed"
        case 422: "Unprocessable Content"
        case 429: "Too Many Requests"
        case 431: "Request Header Fields Too Large"
        case 499: "Client Closed Request"
        case 500: "Internal Server Error"
        case 501: "Not Implemented"
        case 502: "Bad Gateway"
        case 503: "Service Unavailable"
        case 504: "Gateway Timeout"
        case 505: "HTTP Version Not Supported"
        case 507: "Insufficient Storage"
        default: ""
        }
    }
}
