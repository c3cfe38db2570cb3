// The Authorization header of Signature Version 4:
// `AWS4-HMAC-SHA256 Credential=KEY/DATE/REGION/SERVICE/aws4_request, SignedHeaders=a;b, Signature=HEX`
//
// The refusals and their order are S3's [reported: measured against S3 by another implementation]; their
// texts are in SignatureError+Answer.swift.

@preconcurrency import Glibc
import Platform

/// The parts of an Authorization header, as places in the bytes of its head.
package struct AuthorizationHeader: Sendable {
    private let credential: Range<Int>
    /// The four slashes of the credential.
    private let slashes: InlineArray<4, Int>
    /// The names of the signed headers, `host;x-amz-date`.
    package let signedHeaders: Range<Int>
    package let signature: Range<Int>

    package var accessKeyID: Range<Int> { credential.lowerBound..<slashes[0] }
    /// The day of the signing key, `20130524`.
    package var date: Range<Int> { part(0) }
    package var region: Range<Int> { part(1) }
    package var service: Range<Int> { part(2) }
    package var terminator: Range<Int> { (slashes[3] + 1)..<credential.upperBound }
    /// `date/region/service`, what the signing key is derived for.
    package var keyScope: Range<Int> { (slashes[0] + 1)..<slashes[3] }
    /// `date/region/service/aws4_request`, as in the string to sign.
    package var scope: Range<Int> { (slashes[0] + 1)..<credential.upperBound }

    private func part(_ index: Int) -> Range<Int> { (slashes[index] + 1)..<slashes[index + 1] }

    /// Where the parameters lie, once the scheme is found right.
    ///
    /// S3 looks at the scheme before anything else of the request, and takes it in any case.
    static func parameters(
        of header: Range<Int>,
        in bytes: [UInt8]
    ) throws(SignatureError) -> Range<Int> {
        let span = bytes.span
        var space = header.lowerBound
        while space < header.upperBound, span[space] != UInt8(ascii: " ") { space += 1 }
        guard space < header.upperBound else { throw .noSpace(header: text(bytes[header])) }
        let scheme = span.extracting(header.lowerBound..<space)
        if isWord(scheme, "aws4-hmac-sha256") { return (space + 1)..<header.upperBound }
        if isWord(scheme, "aws") || isWord(scheme, "aws4-ecdsa-p256-sha256") {
            throw .unsupportedVersion
        }
        throw .unsupportedType(header: text(bytes[header]))
    }

    /// Reads the three parameters that follow the scheme, in any order, with or without spaces around commas.
    init(parameters: Range<Int>, in bytes: [UInt8]) throws(SignatureError) {
        let span = bytes.span
        precondition(parameters.upperBound <= span.count, "\(parameters) in \(span.count) bytes")
        var credential: Range<Int>?
        var signedHeaders: Range<Int>?
        var signature: Range<Int>?
        var start = parameters.lowerBound
        while start < parameters.upperBound {
            var end = place(of: UInt8(ascii: ","), in: span, start..<parameters.upperBound)
            let next = end + 1
            while start < end, span[start] == UInt8(ascii: " ") { start += 1 }
            while end > start, span[end - 1] == UInt8(ascii: " ") { end -= 1 }
            if begins(span, start, end, with: "Credential=") {
                credential = (start + 11)..<end
            } else if begins(span, start, end, with: "SignedHeaders=") {
                signedHeaders = (start + 14)..<end
            } else if begins(span, start, end, with: "Signature=") {
                signature = (start + 10)..<end
            } else {
                throw .missingComponents
            }
            start = next
        }
        guard let credential, let signedHeaders, let signature else { throw .missingComponents }
        // The key's id may not hold a slash, so there are exactly four.
        var slashes = InlineArray<4, Int>(repeating: 0)
        var count = 0
        var index = place(of: UInt8(ascii: "/"), in: span, credential)
        while index < credential.upperBound {
            guard count < 4 else { throw .malformedCredential }
            slashes[count] = index
            count += 1
            index = place(of: UInt8(ascii: "/"), in: span, index + 1..<credential.upperBound)
        }
        guard count == 4 else { throw .malformedCredential }
        self.credential = credential
        self.slashes = slashes
        self.signedHeaders = signedHeaders
        self.signature = signature
    }

    /// Checks the scope in S3's order: date, region, service, terminator, and that the date is the request's.
    func checkScope(
        in bytes: [UInt8],
        time: Timestamp,
        region expectedRegion: String?,
        service expectedService: String
    ) throws(SignatureError) {
        let span = bytes.span
        let date = span.extracting(self.date)
        guard date.count == 8, let day = decimalValue(date, 0..<8),
            let civil = CivilTime(year: day / 10_000, month: day / 100 % 100, day: day % 100)
        else { throw .badScopeDate(AuthorizationHeader.text(bytes[self.date])) }
        let region = span.extracting(self.region)
        guard !region.isEmpty else { throw .emptyRegion }
        if let expectedRegion, !isEqual(region, expectedRegion.utf8.span) {
            throw .wrongRegion(
                sent: AuthorizationHeader.text(bytes[self.region]),
                expected: expectedRegion
            )
        }
        let service = span.extracting(self.service)
        guard isEqual(service, expectedService.utf8.span) else {
            throw .wrongService(
                sent: AuthorizationHeader.text(bytes[self.service]),
                expected: expectedService
            )
        }
        let terminator = span.extracting(self.terminator)
        guard isEqual(terminator, "aws4_request".utf8.span) else {
            throw .wrongTerminator(sent: AuthorizationHeader.text(bytes[self.terminator]))
        }
        let distance = time.seconds - civil.timestamp.seconds
        guard (0..<86_400).contains(distance) else { throw .scopeDateMismatch }
    }

    static func text(_ bytes: ArraySlice<UInt8>) -> String {
        String(decoding: bytes, as: UTF8.self)
    }
}

/// Where a byte stands first in a range of a span, or the range's end.
@inline(__always)
private func place(of byte: UInt8, in span: Span<UInt8>, _ range: Range<Int>) -> Int {
    span.extracting(range).withUnsafeBytes { bytes in
        guard let start = bytes.baseAddress,
            let found = memchr(start, Int32(byte), bytes.count)
        else { return range.upperBound }
        return range.lowerBound + (UnsafeRawPointer(found) - start)
    }
}

/// The value of ASCII digits, or nil when there is anything else; `range` holds at most 18.
@inline(__always)
func decimalValue(_ span: Span<UInt8>, _ range: Range<Int>) -> Int? {
    var value = 0
    for index in range {
        let digit = span[index] &- UInt8(ascii: "0")
        guard digit < 10 else { return nil }
        value = value * 10 + Int(digit)
    }
    return value
}

/// Whether the bytes from `start` to `end` begin with a text.
@inline(__always)
private func begins(_ span: Span<UInt8>, _ start: Int, _ end: Int, with text: StaticString) -> Bool
{
    let length = text.utf8CodeUnitCount
    guard end - start >= length else { return false }
    return text.withUTF8Buffer { buffer in
        for index in 0..<length where span[start + index] != buffer[index] { return false }
        return true
    }
}

/// Whether the bytes are the lower-case word, in any case.
@inline(__always)
private func isWord(_ bytes: Span<UInt8>, _ word: StaticString) -> Bool {
    guard bytes.count == word.utf8CodeUnitCount else { return false }
    return word.withUTF8Buffer { isSameName(bytes, $0.span) }
}
