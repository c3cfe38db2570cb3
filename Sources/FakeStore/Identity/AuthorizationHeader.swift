// The Authorization header of Signature Version 4:
// `AWS4-HMAC-SHA256 Credential=KEY/DATE/REGION/SERVICE/aws4_request, SignedHeaders=a;b, Signature=HEX`
//
// The refusals and their order are S3's [reported: measured against S3 by another implementation; the
// texts are in s3-wire terms in SignatureError+Answer.swift].

import Platform

/// The parts of an Authorization header, as slices of it.
package struct AuthorizationHeader: Sendable {
    package let accessKeyID: ArraySlice<UInt8>
    /// The day of the signing key, `20130524`.
    package let date: ArraySlice<UInt8>
    package let region: ArraySlice<UInt8>
    package let service: ArraySlice<UInt8>
    package let terminator: ArraySlice<UInt8>
    /// `date/region/service`, what the signing key is derived for.
    package let keyScope: ArraySlice<UInt8>
    /// `date/region/service/aws4_request`, as in the string to sign.
    package let scope: ArraySlice<UInt8>
    /// The names of the signed headers, `host;x-amz-date`.
    package let signedHeaders: ArraySlice<UInt8>
    package let signature: ArraySlice<UInt8>

    /// The algorithm's name, which S3 takes in any case.
    package static let algorithm = "AWS4-HMAC-SHA256"

    /// Checks the scheme, which S3 looks at before anything else of the request, and returns what follows.
    static func parameters(of header: ArraySlice<UInt8>) throws(SignatureError) -> ArraySlice<UInt8>
    {
        guard let space = header.firstIndex(of: UInt8(ascii: " ")) else {
            throw .noSpace(header: text(header))
        }
        let scheme = header[..<space]
        if isWord(scheme, AuthorizationHeader.algorithm) { return header[(space + 1)...] }
        if isWord(scheme, "AWS") || isWord(scheme, "AWS4-ECDSA-P256-SHA256") {
            throw .unsupportedVersion
        }
        throw .unsupportedType(header: text(header))
    }

    /// Reads the three parameters that follow the scheme, in any order, with or without spaces around commas.
    init(parameters: ArraySlice<UInt8>) throws(SignatureError) {
        var credential: ArraySlice<UInt8>?
        var signedHeaders: ArraySlice<UInt8>?
        var signature: ArraySlice<UInt8>?
        var start = parameters.startIndex
        while start < parameters.endIndex {
            var end = start
            while end < parameters.endIndex, parameters[end] != UInt8(ascii: ",") { end += 1 }
            var part = parameters[start..<end]
            while part.first == UInt8(ascii: " ") { part = part.dropFirst() }
            while part.last == UInt8(ascii: " ") { part = part.dropLast() }
            if let value = value(of: "Credential", in: part) {
                credential = value
            } else if let value = value(of: "SignedHeaders", in: part) {
                signedHeaders = value
            } else if let value = value(of: "Signature", in: part) {
                signature = value
            } else {
                throw .missingComponents
            }
            start = end + 1
        }
        guard let credential, let signedHeaders, let signature else { throw .missingComponents }
        self.signedHeaders = signedHeaders
        self.signature = signature

        // The key's id may not hold a slash, so there are exactly four.
        var slashes = InlineArray<4, Int>(repeating: 0)
        var count = 0
        for index in credential.indices where credential[index] == UInt8(ascii: "/") {
            guard count < 4 else { throw .malformedCredential }
            slashes[count] = index
            count += 1
        }
        guard count == 4 else { throw .malformedCredential }
        accessKeyID = credential[..<slashes[0]]
        date = credential[(slashes[0] + 1)..<slashes[1]]
        region = credential[(slashes[1] + 1)..<slashes[2]]
        service = credential[(slashes[2] + 1)..<slashes[3]]
        terminator = credential[(slashes[3] + 1)...]
        keyScope = credential[(slashes[0] + 1)..<slashes[3]]
        scope = credential[(slashes[0] + 1)...]
    }

    /// Checks the scope in S3's order: date, region, service, terminator, and that the date is the request's.
    func checkScope(
        time: Timestamp,
        region expectedRegion: String?,
        service expectedService: String
    ) throws(SignatureError) {
        guard date.count == 8, let year = date.prefix(4).decimalValue,
            let month = date.dropFirst(4).prefix(2).decimalValue,
            let day = date.suffix(2).decimalValue,
            CivilTime(year: year, month: month, day: day) != nil
        else { throw .badScopeDate(AuthorizationHeader.text(date)) }
        guard !region.isEmpty else { throw .emptyRegion }
        if let expectedRegion, !isEqual(region.span, expectedRegion.utf8.span) {
            throw .wrongRegion(sent: AuthorizationHeader.text(region), expected: expectedRegion)
        }
        guard isEqual(service.span, expectedService.utf8.span) else {
            throw .wrongService(sent: AuthorizationHeader.text(service), expected: expectedService)
        }
        guard isEqual(terminator.span, "aws4_request".utf8.span) else {
            throw .wrongTerminator(sent: AuthorizationHeader.text(terminator))
        }
        let civil = CivilTime(time)
        guard civil.year == year, civil.month == month, civil.day == day else {
            throw .scopeDateMismatch
        }
    }

    /// Whether a header's lower-case name is in the list of signed ones.
    @inline(__always)
    func signs(_ name: Span<UInt8>) -> Bool {
        let list = signedHeaders.span
        var start = 0
        while start <= list.count {
            var end = start
            while end < list.count, list[end] != UInt8(ascii: ";") { end += 1 }
            if end - start == name.count, isSameName(name, list.extracting(start..<end)) {
                return true
            }
            start = end + 1
        }
        return false
    }

    static func text(_ bytes: ArraySlice<UInt8>) -> String {
        String(decoding: bytes, as: UTF8.self)
    }
}

/// What follows `name=` in a parameter, or nil when it is another parameter.
@inline(__always)
private func value(of name: StaticString, in part: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    let length = name.utf8CodeUnitCount
    guard part.count > length, part[part.startIndex + length] == UInt8(ascii: "=") else {
        return nil
    }
    let isNamed = name.withUTF8Buffer { buffer in
        for index in 0..<length where part[part.startIndex + index] != buffer[index] {
            return false
        }
        return true
    }
    return isNamed ? part[(part.startIndex + length + 1)...] : nil
}

/// Whether the bytes are the word, in any case.
private func isWord(_ bytes: ArraySlice<UInt8>, _ word: String) -> Bool {
    bytes.count == word.utf8.count
        && zip(bytes, word.utf8).allSatisfy { byte, wanted in
            byte == wanted || (byte &- UInt8(ascii: "a") < 26 && byte & 0xDF == wanted)
        }
}
