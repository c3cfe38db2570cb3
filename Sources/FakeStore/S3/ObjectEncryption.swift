// What an object is encrypted with, as far as anybody can tell from outside: the algorithm and the key are
// decided, permitted, kept and told as S3 does, but no data is ever encrypted here.

import Cloud
import Digest
import HTTP
import HTTPServer
import JSON
import Policy
import Store
import World

/// The server-side encryption of an object.
struct ObjectEncryption {
    var algorithm: BucketEncryption.Algorithm
    /// The key of KMS; nil with AES256.
    var key: KMSKey?
    var usesBucketKey = false
    /// The encryption context as it was sent.
    var context: String?
    /// What S3 itself adds to the encryption context as `aws:s3:arn`: the object, or with bucket keys the bucket.
    var resource = ""
    /// The pairs of the encryption context.
    var pairs: [(name: String, value: String)] = []

    /// S3's own keys: what everything is encrypted with that asks for nothing else [documented: since January
    /// 2023].
    static let plain = ObjectEncryption(algorithm: .aes256)

    /// What is kept beside the object.
    var properties: [(name: String, value: String)] {
        guard let key else { return [] }
        var properties = [(name: "kms-key", value: key.arn)]
        if usesBucketKey { properties.append(("bucket-key", "true")) }
        if let context { properties.append(("kms-context", context)) }
        return properties
    }
}

extension ResponseFields {
    /// Tells what an upload is encrypted with.
    mutating func add(_ encryption: ObjectEncryption) {
        guard let key = encryption.key else {
            add("x-amz-server-side-encryption", constant: "AES256")
            return
        }
        add("x-amz-server-side-encryption", encryption.algorithm.rawValue)
        add("x-amz-server-side-encryption-aws-kms-key-id", key.arn)
        if let context = encryption.context { add("x-amz-server-side-encryption-context", context) }
        if encryption.usesBucketKey {
            add("x-amz-server-side-encryption-bucket-key-enabled", constant: "true")
        }
    }

    /// Tells what an object is encrypted with.
    mutating func addEncryption(of attributes: ObjectAttributes) {
        guard let encryption = attributes.encryption else { return }
        add("x-amz-server-side-encryption", encryption)
        guard let key = attributes.property("kms-key") else { return }
        add("x-amz-server-side-encryption-aws-kms-key-id", key)
        if attributes.property("bucket-key") != nil {
            add("x-amz-server-side-encryption-bucket-key-enabled", constant: "true")
        }
    }
}

extension Exchange {
    /// What an upload is to be encrypted with: what its head asks for, else the bucket's default.
    ///
    /// The caller may use the key.
    ///
    /// - Throws: what S3 says of the fields, of the key, and of the missing permission.
    func uploadEncryption() throws(S3Error) -> ObjectEncryption {
        let preset = bucket.bucket.settings.encryption
        if preset.algorithm == .aes256, !asks.contains(.encryption) { return .plain }
        try refuseCustomerKey()
        let wanted = try wantedEncryption(preset)
        if let key = wanted.key { try authorize("kms:GenerateDataKey", with: key, wanted) }
        return wanted
    }

    /// Refuses SSE-C: where the bucket blocks it in S3's words, elsewhere because it is not modelled.
    func refuseCustomerKey() throws(S3Error) {
        guard headers.contains("x-amz-server-side-encryption-customer-algorithm") else { return }
        if bucket.bucket.settings.encryption.blocksCustomerKeys {
            throw refused(
                action: "s3:PutObject",
                because:
                    "because this bucket has blocked upload requests that specify Server Side Encryption "
                    + "with Customer provided keys (SSE-C). Please specify a different server-side "
                    + "encryption type"
            )
        }
        throw .notImplemented(header: "x-amz-server-side-encryption-customer-algorithm")
    }

    private func wantedEncryption(_ preset: BucketEncryption) throws(S3Error) -> ObjectEncryption {
        let text = headers.first("x-amz-server-side-encryption")
        let named = headers.first("x-amz-server-side-encryption-aws-kms-key-id")
        let context = headers.first("x-amz-server-side-encryption-context")
        var algorithm = preset.algorithm
        if let text {
            guard let known = BucketEncryption.Algorithm(rawValue: text) else {
                throw .invalidEncryptionAlgorithm(text)
            }
            algorithm = known
        }
        if named != nil || context != nil, text == nil || algorithm == .aes256 {
            // [recorded]
            throw .invalidArgument(
                "Server Side Encryption with AWS KMS managed key requires HTTP header "
                    + "x-amz-server-side-encryption : aws:kms",
                name: "x-amz-server-side-encryption",
                value: text
            )
        }
        guard algorithm != .aes256 else { return .plain }
        var encryption = ObjectEncryption(algorithm: algorithm, context: context)
        if let context { encryption.pairs = try Exchange.pairs(context) }
        // Without a key named, aws:kms in the head means aws/s3, whatever the bucket's default [documented:
        // PutObject, SSEKMSKeyId].
        encryption.key = try key(named: named ?? (text == nil ? preset.kmsKey : nil))
        let wantsBucketKey = headers.first("x-amz-server-side-encryption-bucket-key-enabled")
        // DSSE has no bucket keys [documented].
        encryption.usesBucketKey =
            algorithm == .kms && (wantsBucketKey.map { $0 == "true" } ?? preset.usesBucketKey)
        encryption.resource = resource(key, in: bucket, usesBucketKey: encryption.usesBucketKey)
        return encryption
    }

