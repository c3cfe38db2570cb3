// Is a request signed by the owner of the key it names? The checks come in S3's order [reported: measured
// against S3 by another implementation, one fault at a time and in pairs]:
//
// 1. the scheme, 2. `x-amz-content-sha256`, 3. the date, 4. its distance from now, 5. the three
// parameters, 6. the scope, 7. headers that must be signed, 8. the key, 9. the session token,
// 10. the signature.

import Digest
import HTTP
import Platform

/// Something that holds an access key.
package protocol KeyHolder {
    var key: SecretKey { get }
    /// An inactive key is refused as if it did not exist.
    var isActive: Bool { get }
    /// Whether the key is a session's, found only with its token.
    var isSession: Bool { get }
}

extension KeyHolder {
    package var isSession: Bool { false }

    /// The key as the verifier takes it; nil when it is inactive.
    package var foundKey: Verifier.FoundKey? {
        isActive ? Verifier.FoundKey(key: key, isSession: isSession) : nil
    }
}

/// How a request says who sends it.
package enum SigningForm: Sendable, Hashable {
    /// Not at all.
    case unsigned
    /// In the Authorization header.
    case header
    /// In the query: a presigned address.
    case query

    /// Finds the form; a request that uses two is refused before anything else.
    package static func of(
        _ fields: HeaderFields,
        rawQuery: ArraySlice<UInt8>?
    ) throws(SignatureError) -> SigningForm {
        let header = fields.bytes(of: "authorization")
        guard let rawQuery, names(rawQuery) else { return header == nil ? .unsigned : .header }
        guard header == nil else {
            throw .severalMechanisms(header: header.map(AuthorizationHeader.text) ?? "")
        }
        return .query
    }

    /// Whether a query has a parameter with which presigned addresses begin, of version 4 or 2.
    private static func names(_ query: ArraySlice<UInt8>) -> Bool {
        for parameter in query.split(separator: UInt8(ascii: "&")) {
            let name = parameter.prefix { $0 != UInt8(ascii: "=") }
            if name.elementsEqual("X-Amz-Algorithm".utf8) || name.elementsEqual("Signature".utf8) {
                return true
            }
        }
        return false
    }
}

