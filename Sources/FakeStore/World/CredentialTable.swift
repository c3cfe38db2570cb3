// Access keys by their id, found by the bytes of a request without making a String of them.

/// The credentials of a world by access key id.
struct CredentialTable: Sendable {
    /// Ids with the same hash stand together.
    private var credentials: [UInt64: [Credential]] = [:]

    mutating func add(_ credential: Credential) {
        credentials[hash(credential.key.id.utf8.span), default: []].append(credential)
    }

    subscript(id: Span<UInt8>) -> Credential? {
        guard let candidates = credentials[hash(id)] else { return nil }
        for candidate in candidates where isEqual(candidate.key.id.utf8.span, id) {
            return candidate
        }
        return nil
    }

    /// FNV-1a; the dictionary hashes again with its own secret seed.
    private func hash(_ bytes: Span<UInt8>) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for index in bytes.indices {
            hash = (hash ^ UInt64(bytes[index])) &* 0x100_0000_01B3
        }
        return hash
    }

    private func isEqual(_ left: Span<UInt8>, _ right: Span<UInt8>) -> Bool {
        guard left.count == right.count else { return false }
        for index in left.indices where left[index] != right[index] { return false }
        return true
    }
}
