// The default encryption of a bucket: put, get, delete. A bucket always has one, AES256 at least
// [documented: since January 2023].

import HTTP
import World
import XML

enum PutBucketEncryption {
    static let operation = Operation(
        "PutBucketEncryption",
        .put,
        .bucket,
        parameter: "encryption",
        action: "s3:PutEncryptionConfiguration"
    ) { exchange throws(S3Error) in
        let root = try await SettingsDocument.read(exchange, "ServerSideEncryptionConfiguration")
        guard root.children.count == 1, let rule = root.child("Rule") else { throw .malformedXML }
        // What is not said about SSE-C stays as it is [inferred].
        var encryption = BucketEncryption(
            blocksCustomerKeys: exchange.bucket.bucket.settings.encryption.blocksCustomerKeys
        )
        for child in rule.children {
            switch child.name {
            case "ApplyServerSideEncryptionByDefault":
                guard let text = child.child("SSEAlgorithm")?.trimmedText,
                    let algorithm = BucketEncryption.Algorithm(rawValue: text)
                else { throw .malformedXML }
                encryption.algorithm = algorithm
                encryption.kmsKey = child.child("KMSMasterKeyID")?.trimmedText
                if encryption.kmsKey?.isEmpty == true { encryption.kmsKey = nil }
            case "BucketKeyEnabled": encryption.usesBucketKey = try SettingsDocument.bool(child)
            case "BlockedEncryptionTypes":
                let types = child.children(named: "EncryptionType").map(\.trimmedText)
                guard !types.isEmpty, types.allSatisfy({ ["NONE", "SSE-C"].contains($0) }) else {
                    throw .malformedXML
                }
                encryption.blocksCustomerKeys = types.contains("SSE-C")
            default: throw .malformedXML
            }
        }
        if encryption.algorithm == .aes256, encryption.kmsKey != nil {
            // [recorded]
            throw .invalidArgument(
                "a KMSMasterKeyID is not applicable if the default sse algorithm is not aws:kms "
                    + "or aws:kms:dsse",
                name: "ApplyServerSideEncryptionByDefault",
                value: nil
            )
        }
        let wanted = encryption
        try await exchange.changeSettings { $0.encryption = wanted }
        return exchange.response(200)
    }
}

enum GetBucketEncryption {
    static let operation = Operation(
        "GetBucketEncryption",
        .get,
        .bucket,
        parameter: "encryption",
        action: "s3:GetEncryptionConfiguration"
    ) { exchange throws(S3Error) in
        let encryption = exchange.bucket.bucket.settings.encryption
        var xml = XMLWriter()
        xml.element("ServerSideEncryptionConfiguration", namespace: s3Namespace) { xml in
            xml.element("Rule") { xml in
                xml.element("ApplyServerSideEncryptionByDefault") { xml in
                    xml.element("SSEAlgorithm", encryption.algorithm.rawValue)
                    if let key = encryption.kmsKey { xml.element("KMSMasterKeyID", key) }
                }
                // Also when it is off [recorded].
                xml.element("BucketKeyEnabled", "\(encryption.usesBucketKey)")
                if encryption.blocksCustomerKeys {
                    xml.element("BlockedEncryptionTypes") {
                        $0.element("EncryptionType", "SSE-C")
                    }
                }
            }
        }
        return exchange.response(200, xml: xml)
    }
}

enum DeleteBucketEncryption {
    /// Needs the action that puts it [documented: DeleteBucketEncryption], and takes the bucket back to
    /// AES256 [documented].
    static let operation = Operation(
        "DeleteBucketEncryption",
        .delete,
        .bucket,
        parameter: "encryption",
        action: "s3:PutEncryptionConfiguration"
    ) { exchange throws(S3Error) in
        try await exchange.changeSettings { $0.encryption = BucketEncryption() }
        return exchange.response(204)
    }
}
