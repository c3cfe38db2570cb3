// A second, independent reading of Signature Version 4: it shares no code with the verifier, so
// that a mistake in one cannot agree with itself in the other.

import Digest
import Platform

/// Signs requests in the Authorization header, as AWS's documentation describes it.
struct TestSigner {
    var accessKey = "AKIAFAKESTORE0000000"
    var secret = "fakestore-secret-key-not-for-production"
    var region = "us-east-1"
    var service = "s3"

    /// The header fields that sign the request, to be sent beside `Host` and the given ones.
    ///
    /// `path` and `query` are encoded already; `query` is sorted here. `payload` stands in place of the
    /// body's hash.
    func fields(
        _ method: String,
        path: String,
        query: String = "",
        host: String,
        headers: [(String, String)] = [],
        body: [UInt8] = [],
        payload: String? = nil,
        at time: Timestamp = .now()
    ) -> [(String, String)] {
        let stamp = time.iso8601().filter { $0 != "-" && $0 != ":" }
        let day = String(stamp.prefix(8))
        let payload = payload ?? TestSigner.hex(TestSigner.sha256(body))
        var all = headers.map { ($0.0.lowercased(), $0.1) }
        all.append(("host", host))
        all.append(("x-amz-date", stamp))
        all.append(("x-amz-content-sha256", payload))
        all.sort { $0.0 < $1.0 }
        let names = all.map(\.0).joined(separator: ";")
        let sorted = query.split(separator: "&").map { $0.contains("=") ? String($0) : "\($0)=" }
            .sorted().joined(separator: "&")
        let canonical =
            ([method, path, sorted] + all.map { "\($0.0):\($0.1)" } + ["", names, payload])
            .joined(separator: "\n")
        let scope = "\(day)/\(region)/\(service)/aws4_request"
        let hash = TestSigner.hex(TestSigner.sha256(Array(canonical.utf8)))
        let text = "AWS4-HMAC-SHA256\n\(stamp)\n\(scope)\n\(hash)"
        let signature = TestSigner.hex(TestSigner.hmac(key(day), Array(text.utf8)))
        let authorization =
            "AWS4-HMAC-SHA256 Credential=\(accessKey)/\(scope), SignedHeaders=\(names), "
            + "Signature=\(signature)"
        return headers + [
            ("x-amz-date", stamp), ("x-amz-content-sha256", payload),
            ("Authorization", authorization),
        ]
    }

    /// A body as one signed chunk and the last, empty one, behind a head that was signed with `fields`.
    func chunked(_ body: [UInt8], after fields: [(String, String)]) -> [UInt8] {
        let stamp = fields.first { $0.0 == "x-amz-date" }?.1 ?? ""
        let day = String(stamp.prefix(8))
        var previous = String((fields.first { $0.0 == "Authorization" }?.1 ?? "").suffix(64))
        var wire: [UInt8] = []
        for chunk in [body, []] {
            let text =
                "AWS4-HMAC-SHA256-PAYLOAD\n\(stamp)\n\(day)/\(region)/\(service)/aws4_request\n"
                + "\(previous)\n\(TestSigner.hex(TestSigner.sha256([])))\n"
                + TestSigner.hex(TestSigner.sha256(chunk))
            previous = TestSigner.hex(TestSigner.hmac(key(day), Array(text.utf8)))
            let line = "\(String(chunk.count, radix: 16));chunk-signature=\(previous)\r\n"
            wire += Array(line.utf8) + chunk + Array("\r\n".utf8)
        }
        return wire
    }

    /// The signing key of a day.
    private func key(_ day: String) -> [UInt8] {
        [day, region, service, "aws4_request"].reduce(Array("AWS4\(secret)".utf8)) { key, part in
            TestSigner.hmac(key, Array(part.utf8))
        }
    }

    private static func sha256(_ bytes: [UInt8]) -> [UInt8] {
        var hash = SHA256()
        hash.update(bytes)
        return Array(hash.finalize().bytes)
    }

    /// RFC 2104 for keys up to the block size.
    private static func hmac(_ key: [UInt8], _ message: [UInt8]) -> [UInt8] {
        let block = key + [UInt8](repeating: 0, count: 64 - key.count)
        return sha256(block.map { $0 ^ 0x5C } + sha256(block.map { $0 ^ 0x36 } + message))
    }

    private static func hex(_ bytes: [UInt8]) -> String {
        bytes.map { byte in
            let text = String(byte, radix: 16)
            return text.count == 1 ? "0\(text)" : text
        }.joined()
    }
}
