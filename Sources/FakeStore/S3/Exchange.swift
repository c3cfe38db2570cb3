// One request on its way through the dialect: what it asks, who asks, what was decided, and the few
// things operations do with the store, with the store's failures put in S3's words.

import Cloud
import Digest
import EventLoop
import HTTP
import HTTPServer
import Identity
import Platform
import Policy
import Store
import World
import XML

/// The state of one request, filled step by step; it lives on one loop and is never shared.
package final class Exchange {
    let request: Request
    let head: RequestHead
    let cloud: Cloud
    /// The cloud as it was when the request came in; later changes don't reach it.
    let state: CloudState
    let id: RequestID
    /// When the request came in, on the cloud's clock.
    let now: Timestamp
    /// The same moment as signatures are compared with it.
    let signatureTime: Timestamp

    // What is asked.
    var address = Address.service
    var query = Query.empty
    var operation: Operation?

    /// What the head asks for beyond a plain upload.
    lazy var asks = UploadAsks(headers)

    // Who asks; nil until it is known.
    var knownCaller: Caller?
    /// What the signature covers of the body.
    var payload = PayloadHash.unsigned
    /// What the signatures of the body's chunks begin with; nil when chunks bear none.
    var chunkSignatures: ChunkSignatures?
    /// The region in the signature's scope; nil for unsigned requests.
    var signedRegion: ArraySlice<UInt8>?

    // What was decided.
    /// The answer to the first question, when it was known from an earlier request.
    var grant: Grant?
    var authorizations: [Authorization] = []
    /// What this loop knows from earlier requests.
    let grants: RecentGrants?
    /// The bucket that the address names, if there is one.
    var addressedBucket: CloudBucket?
    /// The bucket as the world knows it; nil until it was looked up, and for calls that make it.
    var knownBucket: CloudBucket?
    /// How much of the body was read.
    var receivedBytes: Int64 = 0
    /// The injected faults that strike this request.
    var strike: FaultBook.Strike?

    init(_ request: Request, _ cloud: Cloud, _ grants: RecentGrants?) {
        self.request = request
        head = request.head
        self.cloud = cloud
        self.grants = grants
        state = cloud.state
        id = cloud.requestIDs.next()
        (now, signatureTime) = cloud.clock.read()
    }

    /// Whether nobody signed the request, whoever it is taken for.
    var isUnsigned: Bool { signedRegion == nil }

    /// The region of the endpoint that the client believes to call.
    var region: String {
        signedRegion.map { String(decoding: $0, as: UTF8.self) } ?? state.world.region
    }

    /// The hash that the body must have; nil for UNSIGNED-PAYLOAD and unsigned requests.
    var signedPayloadHash: SHA256.Value? {
        if case .sha256(let hash) = payload { hash } else { nil }
    }

    /// Whether the body comes as `aws-chunked`.
    var isStreamed: Bool {
        if case .streaming = payload { true } else { false }
    }

    var headers: HeaderFields { head.headers }
    var body: RequestBody { request.body }

    var caller: Caller { knownCaller ?? .anonymous }
    var principal: Principal { caller.principal }

    /// The bucket of a call that needs one to exist.
    var bucket: CloudBucket {
        guard let knownBucket else {
            preconditionFailure("\(operation?.name ?? "?") was not given its bucket")
        }
        return knownBucket
    }

    /// The 64 hex digits that stand for an account in listings.
    func canonicalID(of account: String) -> String {
        state.world.accounts[account]?.canonicalID ?? account
    }

    var bucketName: String {
        switch address {
        case .service: ""
        case .bucket(let name), .object(let name, _): name
        }
    }

    var key: [UInt8] {
        if case .object(_, let key) = address { key } else { [] }
    }
}

// MARK: - Answers

