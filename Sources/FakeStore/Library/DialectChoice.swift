// Whose protocol a request speaks. STS and IAM have one address, `/`, so all other requests cost one
// comparison.

import HTTP

/// The service that a request is for.
enum DialectChoice: Equatable {
    case s3, sts, iam

    /// Chooses by the service in the signature's scope; without a signature, by the form of the query
    /// protocol, which is STS's unless it names IAM's version: STS alone has calls that nobody signs.
    init(_ head: RequestHead) {
        self = .s3
        guard head.rawPath.count <= 1, head.method == .post || head.method == .get else { return }
        if let authorization = head.headers.bytes(of: "authorization") {
            self = DialectChoice(service: DialectChoice.service(ofHeader: authorization))
            return
        }
        let query = String(decoding: head.rawQuery ?? [], as: UTF8.self)
        let parameters = query.split(separator: "&")
        if let credential = parameters.first(where: { $0.hasPrefix("X-Amz-Credential=") }) {
            let parts = credential.replacingSlashes().split(separator: "/")
            self = DialectChoice(service: parts.count == 5 ? Array(parts[3].utf8)[...] : [])
            return
        }
        if parameters.contains(where: { $0.hasPrefix("Action=") }) {
            self = parameters.contains("Version=2010-05-08") ? .iam : .sts
        } else if head.method == .post,
            head.headers.first("content-type")?.hasPrefix("application/x-www-form-urlencoded")
                ?? false
        {
            self = .sts
        }
    }

    private init(service: ArraySlice<UInt8>) {
        if service.isEqual(to: "sts") {
            self = .sts
        } else if service.isEqual(to: "iam") {
            self = .iam
        } else {
            self = .s3
        }
    }

    /// The service in `Credential=KEY/DATE/REGION/SERVICE/aws4_request`; empty when there is none.
    private static func service(ofHeader header: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
        let separators: Set<UInt8> = [UInt8(ascii: " "), UInt8(ascii: ",")]
        for part in header.split(whereSeparator: separators.contains)
        where part.starts(with: "Credential=".utf8) {
            let parts = part.split(separator: UInt8(ascii: "/"))
            return parts.count == 5 ? parts[3] : []
        }
        return []
    }
}

extension Substring {
    /// The text with encoded slashes decoded, as credentials in a query are sent.
    fileprivate func replacingSlashes() -> String {
        String(decoding: PercentEncoding.decode(String(self)) ?? [], as: UTF8.self)
    }
}
