// S3's refusals: status, code, message and the extra elements each one carries, in S3's own words.
//
// Every answer that says no is made here, so its wording stands in one place beside its source:
// [recorded] from the real service, [documented] by AWS, [reported] by users, [inferred] by us.

import Identity

/// A refusal as S3 sends it.
package struct S3Error: Error, Equatable {
    /// An element after Message, in the order S3 sends them.
    package struct Extra: Equatable, Sendable {
        package let name: StaticName
        package let value: String
    }

    package let status: Int
    package let code: String
    package let message: String
    package let extras: [Extra]
    /// Header fields the refusal carries beside its body, for example `x-amz-bucket-region`.
    package let fields: [Extra]

    init(
        _ status: Int,
        _ code: String,
        _ message: String,
        _ extras: [(String, String)] = [],
        fields: [(String, String)] = []
    ) {
        self.status = status
        self.code = code
        self.message = message
        self.extras = extras.map { Extra(name: StaticName($0.0), value: $0.1) }
        self.fields = fields.map { Extra(name: StaticName($0.0), value: $0.1) }
    }

    /// An element or header name written in this file, never taken from a request.
    package struct StaticName: Equatable, Sendable {
        package let text: String
        fileprivate init(_ text: String) { self.text = text }
    }
}

// MARK: - Access

extension S3Error {
    /// What callers outside the bucket's account and organization see [documented].
    static let accessDenied = S3Error(403, "AccessDenied", "Access Denied")

    /// The enhanced sentence that callers of the bucket's own account see [documented].
    static func accessDenied(_ sentence: String) -> S3Error {
        S3Error(403, "AccessDenied", sentence)
    }

    /// Source: [documented].
    static let accessControlListNotSupported = S3Error(
        400,
        "AccessControlListNotSupported",
        "The bucket does not allow ACLs"
    )
}

// MARK: - Bucket and key

extension S3Error {
    /// Source: [recorded].
    static func noSuchBucket(_ name: String) -> S3Error {
        S3Error(404, "NoSuchBucket", "The specified bucket does not exist", [("BucketName", name)])
    }

    /// `x-amz-expected-bucket-owner` is no account id [recorded].
    static func invalidBucketOwner(_ value: String) -> S3Error {
        S3Error(
            400,
            "InvalidBucketOwnerAWSAccountID",
            "The value of the expected bucket owner parameter must be an AWS Account ID... [\(value)]"
        )
    }

    /// Source: [recorded].
    static func noSuchKey(_ key: [UInt8]) -> S3Error {
        S3Error(
            404,
            "NoSuchKey",
            "The specified key does not exist.",
            [("Key", String(decoding: key, as: UTF8.self))]
        )
    }

    /// Source: [recorded].
    static func invalidBucketName(_ name: String) -> S3Error {
        S3Error(
            400,
            "InvalidBucketName",
            "The specified bucket is not valid.",
            [("BucketName", name)]
        )
    }

    /// Source: [documented].
    static func keyTooLong(sizeBytes: Int) -> S3Error {
        S3Error(
            400,
            "KeyTooLongError",
            "Your key is too long",
            [("Size", "\(sizeBytes)"), ("MaxSizeAllowed", "\(S3Limits.keyBytes)")]
        )
    }

    /// A key or path that is no UTF-8 [reported].
    static let invalidURI = S3Error(400, "InvalidURI", "Couldn't parse the specified URI.")

    /// Source: [documented].
    static func bucketAlreadyExists(_ name: String) -> S3Error {
        S3Error(
            409,
            "BucketAlreadyExists",
            "The requested bucket name is not available. The bucket namespace is shared by all users of the system. "
                + "Please select a different name and try again.",
            [("BucketName", name)]
        )
    }

    /// Source: [documented].
    static func bucketAlreadyOwnedByYou(_ name: String) -> S3Error {
        S3Error(
            409,
            "BucketAlreadyOwnedByYou",
            "Your previous request to create the named bucket succeeded and you already own it.",
            [("BucketName", name)]
        )
    }