/// Verifies requests signed in the Authorization header, for one service.
package struct Verifier: Sendable {
    /// The service that the scope must name, for example `s3`.
    package let service: String
    package let pathRule: PathRule
    /// Whether `x-amz-content-sha256` must be sent; only S3 asks for it.
    package let requiresPayloadHash: Bool

    /// How far the request's time may be from ours.
    package static let skewSeconds: Int64 = 900

    package init(service: String, pathRule: PathRule, requiresPayloadHash: Bool) {
        self.service = service
        self.pathRule = pathRule
        self.requiresPayloadHash = requiresPayloadHash
    }

    /// The verifier of S3.
    package static let s3 = Verifier(
        service: "s3",
        pathRule: .encodedOnce,
        requiresPayloadHash: true
    )

    /// The parts of a request that are signed or say how.
    package struct Input: Sendable {
        package var method: String
        package var rawPath: ArraySlice<UInt8>
        package var rawQuery: ArraySlice<UInt8>
        package var fields: HeaderFields
        /// The SHA-256 of the body in hex, for services that don't send it; empty means of no body.
        package var bodyHash: ArraySlice<UInt8>

        package init(
            method: String,
            rawPath: ArraySlice<UInt8>,
            rawQuery: ArraySlice<UInt8>,
            fields: HeaderFields,
            bodyHash: ArraySlice<UInt8> = []
        ) {
            self.method = method
            self.rawPath = rawPath
            self.rawQuery = rawQuery
            self.fields = fields
            self.bodyHash = bodyHash
        }
    }

    /// Who signed, and what the signature covers of the body.
    package struct Proof<Holder> {
        package let holder: Holder
        package let payload: PayloadHash
        /// The region in the scope: the endpoint that the signer believes to call.
        package let region: ArraySlice<UInt8>
        /// When the signer says it signed.
        package let time: Timestamp
        /// What the signatures of the body's chunks begin with; nil when chunks bear none.
        package let chunks: ChunkSignatures?

        init(holder: Holder, signed: Signed) {
            self.holder = holder
            payload = signed.payload
            region = signed.region
            time = signed.time
            chunks = signed.chunks
        }
    }

    /// What a signature that was found right says.
    package struct Signed {
        package let payload: PayloadHash
        /// The region in the scope: the endpoint that the signer believes to call.
        package let region: ArraySlice<UInt8>
        /// When the signer says it signed.
        package let time: Timestamp
        /// What the signatures of the body's chunks begin with; nil when chunks bear none.
        package let chunks: ChunkSignatures?
    }

    /// Verifies a request, or throws the reason why it can't be believed.
    ///
    /// - Parameters:
    ///   - input: the request.
    ///   - now: the real time.
    ///   - region: the region the scope must name; nil takes any.
    ///   - find: the holder of an access key id. It looks at the session's token itself, because what is
    ///     found may depend on it; for the holder of a long-term key, a token is refused here.
    /// - Returns: the holder with what was signed.
    /// - Throws: a `SignatureError`.
    package func verify<Holder: KeyHolder>(
        _ input: Input,
        now: Timestamp,
        region: String?,
        find: (Span<UInt8>) throws(SignatureError) -> Holder?
    ) throws(SignatureError) -> Proof<Holder> {
        var holder: Holder?
        let signed = try verifyKey(input, now: now, region: region) {
            id throws(SignatureError) in
            holder = try find(id)
            return holder?.foundKey
        }
        guard let holder else { throw .missingComponents }
        return Proof(holder: holder, signed: signed)
    }

    /// A key and whether it goes with a token.
    package struct FoundKey {
        let key: SecretKey
        let isSession: Bool
    }

    /// As `verify`, for whoever needs no more than the key.
    package func verifyKey(
        _ input: Input,
        now: Timestamp,
        region: String?,
        find: (Span<UInt8>) throws(SignatureError) -> FoundKey?
    ) throws(SignatureError) -> Signed {
        let fields = input.fields
        let bytes = fields.bytes
        // 1.
        guard let line = fields.index(of: "authorization") else { throw .missingComponents }
        let parameters = try AuthorizationHeader.parameters(
            of: fields.valueRange(at: line),
            in: bytes
        )
        // 2.
        let (payload, payloadText) = try payload(of: input)
        // 3.
        let date = try SigningDate(fields, now: now)
        // 4.
        guard abs(date.time.seconds - now.seconds) <= Verifier.skewSeconds else {
            throw .tooSkewed(requestTime: AuthorizationHeader.text(date.sent), serverTime: now)
        }
        // 5.
        let authorization = try AuthorizationHeader(parameters: parameters, in: bytes)
        // 6.
        try authorization.checkScope(
            in: bytes,
            time: date.time,
            region: region,
            service: service
        )
        // 7.
        let signedHeaders = bytes.span.extracting(authorization.signedHeaders)
        let map = SignedHeaderMap(signedHeaders, fields)
        if map.isRefused { throw .missingComponents }
        if map.leavesOut {
            throw .headersNotSigned(
                inHashSetOrder(map.namesLeftOut(of: signedHeaders, fields))
            )
        }
        // 8.
        guard let found = try find(bytes.span.extracting(authorization.accessKeyID)) else {
            throw .unknownKey(id: AuthorizationHeader.text(bytes[authorization.accessKeyID]))
        }
        let key = found.key
        // 9. Only temporary keys have a token, which was looked at when they were found.
        if !found.isSession, let token = fields.bytes(of: "x-amz-security-token") {
            throw .badToken(AuthorizationHeader.text(token))
        }
        // 10.
        let string = StringToSign(
            date: date.signed,
            scope: bytes[authorization.scope],
            hash: CanonicalRequest.hash(
                of: input,
                signedHeaders: signedHeaders,
                payload: payloadText.span,
                pathRule: pathRule,
                map
            )
        )
        var canonical: CanonicalRequest {
            CanonicalRequest(
                method: input.method,
                rawPath: input.rawPath,
                rawQuery: input.rawQuery,
                fields: input.fields,
                signedHeaders: bytes[authorization.signedHeaders],
                payload: payloadText,
                pathRule: pathRule
            )
        }
        let signingKey = key.signingKey(scope: bytes[authorization.keyScope])
        let signature = string.signature(with: signingKey)
        guard isSignature(bytes.span.extracting(authorization.signature), signature) else {
            throw .mismatch(
                SignatureMismatch(
                    accessKeyID: key.id,
                    signature: AuthorizationHeader.text(bytes[authorization.signature]),
                    stringToSign: string.bytes,
                    canonicalRequest: canonical.bytes
                )
            )
        }
        var chunks: ChunkSignatures?
        if payload.hasChunkSignatures {
            chunks = ChunkSignatures(
                accessKeyID: key.id,
                key: signingKey,
                date: date.signed,
                scope: bytes[authorization.scope],
                signature: bytes[authorization.signature],
                canonicalRequest: canonical.bytes
            )
        }
        return Signed(
            payload: payload,
            region: bytes[authorization.region],
            time: date.time,
            chunks: chunks
        )
    }

    /// What is signed of the body: as the request says, or as its body has it where services don't ask.
    private func payload(
        of input: Input
    ) throws(SignatureError) -> (PayloadHash, ArraySlice<UInt8>) {
        let text: ArraySlice<UInt8>
        if let value = input.fields.bytes(of: "x-amz-content-sha256") {
            text = value
        } else if requiresPayloadHash {
            throw .missingPayloadHash
        } else {
            text = input.bodyHash.isEmpty ? Verifier.emptyHash : input.bodyHash
        }
        guard let payload = PayloadHash(text) else {
            throw .badPayloadHash(AuthorizationHeader.text(text))
        }
        return (payload, text)
    }

    private static let emptyHash = Array(SHA256.hash([]).hex.utf8)[...]

    /// The order in which a Java HashSet gives the names out, which is S3's [reported: equal for each of
    /// seventeen lists sent to S3 by another implementation].
    private func inHashSetOrder(_ names: [String]) -> [String] {
        var capacity: UInt32 = 16
        while names.count > Int(capacity) * 3 / 4 { capacity *= 2 }
        func bucket(_ name: String) -> UInt32 {
            let code = name.utf8.reduce(UInt32(0)) { 31 &* $0 &+ UInt32($1) }
            return (code ^ (code >> 16)) & (capacity - 1)
        }
        return names.sorted { left, right in
            let (leftBucket, rightBucket) = (bucket(left), bucket(right))
            return leftBucket == rightBucket ? left < right : leftBucket < rightBucket
        }
    }
}