extension Exchange {
    /// The head that every answer of S3 begins with.
    func response(_ status: Int) -> Response {
        Response(
            status: status,
            fields: ResponseFields(lines: Exchange.firstLines.bytes) { lines in
                id.writeHostID(to: lines, at: Exchange.firstLines.hostID)
                id.write(to: lines, at: Exchange.firstLines.requestID)
            }
        )
    }

    /// The lines that differ only by the request's id, and where its two forms go.
    private static let firstLines: (bytes: [UInt8], hostID: Int, requestID: Int) = {
        var bytes = Array("x-amz-id-2: ".utf8)
        let hostID = bytes.count
        bytes += RequestID.hostIDForm
        bytes += "\r\nx-amz-request-id: ".utf8
        let requestID = bytes.count
        bytes += "0123456789ABCDEF\r\nServer: AmazonS3\r\n".utf8
        return (bytes, hostID, requestID)
    }()

    /// An answer with a document.
    func response(_ status: Int, xml: XMLWriter) -> Response {
        response(status, document: xml.bytes)
    }

    /// An answer with the bytes of a document.
    func response(_ status: Int, document: [UInt8]) -> Response {
        var response = response(status)
        response.fields.add("Content-Type", constant: "application/xml")
        response.body = .bytes(document)
        return response
    }

    /// A refusal: its fields, and the `Error` document unless the method was HEAD (which has no body).
    func refusal(_ error: S3Error) -> Response {
        var response = response(error.status)
        for field in error.fields { response.fields.add(named: field.name.text, field.value) }
        if head.method == .head {
            response.fields.add("Content-Type", constant: "application/xml")
            return response
        }
        return self.response(response, error.document(id))
    }

    private func response(_ head: Response, _ document: XMLWriter) -> Response {
        var response = head
        response.fields.add("Content-Type", constant: "application/xml")
        response.body = .bytes(document.bytes)
        return response
    }
}

extension S3Error {
    /// The `Error` document: no namespace, the extras between Message and RequestId [recorded].
    func document(_ id: RequestID) -> XMLWriter {
        var xml = XMLWriter()
        xml.element("Error") { xml in
            xml.element("Code", code)
            xml.element("Message", message)
            for extra in extras { xml.element(extra.name.text, extra.value) }
            xml.element("RequestId", id.description)
            xml.element("HostId", id.hostID)
        }
        return xml
    }
}

extension ResponseFields {
    /// An `ETag` field with its quotes.
    mutating func addEntityTag(_ tag: String) {
        add("ETag") { bytes in
            bytes.append(UInt8(ascii: "\""))
            tag.utf8.span.withUnsafeBufferPointer { bytes.append(contentsOf: $0) }
            bytes.append(UInt8(ascii: "\""))
        }
    }
}

// MARK: - The store in S3's words

extension Exchange {
    /// The current object under the key, with its content.
    func readObject() throws(S3Error) -> StoredObject? {
        do { return try cloud.store.read(bucket: bucket.id, key: key) } catch {
            throw S3Error(storing: error)
        }
    }

    /// The current object, without its content.
    func readVersion() throws(S3Error) -> StoredVersion? {
        do { return try cloud.store.version(bucket: bucket.id, key: key) } catch {
            throw S3Error(storing: error)
        }
    }

    /// The current object's row.
    func readRecord() throws(S3Error) -> ObjectRecord? {
        do { return try cloud.store.head(bucket: bucket.id, key: key) } catch {
            throw S3Error(storing: error)
        }
    }

    /// What a read of a missing key is told: 404 with s3:ListBucket, else 403, so that nobody learns of keys
    /// he may not list [documented: GetObject, "Permissions"].
    func missingKey() throws(S3Error) -> S3Error {
        let decision = decide(Requirement(action: "s3:ListBucket", target: .bucket))
        return decision.isAllowed ? .noSuchKey(key) : refused(decision)
    }

