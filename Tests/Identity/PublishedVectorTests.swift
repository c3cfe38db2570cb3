import Digest
import Glibc
import HTTP
import JSON
import Platform
import Testing

@testable import Identity

/// The published vectors of Signature Version 4 (awslabs/aws-c-auth, Apache-2.0), where the file is there: at
/// `$SIGV4_VECTORS`, or in `../shared/data/vectors/sigv4.json` beside the package.
@Suite struct PublishedVectorTests {
    static var file: String? {
        if let path = getenv("SIGV4_VECTORS") { return String(cString: path) }
        let package = #filePath.split(separator: "/").dropLast(3).joined(separator: "/")
        for parent in ["..", "../.."] {
            let path = "/\(package)/\(parent)/shared/data/vectors/sigv4.json"
            if fileExists(path) { return path }
        }
        return nil
    }

    /// Obsolete line folding is refused by the parser of heads (RFC 9112, 5.2), so it can't be signed.
    static let folded = "get-header-value-multiline"

    struct Vector {
        let name: String
        let node: JSONNode

        func text(_ key: String) throws -> String { try #require(node[key]?.string) }

        var key: TestKey {
            get throws {
                let credentials = try #require(node["context.json"]?["credentials"])
                return TestKey(
                    id: try #require(credentials["access_key_id"]?.string),
                    secret: try #require(credentials["secret_access_key"]?.string)
                )
            }
        }

        /// A signed request, taken apart without a parser: the vectors hold bare spaces and UTF-8 in targets.
        func request(_ key: String) throws -> (input: Verifier.Input, target: String) {
            let text = try self.text(key)
            let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
            let first = lines[0]
            let method = try #require(first.split(separator: " ").first)
            let target = first.dropFirst(method.count + 1).dropLast(" HTTP/1.1".count)
            var fields = HeaderFields()
            for line in lines.dropFirst() {
                guard let colon = line.firstIndex(of: ":") else { break }
                let value = line[line.index(after: colon)...].drop { $0 == " " }
                fields.add(String(line[..<colon]), String(value))
            }
            let query = target.firstIndex(of: "?").map { target[target.index(after: $0)...] }
            let path = target.prefix { $0 != "?" }
            let input = Verifier.Input(
                method: String(method),
                rawPath: Array(path.utf8)[...],
                rawQuery: Array((query ?? "").utf8)[...],
                fields: fields
            )
            return (input, String(target))
        }

        var rule: PathRule {
            .encodedTwice(normalised: node["context.json"]?["normalize"]?.bool ?? true)
        }
    }

    static let vectors: [Vector] = {
        guard let file else { return [] }
        guard let bytes = try? OpenFile.contents(of: file),
            let node = try? JSON.parse(bytes, file: file)
        else { return [] }
        return (node["cases"]?.array ?? []).compactMap { node in
            guard let name = node["name"]?.string, name != folded else { return nil }
            return Vector(name: name, node: node)
        }
    }()

    @Test(.enabled(if: file != nil, "sigv4.json is not there: set SIGV4_VECTORS to its path"))
    func theFileIsWhole() {
        #expect(PublishedVectorTests.vectors.count == 37)
    }

