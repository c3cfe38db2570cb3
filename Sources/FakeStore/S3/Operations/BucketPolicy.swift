// The policy of a bucket: put, get, delete, and whether it is public.

import Cloud
import HTTP
import HTTPServer
import Policy
import World
import XML

enum PutBucketPolicy {
    static let operation = Operation(
        "PutBucketPolicy",
        .put,
        .bucket,
        parameter: "policy",
        action: "s3:PutBucketPolicy"
    ) { exchange throws(S3Error) in
        try BucketPolicy.requireOwner(exchange)
        let bytes = try await exchange.document()
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw .malformedPolicy("This policy contains invalid Json")
        }
        let document: PolicyDocument
        do throws(PolicyError) {
            document = try PolicyDocument.parse(text, kind: .bucket, bucket: exchange.bucketName)
        } catch {
            throw S3Error(error)
        }
        if let missing = exchange.state.world.unknownPrincipal(in: document) {
            throw .malformedPolicy(
                "Invalid principal in policy",
                detail: "\"AWS\" : \"\(missing)\""
            )
        }
        if exchange.publicAccessBlock.blockPublicPolicy, document.publicStatement != nil {
            // [documented: "Troubleshoot access denied (403 Forbidden) errors in Amazon S3"]
            throw .accessDenied(
                "User: \(exchange.principal.arn) is not authorized to perform: s3:PutBucketPolicy on resource: "
                    + "\"\(exchange.bucket.bucket.arn)\" because public policies are prevented by the "
                    + "BlockPublicPolicy setting in S3 Block Public Access."
            )
        }
        try await exchange.setPolicy(document)
        return exchange.response(204)
    }
}

enum GetBucketPolicy {
    static let operation = Operation(
        "GetBucketPolicy",
        .get,
        .bucket,
        parameter: "policy",
        action: "s3:GetBucketPolicy"
    ) { exchange throws(S3Error) in
        try BucketPolicy.requireOwner(exchange)
        let document = try BucketPolicy.present(exchange)
        var response = exchange.response(200)
        response.fields.add("Content-Type", constant: "application/json")
        response.body = .bytes(Array(document.text.utf8))
        return response
    }
}

enum DeleteBucketPolicy {
    static let operation = Operation(
        "DeleteBucketPolicy",
        .delete,
        .bucket,
        parameter: "policy",
        action: "s3:DeleteBucketPolicy"
    ) { exchange throws(S3Error) in
        try BucketPolicy.requireOwner(exchange)
        try await exchange.setPolicy(nil)
        return exchange.response(204)
    }
}

enum GetBucketPolicyStatus {
    static let operation = Operation(
        "GetBucketPolicyStatus",
        .get,
        .bucket,
        parameter: "policyStatus",
        action: "s3:GetBucketPolicyStatus"
    ) { exchange throws(S3Error) in
        let document = try BucketPolicy.present(exchange)
        var xml = XMLWriter()
        xml.element("PolicyStatus", namespace: s3Namespace) { xml in
            // The documentation's example has capitals, which boto3 would read as false [inferred].
            xml.element("IsPublic", document.publicStatement == nil ? "false" : "true")
        }
        return exchange.response(200, xml: xml)
    }
}

private enum BucketPolicy {
    /// Callers of another account may not look after the policy, whatever permissions they have
    /// [documented: PutBucketPolicy, 405 Method Not Allowed].
    static func requireOwner(_ exchange: Exchange) throws(S3Error) {
        guard exchange.principal.account == exchange.bucket.account else {
            throw .methodNotAllowed(exchange.request.head.method.name, resourceType: "BUCKETPOLICY")
        }
    }

    static func present(_ exchange: Exchange) throws(S3Error) -> PolicyDocument {
        guard let document = exchange.bucket.bucket.settings.policy else {
            throw .noSuchBucketPolicy(exchange.bucketName)
        }
        return document
    }
}

extension Exchange {
    /// Puts a policy on the bucket, or takes it off.
    fileprivate func setPolicy(_ document: PolicyDocument?) async throws(S3Error) {
        do {
            try await cloud.updateBucket(bucket) { $0.policy = document }
        } catch {
            throw refusal(of: error, .none)
        }
    }
}

extension S3Error {
    /// Source: [recorded].
    static func noSuchBucketPolicy(_ name: String) -> S3Error {
        S3Error(
            404,
            "NoSuchBucketPolicy",
            "The bucket policy does not exist",
            [("BucketName", name)]
        )
    }

    /// Source: [recorded].
    static func malformedPolicy(_ message: String, detail: String? = nil) -> S3Error {
        S3Error(400, "MalformedPolicy", message, detail.map { [("Detail", $0)] } ?? [])
    }

    /// The refusal of a bucket's policy, in the words that stand beside the parser.
    init(_ error: PolicyError) {
        self.init(
            400,
            error.awsCode,
            error.awsMessage,
            error.awsDetail.map { [("Detail", $0)] } ?? []
        )
    }
}