    /// The encryption context: Base64 of a JSON object of strings.
    private static func pairs(_ context: String) throws(S3Error) -> [(name: String, value: String)]
    {
        // [reported]
        let invalid = S3Error.invalidArgument(
            "The header 'x-amz-server-side-encryption-context' shall be Base64-encoded UTF-8 string "
                + "holding JSON which represents a string-string map",
            name: "x-amz-server-side-encryption-context",
            value: context
        )
        guard let bytes = Base64.decode(context),
            let text = String(validating: bytes, as: UTF8.self),
            let members = (try? JSON.parse(text))?.object
        else { throw invalid }
        var pairs: [(name: String, value: String)] = []
        for member in members {
            guard let value = member.node.string else { throw invalid }
            pairs.append((member.key, value))
        }
        return pairs
    }
}

// MARK: - Keys

extension Exchange {
    /// The key that a request or a bucket names; nil names AWS's own `aws/s3` of the bucket's account.
    ///
    /// An id or alias that is no ARN is looked for in the caller's account [documented:
    /// ServerSideEncryptionByDefault].
    ///
    /// - Throws: `KMS.NotFoundException`, or `AccessDenied` where another account could have the key.
    private func key(named name: String?) throws(S3Error) -> KMSKey {
        let region = bucket.region
        guard let name else { return try managedKey(of: bucket.account) }
        if name == "aws/s3" { throw .invalidKeyID("aws/s3") }
        if name.hasPrefix("arn:") {
            let parts = name.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
            guard parts.count == 6, parts[2] == "kms" else {
                throw .kmsNotFound("Invalid arn \(name)")
            }
            // [recorded]
            guard parts[3] == region else { throw .kmsNotFound("Invalid arn \(parts[3])") }
            let account = String(parts[4])
            if let key = state.world.kmsKey(arn: name) { return key }
            if parts[5] == "alias/aws/s3" { return try managedKey(of: account) }
            let managed = KMSKey(managedIn: account, region: region)
            if managed.arn == name { return try managedKey(of: account) }
            throw absentKey(name, of: account)
        }
        let account = principal.account
        let prefix = "arn:aws:kms:\(region):\(account):"
        let arn = name.hasPrefix("alias/") ? prefix + name : prefix + "key/\(name)"
        if let key = state.world.kmsKey(arn: arn) { return key }
        if name == "alias/aws/s3" { return try managedKey(of: account) }
        let isID = name.utf8.allSatisfy {
            ($0 | 0x20) &- UInt8(ascii: "a") < 26 || $0 &- UInt8(ascii: "0") < 10
                || $0 == UInt8(ascii: "-")
        }
        guard isID || name.hasPrefix("alias/") else {
            throw .kmsNotFound("Invalid keyId '\(name)'")
        }
        throw absentKey(arn, of: account)
    }

    /// `aws/s3` of an account, which nobody outside of that account can use [documented: "AWS managed keys"].
    private func managedKey(of account: String) throws(S3Error) -> KMSKey {
        let alias = "arn:aws:kms:\(bucket.region):\(account):alias/aws/s3"
        // [reported: aws/aws-cli#4507]
        guard principal.account == account else { throw .invalidKeyID("aws/s3") }
        return state.world.kmsKey(arn: alias) ?? KMSKey(managedIn: account, region: bucket.region)
    }

    /// A key that is not there: told within its account [recorded], and outside of it hidden behind a refusal
    /// [documented: "Troubleshoot access denied error messages"].
    private func absentKey(_ arn: String, of account: String) -> S3Error {
        guard account != principal.account else {
            return .kmsNotFound(
                arn.contains(":alias/")
                    ? "Alias \(arn) is not found." : "Key '\(arn)' does not exist"
            )
        }
        return refused(ask("kms:GenerateDataKey", arn, account, policy: nil, .plain))
    }

    /// Decides whether the caller may use a key, and whether the key can be used.
    ///
    /// - Throws: `AccessDenied` with KMS's sentence, `KMS.DisabledException`,
    ///   `KMS.KMSInvalidStateException`.
    func authorize(
        _ action: String,
        with key: KMSKey,
        _ encryption: ObjectEncryption
    ) throws(S3Error) {
        let decision = ask(action, key.arn, key.account, policy: key.policy, encryption)
        guard decision.isAllowed else { throw refused(decision) }
        switch key.state {
        case .enabled: return
        // [recorded] these two; the others' words are [inferred].
        case .disabled: throw S3Error(400, "KMS.DisabledException", "\(key.arn) is disabled.")
        case .pendingDeletion: throw .kmsInvalidState("\(key.arn) is pending deletion.")
        case .pendingImport: throw .kmsInvalidState("\(key.arn) is pending import.")
        case .unavailable: throw .kmsInvalidState("\(key.arn) is unavailable.")
        }
    }

