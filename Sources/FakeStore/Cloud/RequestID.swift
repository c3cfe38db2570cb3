// The identifier of one request: `x-amz-request-id` in the answer, `RequestId` in an error's body,
// and the key under which the journal keeps the request.

import Platform
import Synchronization

/// One request's identifier, printed as 16 uppercase hexadecimal digits as S3 does.
package struct RequestID: Hashable, Sendable, CustomStringConvertible {
    package let rawValue: UInt64

    package init(rawValue: UInt64) { self.rawValue = rawValue }

    /// Reads the 16 uppercase hexadecimal digits of an answer's `x-amz-request-id`.
    package init?(_ text: some StringProtocol) {
        guard text.utf8.count == 16 else { return nil }
        var value: UInt64 = 0
        for byte in text.utf8 {
            switch byte {
            case UInt8(ascii: "0")...UInt8(ascii: "9"): value = value << 4 | UInt64(byte - 0x30)
            case UInt8(ascii: "A")...UInt8(ascii: "F"): value = value << 4 | UInt64(byte - 0x37)
            default: return nil
            }
        }
        rawValue = value
    }

    package var description: String {
        String(unsafeUninitializedCapacity: 16) { buffer in
            for index in 0..<16 { buffer[index] = digit(index) }
            return 16
        }
    }

    /// Appends the 16 digits without making a string of them.
    package func append(to bytes: inout [UInt8]) {
        for index in 0..<16 { bytes.append(digit(index)) }
    }

    /// Writes the 16 digits to a place in `bytes`.
    package func write(to bytes: UnsafeMutableBufferPointer<UInt8>, at place: Int) {
        for index in 0..<16 { bytes[place + index] = digit(index) }
    }

    /// The value of `x-amz-id-2` and `HostId`: 76 characters of Base64 in the form of S3's own.
    ///
    /// S3 hides there which machine answered. Ours is made from the id alone, so nothing has to be
    /// kept to print it again; and it ends always the same, because there is one machine.
    package var hostID: String {
        String(unsafeUninitializedCapacity: RequestID.hostIDCount) { text in
            for (index, byte) in RequestID.hostIDForm.enumerated() { text[index] = byte }
            writeHostID(to: text, at: 0)
            return RequestID.hostIDCount
        }
    }

    /// The number of characters of a `hostID`.
    package static let hostIDCount = 76
    /// A `hostID` whose first characters are still to be written.
    package static let hostIDForm = Array(
        "AAAAAAAAAAAAAAAAAAAAFakeStoreAnswersInPlaceOfS3AndTellsWhichStatementAllows=".utf8
    )

    /// Writes what differs of a `hostID` over the `hostIDForm` at a place in `bytes`.
    package func writeHostID(to bytes: UnsafeMutableBufferPointer<UInt8>, at place: Int) {
        let alphabet = RequestID.alphabet.utf8Start
        var state = rawValue
        for start in stride(from: 0, to: 20, by: 10) {
            state &+= 0x9E37_79B9_7F4A_7C15
            var bits = RequestID.scrambled(state)
            for index in start..<start + 10 {
                bytes[place + index] = alphabet[Int(bits & 0x3F)]
                bits >>= 6
            }
        }
    }

    private func digit(_ index: Int) -> UInt8 {
        let nibble = UInt8(truncatingIfNeeded: rawValue >> UInt64(60 - 4 * index)) & 0xF
        return nibble < 10 ? 0x30 + nibble : 0x37 + nibble
    }

    private static let alphabet: StaticString =
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/"

    /// The finishing steps of SplitMix64: a bijection, so different inputs stay different.
    static func scrambled(_ value: UInt64) -> UInt64 {
        var mixed = value
        mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
        mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
        return mixed ^ (mixed >> 31)
    }
}

/// Where request identifiers come from: a counter behind a bijection, so that none comes twice and
/// they look as unrelated as S3's own.
package final class RequestIDs: Sendable {
    private let counter: Atomic<UInt64>

    /// Starts at `seed`; the same seed gives the same identifiers in the same order.
    package init(seed: UInt64) { counter = Atomic(seed) }

    /// The next identifier.
    package func next() -> RequestID {
        let count = counter.add(1, ordering: .relaxed).oldValue
        return RequestID(rawValue: RequestID.scrambled(count &+ 0x9E37_79B9_7F4A_7C15))
    }
}