    /// Refuses a write whose condition does not hold already now.
    func checkEarly(_ condition: WriteCondition) throws(S3Error) {
        if case .none = condition { return }
        let current = try readRecord()
        switch condition {
        case .ifNoneExists where current != nil: throw .preconditionFailed("If-None-Match")
        case .ifMatch where current == nil: throw .noSuchKey(key)
        case .ifMatch(etag: let tag) where current?.attributes.etag != tag:
            throw .preconditionFailed("If-Match")
        default: return
        }
    }

    func put(
        _ attributes: ObjectAttributes,
        _ content: ContentWriter,
        _ condition: WriteCondition
    ) async throws(S3Error) -> ObjectRecord {
        do {
            return try await cloud.store.put(
                bucket: bucket.id,
                key: key,
                attributes: attributes,
                content: content,
                condition: condition
            )
        } catch {
            throw refusal(of: error, condition)
        }
    }

    func delete(_ condition: WriteCondition) async throws(S3Error) {
        do {
            _ = try await cloud.store.delete(bucket: bucket.id, key: key, condition: condition)
        } catch {
            throw refusal(of: error, condition)
        }
    }

    func refusal(of error: any Error, _ condition: WriteCondition) -> S3Error {
        switch error {
        case StoreError.preconditionFailed(let current):
            switch condition {
            case .none: return .internalError
            case .ifNoneExists: return .preconditionFailed("If-None-Match")
            default: return current == nil ? .noSuchKey(key) : .preconditionFailed("If-Match")
            }
        case StoreError.noSuchBucket: return .noSuchBucket(bucketName)
        default: return S3Error(storing: error)
        }
    }

    func list(
        _ query: ListQuery,
        into writer: inout ListingWriter
    ) throws(S3Error) -> ListEnd {
        do {
            return try cloud.store.list(bucket: bucket.id, query, into: &writer)
        } catch {
            throw S3Error(storing: error)
        }
    }

    func createBucket(region: String, ownership: ObjectOwnership?) async throws(S3Error) {
        var settings = state.world.definition.defaults.settings
        if let ownership { settings.ownership = ownership }
        do {
            try await cloud.createBucket(
                bucketName,
                account: principal.account,
                region: region,
                settings: settings
            )
        } catch StoreError.bucketExists(let other) {
            throw .bucketTaken(bucketName, by: other.account, caller: principal.account)
        } catch {
            throw S3Error(storing: error)
        }
    }

    func deleteBucket() async throws(S3Error) {
        do { try await cloud.deleteBucket(bucket) } catch StoreError.bucketNotEmpty {
            throw .bucketNotEmpty(bucketName)
        } catch StoreError.noSuchBucket {
            throw .noSuchBucket(bucketName)
        } catch {
            throw S3Error(storing: error)
        }
    }

    /// The whole body of a bucket call, checked against the hash that was signed.
    func document(
        limitBytes: Int = S3Limits.documentBytes
    ) async throws(S3Error) -> [UInt8] {
        // No client known to us sends a document so.
        if isStreamed {
            throw .notImplemented(
                header: "x-amz-content-sha256",
                "FakeStore takes chunked payloads for objects and parts only"
            )
        }
        let bytes: [UInt8]
        do { bytes = try await body.collect(limitBytes: limitBytes) } catch {
            throw S3Error(receiving: error)
        }
        if let expected = signedPayloadHash {
            let computed = SHA256.hash(bytes)
            if computed != expected {
                throw .contentSHA256Mismatch(client: expected.hex, computed: computed.hex)
            }
        }
        return bytes
    }
}

extension S3Error {
    /// What a client is told when the store fails.
    init(storing error: any Error) {
        switch error {
        case let error as S3Error: self = error
        case StoreError.noSpace: self = .noSpace
        default: self = .internalError
        }
    }

    /// What a client is told when its body does not arrive.
    init(receiving error: BodyError) {
        switch error {
        case .cut: self = .incompleteBody
        case .timeout: self = .requestTimeout
        case .malformed: self = S3Error(400, "InvalidRequest", "The request body is malformed.")
        case .tooLarge: self = .malformedXML
        }
    }
}
