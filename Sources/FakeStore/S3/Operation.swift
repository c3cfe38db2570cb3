// The S3 calls this server models, and those it knows of but answers with 501: one visible table.
//
// A new call is one new file in Operations/ and one line here.

import HTTP
import HTTPServer

/// What a call addresses.
enum Target: Equatable, Sendable {
    case service, bucket, object
}

/// A permission a call needs: an action on the bucket or on the object.
struct Requirement: Sendable {
    let action: String
    let target: Target
}

/// One S3 call.
///
/// A class, so that a request is given one without copying it.
final class Operation: Sendable {
    /// AWS's name of it, for example `PutObject`.
    let name: String
    let method: Method
    let target: Target
    /// The query parameter that selects it, for example `location`; nil for the plain call.
    let parameter: String?
    /// All the permissions the request needs; each is decided, in this order, and each is in the journal.
    ///
    /// Source: "Required permissions for Amazon S3 API operations".
    let requirements: @Sendable (Exchange) -> [Requirement]
    /// Does it and encodes the answer; called once the caller is known and allowed.
    let perform: Performance

    init(
        _ name: String,
        _ method: Method,
        _ target: Target,
        parameter: String? = nil,
        requires: @escaping @Sendable (Exchange) -> [Requirement],
        perform: @escaping @Sendable (Exchange) async throws(S3Error) -> Response
    ) {
        self.name = name
        self.method = method
        self.target = target
        self.parameter = parameter
        self.requirements = requires
        self.perform = .waiting(perform)
    }

    /// A call that needs one fixed permission, and is done without waiting for anything.
    init(
        atOnce name: String,
        _ method: Method,
        _ target: Target,
        action: String,
        perform: @escaping @Sendable (Exchange) throws(S3Error) -> Response
    ) {
        let fixed = [Requirement(action: action, target: target)]
        self.name = name
        self.method = method
        self.target = target
        parameter = nil
        requirements = { _ in fixed }
        self.perform = .atOnce(perform)
    }

    /// A call that needs one fixed permission.
    convenience init(
        _ name: String,
        _ method: Method,
        _ target: Target,
        parameter: String? = nil,
        action: String,
        perform: @escaping @Sendable (Exchange) async throws(S3Error) -> Response
    ) {
        let fixed = [Requirement(action: action, target: target)]
        self.init(
            name,
            method,
            target,
            parameter: parameter,
            requires: { _ in fixed },
            perform: perform
        )
    }
}

/// How a call is done.
enum Performance: Sendable {
    /// With waits, for the body or for a commit.
    case waiting(@Sendable (Exchange) async throws(S3Error) -> Response)
    /// Without: the loop has no need to find out where to go on.
    case atOnce(@Sendable (Exchange) throws(S3Error) -> Response)
}

/// Which call a request is.
enum OperationTable {
    /// Every call that is modelled.
    static let modelled: [Operation] = [
        ListBuckets.operation,
        CreateBucket.operation,
        HeadBucket.operation,
        GetBucketLocation.operation,
        DeleteBucket.operation,
        PutBucketPolicy.operation,
        GetBucketPolicy.operation,
        DeleteBucketPolicy.operation,
        GetBucketPolicyStatus.operation,
        PutPublicAccessBlock.operation,
        GetPublicAccessBlock.operation,
        DeletePublicAccessBlock.operation,
        PutBucketOwnershipControls.operation,
        GetBucketOwnershipControls.operation,
        DeleteBucketOwnershipControls.operation,
        PutBucketEncryption.operation,
        GetBucketEncryption.operation,
        DeleteBucketEncryption.operation,
        PutBucketTagging.operation,
        GetBucketTagging.operation,
        DeleteBucketTagging.operation,
        GetBucketACL.operation,
        PutBucketACL.operation,
        GetObjectACL.operation,
        PutObjectACL.operation,
        PutObjectTagging.operation,
        GetObjectTagging.operation,
        DeleteObjectTagging.operation,
        GetBucketVersioning.operation,
        PutBucketVersioning.operation,
        ListObjects.operation,
        ListObjectsV2.operation,
        DeleteObjects.operation,
        PutObject.operation,
        GetObject.operation,
        HeadObject.operation,
        DeleteObject.operation,
        CreateMultipartUpload.operation,
        UploadPart.operation,
        UploadPartCopy.operation,
        CompleteMultipartUpload.operation,
        AbortMultipartUpload.operation,
        ListParts.operation,
        ListMultipartUploads.operation,
        CopyObject.operation,
        GetObjectAttributes.operation,
    ]

    /// Query parameters that select calls which S3 has and this server does not model: each answers 501.
    static let unmodelledParameters: Set<String> = [
        "abac", "accelerate", "analytics", "annotation", "cors",
        "intelligent-tiering", "inventory", "legal-hold", "lifecycle", "logging",
        "metadataConfiguration",
        "metadataInventoryTable", "metadataJournalTable", "metadataTable", "metrics",
        "notification", "object-lock",
        "renameObject",
        "replication", "requestPayment", "restore", "retention", "select", "session",
        "torrent",
        "versionId", "versions", "website",
    ]

    private static let getObject = GetObject.operation
    private static let putObject = PutObject.operation
    private static let headObject = HeadObject.operation
    private static let deleteObject = DeleteObject.operation
    private static let copyObject = CopyObject.operation
    private static let uploadPartCopy = UploadPartCopy.operation

    /// Finds the call of a request.
    ///
    /// - Parameters:
    ///   - method: The method.
    ///   - target: What the address means.
    ///   - query: The parameters.
    ///   - isCopy: Whether it is a PUT that names its source in a field.
    /// - Returns: The call.
    /// - Throws: 501 for calls that S3 has and this server does not model, `MethodNotAllowed` for those
    ///   that S3 does not have either.
    static func find(
        method: Method,
        target: Target,
        query: Query,
        isCopy: Bool
    ) throws(S3Error) -> Operation {
        if target == .object, query.isEmpty {
            // The four calls that make up nearly all traffic.
            switch method {
            case .get: return getObject
            case .put: return isCopy ? copyObject : putObject
            case .head: return headObject
            case .delete: return deleteObject
            default: break
            }
        }
        if let name = query.names.first(where: unmodelledParameters.contains) {
            throw .notModelled("the `\(name)` parameter of \(method.name)")
        }
        if let type = query["list-type"], type != "2" {
            throw .notModelled("list-type=\(type)")
        }
        if isCopy, target == .object, query.has("uploadId") { return uploadPartCopy }
        let candidates = modelled.filter { $0.method == method && $0.target == target }
        if let selected = candidates.first(where: { $0.parameter.map(query.has) ?? false }) {
            return selected
        }
        // Never the plain call: a PUT that means a part must not become an object.
        if query.has("uploads") || query.has("uploadId")
            || query.has("partNumber") && method != .get && method != .head
        {
            throw .methodNotAllowed(method.name, resourceType: "UPLOAD")
        }
        if isCopy, target == .object { return copyObject }
        if let plain = candidates.first(where: { $0.parameter == nil }) { return plain }
        if method == .post { throw .notModelled("POST of a \(target)") }
        throw .methodNotAllowed(method.name, resourceType: target.resourceType)
    }
}

extension Target {
    /// S3's word for it in MethodNotAllowed.
    var resourceType: String {
        switch self {
        case .service: "SERVICE"
        case .bucket: "BUCKET"
        case .object: "OBJECT"
        }
    }
}
