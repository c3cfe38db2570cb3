// One HTTP request as a value: everything curl needs to know, and nothing about curl.

import Platform

/// A request to be sent by a `Transport`.
package struct TransferRequest: Sendable {
    /// The methods the exporter uses.
    package enum Method: String, Sendable {
        case get = "GET"
        case head = "HEAD"
        case put = "PUT"
        case post = "POST"
        case delete = "DELETE"
    }

    /// What follows the head; its length is always known, so a cut upload is always noticed.
    package enum Body: Sendable {
        case none
        case bytes([UInt8])
        /// `count` bytes of a file from `offset`, streamed.
        case file(OpenFile, offset: Int64, count: Int64)

        package var count: Int64 {
            switch self {
            case .none: 0
            case .bytes(let bytes): Int64(bytes.count)
            case .file(_, _, let count): count
            }
        }

        /// `count` of its bytes from `offset`, which must be there.
        package func slice(from offset: Int64, count: Int64) -> Body {
            precondition(
                offset >= 0 && count >= 0 && offset + count <= self.count,
                "\(offset) \(count)"
            )
            switch self {
            case .none: return .none
            case .bytes(let bytes): return .bytes(Array(bytes[Int(offset)..<Int(offset + count)]))
            case .file(let file, let start, _):
                return .file(file, offset: start + offset, count: count)
            }
        }
    }

    /// Who signs the request, and for what.
    package struct Signing: Sendable {
        package let credentials: AWSCredentials
        package let region: String
        /// The service in the signature's scope: `s3`, `sts`.
        package let service: String

        package init(credentials: AWSCredentials, region: String, service: String) {
            self.credentials = credentials
            self.region = region
            self.service = service
        }
    }

    package let method: Method
    package let url: TransferURL
    /// Sent and, where the request is signed, signed as they are.
    package let headers: [(name: String, value: String)]
    package let body: Body
    /// SHA-256 of the body in hex; sent as `x-amz-content-sha256` where the request is signed.
    package let bodySHA256: String
    /// nil for a request without a signature.
    package private(set) var signing: Signing?
    /// Called with the bytes of the body handed out so far, from the thread that sends.
    package let progress: (@Sendable (Int64) -> Void)?

    package init(
        _ method: Method,
        _ url: TransferURL,
        headers: [(name: String, value: String)] = [],
        body: Body = .none,
        bodySHA256: String = TransferRequest.emptySHA256,
        signing: Signing? = nil,
        progress: (@Sendable (Int64) -> Void)? = nil
    ) {
        self.method = method
        self.url = url
        self.headers = headers
        self.body = body
        self.bodySHA256 = bodySHA256
        self.signing = signing
        self.progress = progress
    }

    /// The same request, signed by somebody.
    package func signed(_ signing: Signing) -> TransferRequest {
        var request = self
        request.signing = signing
        return request
    }

    /// SHA-256 of nothing.
    package static let emptySHA256 =
        "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
}