    /// Decides whether the caller may read what was encrypted with a key.
    ///
    /// S3 asks for kms:Decrypt of objects under a key of KMS, and for nothing of others [documented: GetObject,
    /// "Permissions"].
    func authorizeDecryption(of object: ObjectRecord, in bucket: CloudBucket) throws(S3Error) {
        if object.attributes.isEncrypted(as: "AES256") { return }
        try authorizeKey("kms:Decrypt", of: object.attributes, key: object.key, in: bucket)
    }

    /// Decides on an action with the key that an object or upload was given.
    func authorizeKey(
        _ action: String,
        of attributes: ObjectAttributes,
        key: [UInt8],
        in bucket: CloudBucket
    ) throws(S3Error) {
        guard let arn = attributes.property("kms-key") else { return }
        let account = arn.split(separator: ":").dropFirst(4).first.map { String($0) } ?? ""
        let managed = KMSKey(managedIn: account, region: bucket.region)
        let known = state.world.kmsKey(arn: arn) ?? (managed.arn == arn ? managed : nil)
        guard let known else { throw absentKey(arn, of: account) }
        var encryption = ObjectEncryption(algorithm: .kms, key: known)
        encryption.usesBucketKey = attributes.property("bucket-key") != nil
        encryption.resource = resource(key, in: bucket, usesBucketKey: encryption.usesBucketKey)
        if let context = attributes.property("kms-context") {
            encryption.pairs = (try? Exchange.pairs(context)) ?? []
        }
        try authorize(action, with: known, encryption)
    }

    private func resource(
        _ key: [UInt8],
        in bucket: CloudBucket,
        usesBucketKey: Bool
    ) -> String {
        usesBucketKey
            ? bucket.bucket.arn : "\(bucket.bucket.arn)/\(String(decoding: key, as: UTF8.self))"
    }

    private func ask(
        _ action: String,
        _ arn: String,
        _ account: String,
        policy: NamedPolicy?,
        _ encryption: ObjectEncryption
    ) -> Decision {
        decide(
            AccessRequest(
                action: action,
                resource: arn,
                principal: caller.facts,
                resourceAccount: account,
                context: keyContext(encryption)
            ),
            PolicySet(
                identity: caller.policies,
                resource: policy,
                resourceType: .kmsKey,
                callerLimits: caller.limits
            )
        )
    }

    /// The context keys of the question that S3 puts to KMS for the caller [documented: "AWS KMS condition
    /// keys"].
    ///
    /// Of the request itself KMS sees nothing: neither address nor transport.
    private func keyContext(_ encryption: ObjectEncryption) -> ContextValues {
        var context = ContextValues()
        var pairs = encryption.pairs
        pairs.append(("aws:s3:arn", encryption.resource))
        for (name, value) in pairs {
            context.set("kms:EncryptionContext:\(name)", to: [value], source: .request)
        }
        context.set("kms:EncryptionContextKeys", to: pairs.map(\.name), source: .request)
        context.set("kms:EncryptionAlgorithm", to: ["SYMMETRIC_DEFAULT"], source: .world)
        context.set("kms:ViaService", to: ["s3.\(bucket.region).amazonaws.com"], source: .world)
        context.set("kms:CallerAccount", to: [principal.account], source: .world)
        context.set("aws:ViaAWSService", to: ["true"], source: .world)
        addTimeAndCaller(to: &context)
        return context
    }

    /// The ARN of a key as the policies see it, of whatever the client wrote: an id and an alias are resolved
    /// in the caller's account.
    func resolvedKeyARN(_ name: String) -> String {
        if let key = state.world.kmsKey(arn: name) { return key.arn }
        if name.hasPrefix("arn:") { return name }
        let prefix = "arn:aws:kms:\(knownBucket?.region ?? region):\(principal.account):"
        let arn = name.hasPrefix("alias/") ? prefix + name : prefix + "key/\(name)"
        return state.world.kmsKey(arn: arn)?.arn ?? arn
    }
}

extension S3Error {
    /// A key that KMS does not find, in KMS's words.
    fileprivate static func kmsNotFound(_ message: String) -> S3Error {
        S3Error(400, "KMS.NotFoundException", message)
    }

    /// AWS's own key of another account [reported: aws/aws-cli#4507].
    fileprivate static func invalidKeyID(_ name: String) -> S3Error {
        .kmsNotFound("Invalid keyId \(name)")
    }

    fileprivate static func kmsInvalidState(_ message: String) -> S3Error {
        S3Error(400, "KMS.KMSInvalidStateException", message)
    }
}
