// What is wrong with a body: its length, its digests, what its head says of it.

extension S3Error {
    /// Source: [documented].
    static let missingContentLength = S3Error(
        411,
        "MissingContentLength",
        "You must provide the Content-Length HTTP header."
    )

    /// Source: [recorded].
    static func entityTooLarge(proposedBytes: Int64) -> S3Error {
        S3Error(
            400,
            "EntityTooLarge",
            "Your proposed upload exceeds the maximum allowed size",
            [("ProposedSize", "\(proposedBytes)"), ("MaxSizeAllowed", "\(S3Limits.objectBytes)")]
        )
    }

    /// Source: [documented].
    static let incompleteBody = S3Error(
        400,
        "IncompleteBody",
        "You did not provide the number of bytes specified by the Content-Length HTTP header"
    )

    /// [reported: measured by OpenStack Swift's test suite] The framing of `aws-chunked` is broken or ends early.
    static let bodyTerminated = S3Error(
        400,
        "IncompleteBody",
        "The request body terminated unexpectedly"
    )

    /// [reported: measured by OpenStack Swift's test suite] Of a body in `aws-chunked`.
    static func incompleteBody(expectedBytes: Int64, providedBytes: Int64) -> S3Error {
        S3Error(
            400,
            "IncompleteBody",
            "You did not provide the number of bytes specified by the Content-Length HTTP header",
            [
                ("NumberBytesExpected", "\(expectedBytes)"),
                ("NumberBytesProvided", "\(providedBytes)"),
            ]
        )
    }

    /// Source: [reported: measured by OpenStack Swift's test suite; 403 indeed].
    static func invalidChunkSize(number: Int, sizeBytes: Int64) -> S3Error {
        S3Error(
            403,
            "InvalidChunkSizeError",
            "Only the last chunk is allowed to have a size less than 8192 bytes",
            [("Chunk", "\(number)"), ("BadChunkSize", "\(sizeBytes)")]
        )
    }

    /// Source: [reported: measured by several implementations].
    static let malformedTrailer = S3Error(
        400,
        "MalformedTrailerError",
        "The request contained trailing data that was not well-formed or did not conform to our published "
            + "schema."
    )

    /// Source: [recorded].
    static let copyToItself = S3Error.invalidRequest(
        "This copy request is illegal because it is trying to copy an object to itself without changing the "
            + "object's metadata, storage class, website redirect location or encryption attributes."
    )

    /// Source: [reported].
    static let copySourceTooLarge = S3Error.invalidRequest(
        "The specified copy source is larger than the maximum allowable size for a copy source: "
            + "\(S3Limits.objectBytes)"
    )

    /// Source: [recorded].
    static let severalChecksums = S3Error.invalidRequest(
        "Expecting a single x-amz-checksum- header. Multiple checksum Types are not allowed."
    )

    /// Source: [reported].
    static let requestTimeout = S3Error(
        400,
        "RequestTimeout",
        "Your socket connection to the server was not read from or written to within the timeout period. "
            + "Idle connections will be closed."
    )

    /// Source: [reported by another implementation that tests against AWS].
    static func contentSHA256Mismatch(client: String, computed: String) -> S3Error {
        S3Error(
            400,
            "XAmzContentSHA256Mismatch",
            "The provided 'x-amz-content-sha256' header does not match what was computed.",
            [("ClientComputedContentSHA256", client), ("S3ComputedContentSHA256", computed)]
        )
    }

    /// [recorded] CalculatedDigest in base64; ExpectedDigest in hex for PutObject, in base64 for
    /// UploadPart.
    static func badDigest(expected: String, calculatedBase64: String) -> S3Error {
        S3Error(
            400,
            "BadDigest",
            "The Content-MD5 you specified did not match what we received.",
            [("ExpectedDigest", expected), ("CalculatedDigest", calculatedBase64)]
        )
    }

    /// Source: [recorded].
    static func badChecksum(_ algorithm: String) -> S3Error {
        S3Error(
            400,
            "BadDigest",
            "The \(algorithm) you specified did not match the calculated checksum."
        )
    }

    /// Source: [recorded].
    static func invalidDigest(_ value: String) -> S3Error {
        S3Error(
            400,
            "InvalidDigest",
            "The Content-MD5 you specified was invalid.",
            [("Content-MD5", value)]
        )
    }

    /// Source: [documented].
    static func metadataTooLarge(sizeBytes: Int) -> S3Error {
        S3Error(
            400,
            "MetadataTooLarge",
            "Your metadata headers exceed the maximum allowed metadata size",
            [("Size", "\(sizeBytes)"), ("MaxSizeAllowed", "\(S3Limits.metadataBytes)")]
        )
    }

    /// Source: [recorded].
    static func invalidStorageClass(_ value: String) -> S3Error {
        S3Error(
            400,
            "InvalidStorageClass",
            "The storage class you specified is not valid",
            [("StorageClassRequested", value)]
        )
    }

    /// Source: [recorded].
    static func invalidEncryptionAlgorithm(_ value: String) -> S3Error {
        S3Error(
            400,
            "InvalidEncryptionAlgorithmError",
            "The Encryption request you specified is not valid. Supported value: AES256.",
            [("ArgumentName", "x-amz-server-side-encryption"), ("ArgumentValue", value)]
        )
    }

    /// Source: [documented].
    static let internalError = S3Error(
        500,
        "InternalError",
        "We encountered an internal error. Please try again."
    )

    /// The disk under the store is full; S3 never runs out, so the nearest thing it says [inferred].
    static let noSpace = S3Error(
        503,
        "ServiceUnavailable",
        "The disk under the data folder is full; nothing was stored."
    )
}
