// An answer, as a handler makes it.

import HTTP
import Platform

/// The body of an answer.
package enum ResponseBody: Sendable {
    /// No body. The length is what Content-Length says in an answer to HEAD or a 304; with nil it
    /// is left out there, and 0 elsewhere.
    case none(length: Int64?)
    case bytes([UInt8])
    /// A part of a file, which must not shrink meanwhile.
    case file(OpenFile, offset: Int64, count: Int64)

    var count: Int64? {
        switch self {
        case .none(let length): length
        case .bytes(let bytes): Int64(bytes.count)
        case .file(_, _, let count): count
        }
    }
}

/// Status, fields and body.
///
/// The server adds Content-Length, Date and Connection, and leaves the body out where the method is
/// HEAD.
package struct Response: Sendable {
    /// The status code.
    package var status: Int
    /// The fields, without those that the server adds.
    package var fields: ResponseFields
    /// The body.
    package var body: ResponseBody
    /// Whether the connection ends after this answer even if the client wants to keep it.
    package var closes = false
    /// How the answer gets lost; nil when it is sent.
    package var loss: Loss?

    /// A way in which an answer does not arrive.
    ///
    /// The connection ends with it.
    package enum Loss: Sendable {
        /// Nothing is sent; the connection is reset.
        case reset
        /// Nothing is sent; the connection is closed in order.
        case close
        /// The head is sent, with the length of the whole body, then so many bytes of the body, which has
        /// more; then the connection is reset.
        case cut(bodyBytes: Int64)
    }

    /// An answer.
    package init(
        status: Int,
        fields: ResponseFields = ResponseFields(),
        body: ResponseBody = .none(length: nil)
    ) {
        self.status = status
        self.fields = fields
        self.body = body
    }
}