    @Test(.enabled(if: file != nil, "sigv4.json is not there: set SIGV4_VECTORS to its path"))
    func headerFormGivesThePublishedTextsAndSignature() throws {
        for vector in PublishedVectorTests.vectors {
            let (input, _) = try vector.request("header-signed-request")
            let line = try #require(input.fields.index(of: "authorization"))
            let bytes = input.fields.bytes
            let parameters = try AuthorizationHeader.parameters(
                of: input.fields.valueRange(at: line),
                in: bytes
            )
            let authorization = try AuthorizationHeader(parameters: parameters, in: bytes)
            let canonicalText = try vector.text("header-canonical-request")
            let payload = try #require(canonicalText.split(separator: "\n").last)
            let canonical = CanonicalRequest(
                method: input.method,
                rawPath: input.rawPath,
                rawQuery: input.rawQuery,
                fields: input.fields,
                signedHeaders: bytes[authorization.signedHeaders],
                payload: Array(payload.utf8)[...],
                pathRule: vector.rule
            )
            #expect(canonical.text == canonicalText, "\(vector.name)")
            #expect(canonical.hash == SHA256.hash(canonicalText), "\(vector.name)")
            let date = try SigningDate(input.fields, now: Timestamp(seconds: 0))
            let string = StringToSign(
                date: date.signed,
                scope: bytes[authorization.scope],
                hash: canonical.hash
            )
            #expect(
                String(decoding: string.bytes, as: UTF8.self)
                    == (try vector.text("header-string-to-sign"))
            )
            let key = try vector.key.key.signingKey(scope: bytes[authorization.keyScope])
            #expect(
                string.signature(with: key).hex == (try vector.text("header-signature")),
                "\(vector.name)"
            )
        }
    }

    /// The whole verification, with its checks of scope and signed headers.
    ///
    /// Vectors with a session token are refused for the token: the key here is no session's.
    @Test(.enabled(if: file != nil, "sigv4.json is not there: set SIGV4_VECTORS to its path"))
    func verifiesThePublishedRequests() throws {
        let time = try #require(Timestamp(iso8601: "2015-08-30T12:36:00Z"))
        for vector in PublishedVectorTests.vectors {
            var (input, _) = try vector.request("header-signed-request")
            let body = try vector.text("header-canonical-request").split(separator: "\n").last ?? ""
            input.bodyHash = Array(body.utf8)[...]
            let verifier = Verifier(
                service: "service",
                pathRule: vector.rule,
                requiresPayloadHash: false
            )
            let key = try vector.key
            let hasToken = input.fields.contains("x-amz-security-token")
            do {
                _ = try verifier.verify(input, now: time, region: "us-east-1") { id in
                    isEqual(id, key.key.id.utf8.span) ? key : nil
                }
                #expect(!hasToken, "\(vector.name)")
            } catch {
                switch error {
                case .badToken, .headersNotSigned: #expect(hasToken, "\(vector.name): \(error)")
                default: Issue.record("\(vector.name): \(error.answer.code)")
                }
            }
        }
    }

    /// The canonical form of presigned addresses; the flow that takes them comes with a later version.
    @Test(.enabled(if: file != nil, "sigv4.json is not there: set SIGV4_VECTORS to its path"))
    func queryFormGivesThePublishedTextsAndSignature() throws {
        for vector in PublishedVectorTests.vectors {
            let (input, target) = try vector.request("query-signed-request")
            let canonicalText = try vector.text("query-canonical-request")
            let lines = canonicalText.split(separator: "\n", omittingEmptySubsequences: false)
            var query = input.rawQuery
            if vector.node["context.json"]?["omit_session_token"]?.bool == true {
                // The token was added after signing.
                let kept = query.split(separator: UInt8(ascii: "&")).filter {
                    !$0.starts(with: "X-Amz-Security-Token=".utf8)
                }
                query = Array(kept.joined(separator: [UInt8(ascii: "&")]))[...]
            }
            let canonical = CanonicalRequest(
                method: input.method,
                rawPath: input.rawPath,
                rawQuery: query,
                fields: input.fields,
                signedHeaders: Array(lines[lines.count - 2].utf8)[...],
                payload: Array(lines[lines.count - 1].utf8)[...],
                pathRule: vector.rule
            )
            #expect(canonical.text == canonicalText, "\(vector.name): \(target)")
            let scope = Array("20150830/us-east-1/service/aws4_request".utf8)[...]
            let string = StringToSign(
                date: Array("20150830T123600Z".utf8)[...],
                scope: scope,
                hash: canonical.hash
            )
            let key = try vector.key.key.signingKey(
                scope: scope.dropLast("/aws4_request".utf8.count)
            )
            #expect(
                string.signature(with: key).hex == (try vector.text("query-signature")),
                "\(vector.name)"
            )
        }
    }
}
