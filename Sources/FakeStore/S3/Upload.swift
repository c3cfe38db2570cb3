// The body of an upload: received once, hashed on the way, refused when it isn't what was announced.

import Digest
import HTTP
import HTTPServer
import Identity
import Store

/// A body that arrived whole and matches every digest its head announced.
struct ReceivedBody {
    let content: ContentWriter
    let size: Int64
    let md5: MD5.Value
}

enum Upload {
    /// Receives a PUT's body into the store's spool, which is forgotten unless it is committed.
    ///
    /// The digests are judged in S3's order: the signed hash before Content-MD5 before the checksum
    /// [reported: another implementation that tests against AWS].
    static func receive(
        _ exchange: Exchange,
        expectedBytes: Int64,
        checksum sent: SentChecksum?,
        contentMD5: MD5.Value?
    ) async throws(S3Error) -> ReceivedBody {
        let content = exchange.cloud.store.newContent(expectedSize: expectedBytes)
        var size: Int64 = 0
        var md5 = MD5()
        var signed = exchange.signedPayloadHash == nil ? nil : SHA256()
        var checksum = sent?.running
        do {
            while true {
                let count = try await exchange.body.next { bytes in
                    md5.update(bytes)
                    signed?.update(bytes)
                    checksum?.update(bytes)
                    try content.append(bytes)
                    return bytes.count
                }
                guard let count else { break }
                size += Int64(count)
                exchange.receivedBytes = size
            }
        } catch let error as BodyError {
            throw S3Error(receiving: error)
        } catch {
            throw S3Error(storing: error)
        }
        if let expected = exchange.signedPayloadHash, let computed = signed?.finalize(),
            computed != expected
        {
            throw .contentSHA256Mismatch(client: expected.hex, computed: computed.hex)
        }
        let digest = md5.finalize()
        if let contentMD5, contentMD5 != digest {
            throw .badDigest(expectedHex: contentMD5.hex, calculatedBase64: digest.base64)
        }
        if let sent, let computed = checksum?.base64(), computed != sent.value {
            throw .badChecksum(sent.algorithm.rawValue)
        }
        return ReceivedBody(content: content, size: size, md5: digest)
    }
}