    /// The name of a new bucket belongs to somebody already.
    static func bucketTaken(_ name: String, by owner: String, caller: String) -> S3Error {
        owner == caller ? .bucketAlreadyOwnedByYou(name) : .bucketAlreadyExists(name)
    }

    /// Source: [documented].
    static func bucketNotEmpty(_ name: String) -> S3Error {
        S3Error(
            409,
            "BucketNotEmpty",
            "The bucket you tried to delete is not empty",
            [("BucketName", name)]
        )
    }

    /// Source: [reported].
    static func illegalLocationConstraint(_ constraint: String) -> S3Error {
        S3Error(
            400,
            "IllegalLocationConstraintException",
            "The \(constraint) location constraint is incompatible for the region specific endpoint "
                + "this request was sent to."
        )
    }

    /// Source: [documented].
    static func invalidLocationConstraint(_ constraint: String) -> S3Error {
        S3Error(
            400,
            "InvalidLocationConstraint",
            "The specified location-constraint is not valid",
            [("LocationConstraint", constraint)]
        )
    }

    /// The refusal of a signature, whose words stand beside the verifier.
    ///
    /// One for another region than the
    /// bucket's also tells that region in a header [reported], which SDKs follow.
    init(_ error: SignatureError, region: String?) {
        let answer = error.answer
        var fields: [(String, String)] = []
        if case .wrongRegion = error, let region { fields = [("x-amz-bucket-region", region)] }
        self.init(
            answer.status,
            answer.code,
            answer.message,
            answer.details.map { ($0.name, $0.text) },
            fields: fields
        )
    }

    /// The same refusal with the header that tells the bucket's region, as S3 sends it with every
    /// refusal that concerns an existing bucket's HEAD [reported].
    func telling(region: String) -> S3Error {
        S3Error(
            status,
            code,
            message,
            extras.map { ($0.name.text, $0.value) },
            fields: [("x-amz-bucket-region", region)]
        )
    }
}

// MARK: - Conditions

extension S3Error {
    /// Source: [recorded].
    static func preconditionFailed(_ condition: String) -> S3Error {
        S3Error(
            412,
            "PreconditionFailed",
            "At least one of the pre-conditions you specified did not hold",
            [("Condition", condition)]
        )
    }

    /// Source: [recorded].
    static func notImplemented(header: String, _ additional: String? = nil) -> S3Error {
        var extras = [("Header", header)]
        if let additional { extras.append(("additionalMessage", additional)) }
        return S3Error(
            501,
            "NotImplemented",
            "A header you provided implies functionality that is not implemented",
            extras
        )
    }

    /// An operation or feature of S3 that this server does not model; the message names it [ours].
    static func notModelled(_ what: String) -> S3Error {
        S3Error(501, "NotImplemented", "FakeStore does not model \(what)")
    }

    /// Source: [recorded].
    static func methodNotAllowed(_ method: String, resourceType: String) -> S3Error {
        S3Error(
            405,
            "MethodNotAllowed",
            "The specified method is not allowed against this resource.",
            [("Method", method), ("ResourceType", resourceType)]
        )
    }

    /// Source: [documented].
    static func invalidRange(requested: String, actualSize: Int64) -> S3Error {
        S3Error(
            416,
            "InvalidRange",
            "The requested range is not satisfiable",
            [("RangeRequested", requested), ("ActualObjectSize", "\(actualSize)")]
        )
    }

    /// Source: [documented].
    static func invalidArgument(_ message: String, name: String, value: String?) -> S3Error {
        S3Error(
            400,
            "InvalidArgument",
            message,
            [("ArgumentName", name)] + (value.map { [("ArgumentValue", $0)] } ?? [])
        )
    }

    static func invalidRequest(_ message: String) -> S3Error {
        S3Error(400, "InvalidRequest", message)
    }

    /// Source: [recorded].
    static let malformedXML = S3Error(
        400,
        "MalformedXML",
        "The XML you provided was not well-formed or did not validate against our published schema"
    )
}
