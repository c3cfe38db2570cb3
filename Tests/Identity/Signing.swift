import Digest
import HTTP
import Platform

@testable import Identity

/// A key of a test, which holds itself.
struct TestKey: KeyHolder {
    let key: SecretKey
    var isActive = true

    init(id: String, secret: String) { key = SecretKey(id: id, secret: secret) }

    /// The key of AWS's worked examples for S3.
    static let documented = TestKey(
        id: "AKIAIOSFODNN7EXAMPLE",
        secret: "wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEY"
    )
}

/// The time of AWS's worked examples for S3: 2013-05-24T00:00:00Z.
let documentedTime = Timestamp(seconds: 1_369_353_600)

let emptyBody = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"

extension Verifier {
    /// Verifies the text of a head against one key.
    func verify(
        _ text: String,
        key: TestKey = .documented,
        now: Timestamp = documentedTime,
        region: String? = "us-east-1"
    ) throws -> Proof<TestKey> {
        let text = text.replacing("\n", with: "\r\n") + "\r\n\r\n"
        let head = try RequestHead(parsing: text)
        return try verify(Input(head), now: now, region: region) { id in
            isEqual(id, key.key.id.utf8.span) ? key : nil
        }
    }

    /// The reason for which a head is refused, or nil when it is believed.
    func refusal(
        _ text: String,
        key: TestKey = .documented,
        now: Timestamp = documentedTime,
        region: String? = "us-east-1"
    ) -> SignatureError? {
        do {
            _ = try verify(text, key: key, now: now, region: region)
            return nil
        } catch let error as SignatureError {
            return error
        } catch {
            fatalError("the head does not parse: \(error)")
        }
    }
}

extension String {
    /// The text with each occurrence of another replaced.
    func replacing(_ old: String, with new: String) -> String {
        var result = ""
        var rest = self[...]
        while let first = rest.first {
            if rest.hasPrefix(old) {
                result += new
                rest = rest.dropFirst(old.count)
            } else {
                result.append(first)
                rest = rest.dropFirst()
            }
        }
        return result
    }
}
