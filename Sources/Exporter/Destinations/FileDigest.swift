// The digests of a file, read in pieces.

import Digest
import Platform

/// Digests of whole files.
package enum FileDigest {
    /// SHA-256 in hex.
    package static func sha256(of path: String) throws -> String {
        let file = try OpenFile(path, .read)
        var digest = SHA256()
        try read(file) { digest.update($0) }
        return digest.finalize().hex
    }

    /// MD5 in hex: S3's ETag of an object that was sent in one piece and not encrypted with KMS.
    package static func md5(of path: String) throws -> String {
        let file = try OpenFile(path, .read)
        var digest = MD5()
        try read(file) { digest.update($0) }
        return digest.finalize().hex
    }

    private static func read(_ file: OpenFile, _ use: (UnsafeRawBufferPointer) -> Void) throws {
        var chunk = [UInt8](repeating: 0, count: 1 << 18)
        var offset: Int64 = 0
        while true {
            let count = try chunk.withUnsafeMutableBytes { try file.read(into: $0, at: offset) }
            if count == 0 { return }
            chunk.withUnsafeBytes { use(UnsafeRawBufferPointer(rebasing: $0[..<count])) }
            offset += Int64(count)
        }
    }
}
