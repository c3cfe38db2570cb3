// An entry of Action or NotAction: `*` or `service:Name`. Case does not count, `*` and `?` may stand
// anywhere in the name but not in the service (iam.md section 1 and 2).

/// One compiled entry of Action or NotAction.
package struct ActionPattern: Sendable, Hashable {
    private let glob: Glob

    /// Why a text is no action pattern.
    package enum Fault: Error, Hashable {
        /// There is no `service:` before the name.
        case missingService
        /// There is more than one colon.
        case severalColons
        /// The part before the colon is empty or holds a wildcard or a character no service has.
        case badService(String)
        /// The name is empty or holds a character no action has.
        case badName(String)
    }

    package init(_ text: String) throws(Fault) {
        if text != "*" {
            let parts = text.utf8.split(
                separator: UInt8(ascii: ":"),
                omittingEmptySubsequences: false
            )
            guard parts.count >= 2 else { throw .missingService }
            guard parts.count == 2 else { throw .severalColons }
            let isService = { (byte: UInt8) in isLetterOrDigit(byte) || byte == UInt8(ascii: "-") }
            guard !parts[0].isEmpty, parts[0].allSatisfy(isService) else {
                throw .badService(String(parts[0]) ?? "")
            }
            let isName = { (byte: UInt8) in
                isLetterOrDigit(byte) || byte == UInt8(ascii: "*") || byte == UInt8(ascii: "?")
                    || byte == UInt8(ascii: "_") || byte == UInt8(ascii: "-")
            }
            guard !parts[1].isEmpty, parts[1].allSatisfy(isName) else {
                throw .badName(String(parts[1]) ?? "")
            }
        }
        glob = Glob(text, foldsCase: true)
    }

    /// The entry as written.
    package var text: String { glob.text }

    package func matches(_ action: Span<UInt8>) -> Bool { glob.matches(action) }
}

private func isLetterOrDigit(_ byte: UInt8) -> Bool {
    (byte | 0x20) &- UInt8(ascii: "a") < 26 || byte &- UInt8(ascii: "0") < 10
}
