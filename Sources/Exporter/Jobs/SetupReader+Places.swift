// The parts of SETUP.json that say where things are: the platform's endpoints and secrets, and destinations.

import Destinations
import JSON
import State

extension SetupReader {
    static func platform(_ reader: inout ObjectReader) throws(JSONError) -> PlatformSetup {
        var platform = PlatformSetup()
        try reader.optionalObject("aws") { reader throws(JSONError) in
            platform.accessKeyID = try secret("accessKeyId", &reader)
            platform.secretAccessKey = try secret("secretAccessKey", &reader)
            platform.sessionToken = try secret("sessionToken", &reader)
            platform.principal = try reader.optional("principal")
            if let principal = platform.principal, !isPrincipal(principal) {
                throw reader.error(
                    at: "principal",
                    "`\(principal)` is no ARN of a user or role: expected `arn:aws:iam::ACCOUNT:…`"
                )
            }
            platform.region = try reader.optional("region")
            if let region = platform.region, !isName(region) {
                throw reader.error(at: "region", "`\(region)` is no region")
            }
            platform.roleSessionSeconds = try reader.optional("roleSessionSeconds")
            if let seconds = platform.roleSessionSeconds,
                !Role.sessionSecondsRange.contains(seconds)
            {
                throw reader.error(
                    at: "roleSessionSeconds",
                    "`\(seconds)`: a session lasts from \(Role.sessionSecondsRange.lowerBound) to"
                        + " \(Role.sessionSecondsRange.upperBound) seconds"
                )
            }
            guard (platform.accessKeyID == nil) == (platform.secretAccessKey == nil) else {
                let missing = platform.accessKeyID == nil ? "accessKeyId" : "secretAccessKey"
                throw reader.error("`\(missing)` is missing: the two go together")
            }
        }
        try reader.refuse("gcs", because: "Google Cloud Storage is not supported yet")
        try reader.optionalObject("endpoints") { reader throws(JSONError) in
            platform.s3Endpoint = try endpoint("s3", &reader)
            platform.stsEndpoint = try endpoint("sts", &reader)
            platform.iamEndpoint = try endpoint("iam", &reader)
            platform.gcsEndpoint = try endpoint("gcs", &reader)
        }
        return platform
    }

    /// Whether a text is the ARN of a user or a role.
    private static func isPrincipal(_ text: String) -> Bool {
        let parts = text.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
        return parts.count == 6 && parts[0] == "arn" && parts[2] == "iam"
            && isAccountID(String(parts[4]))
            && (parts[5].hasPrefix("user/") || parts[5].hasPrefix("role/"))
    }

    /// A reference to a secret.
    ///
    /// A literal one is refused and not repeated in the message.
    private static func secret(
        _ key: String,
        _ reader: inout ObjectReader
    ) throws(JSONError) -> SecretReference? {
        guard let node = reader.presentNode(key) else { return nil }
        let forms = "`{\"env\": \"NAME\"}`, `{\"file\": \"PATH\"}` or `{\"profile\": \"NAME\"}`"
        guard node.object != nil else {
            throw reader.error(at: key, "expected a reference, \(forms): a set-up holds no secrets")
        }
        return try ObjectReader.read(node, path: reader.path(to: key)) { reader throws(JSONError) in
            let environment = try reader.optional("env", as: String.self)
            let file = try reader.optional("file", as: String.self)
            let profile = try reader.optional("profile", as: String.self)
            let references: [SecretReference?] = [
                environment.map { .environment($0) }, file.map { .file($0) },
                profile.map { .profile($0) },
            ]
            let given = references.compactMap { $0 }
            guard given.count == 1, let reference = given.first else {
                throw reader.error("expected one of \(forms)")
            }
            return reference
        }
    }

    private static func endpoint(
        _ key: String,
        _ reader: inout ObjectReader
    ) throws(JSONError) -> String? {
        guard var url = try reader.optional(key, as: String.self) else { return nil }
        let hasScheme = url.hasPrefix("http://") || url.hasPrefix("https://")
        guard hasScheme, url.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
            throw reader.error(
                at: key,
                "`\(url)` is no endpoint: expected `http://…` or `https://…`"
            )
        }
        while url.hasSuffix("/") { url.removeLast() }
        return url
    }

    static func destination(
        _ reader: inout ObjectReader,
        _ platform: PlatformSetup,
        owner: String,
        defaultAccount: String?
    ) throws(JSONError) -> DestinationSetup {
        let type = try reader.required("type", as: String.self)
        let storage: DestinationSetup.Storage
        var account = try reader.optional("account", as: String.self)
        switch type {
        case "s3":
            storage = try s3(&reader, platform)
        case "folder":
            let path = try reader.required("path", as: String.self)
            guard !path.isEmpty else { throw reader.error(at: "path", "the path is empty") }
            storage = .folder(path: normalized(path))
            account = account ?? defaultAccount
        case "gcs":
            throw reader.error(at: "type", "`gcs` is not supported yet; `s3` and `folder` are")
        default:
            throw reader.error(at: "type", "unknown type `\(type)`; expected `s3` or `folder`")
        }
        guard let account else {
            throw reader.error("`account` is missing: the file names of \(owner) begin with it")
        }
        guard isAccountID(account) else {
            throw reader.error(at: "account", "`\(account)` is no AWS account id: 12 digits")
        }
        let prefix = try reader.value("prefix", default: "")
        try check(prefix: prefix, &reader)
        try only("none", "compression", &reader)
        let replace = try reader.value("replace", default: ReplaceRule.conditional.rawValue)
        guard let rule = ReplaceRule(rawValue: replace) else {
            throw reader.error(
                at: "replace",
                "unknown value `\(replace)`; expected `conditional` or `own`"
            )
        }
        return DestinationSetup(
            storage: storage,
            account: account,
            prefix: prefix,
            replaceRule: rule
        )
    }

    private static func s3(
        _ reader: inout ObjectReader,
        _ platform: PlatformSetup
    ) throws(JSONError) -> DestinationSetup.Storage {
        let bucket = try reader.required("bucket", as: String.self)
        guard isBucketName(bucket) else {
            throw reader.error(
                at: "bucket",
                "`\(bucket)` is no bucket name: 3 to 63 lowercase letters, digits, `.` and `-`, "
                    + "beginning and ending with a letter or digit"
            )
        }
        guard let region = try reader.optional("region", as: String.self) ?? platform.region else {
            throw reader.error("`region` is missing: the region of the bucket")
        }
        guard isName(region) else { throw reader.error(at: "region", "`\(region)` is no region") }
        return .s3(bucket: bucket, region: region)
    }

    /// Refuses the known values of a setting that are not supported yet, and unknown ones.
    private static func only(
        _ supported: String,
        _ key: String,
        _ reader: inout ObjectReader
    ) throws(JSONError) {
        guard let value = try reader.optional(key, as: String.self), value != supported else {
            return
        }
        let later = ["compression": ["zip"]]
        throw reader.error(
            at: key,
            later[key, default: []].contains(value)
                ? "`\(key): \(value)` is not supported yet; `\(supported)` is"
                : "unknown value `\(value)`; expected `\(supported)`"
        )
    }

    private static func check(prefix: String, _ reader: inout ObjectReader) throws(JSONError) {
        guard prefix.utf8.count <= 800 else {
            throw reader.error(at: "prefix", "longer than 800 bytes")
        }
        guard !prefix.hasPrefix("/") else {
            throw reader.error(
                at: "prefix",
                "`\(prefix)` begins with `/`: the key would begin with it"
            )
        }
        guard prefix.unicodeScalars.allSatisfy({ $0.value >= 0x20 && $0.value != 0x7F }) else {
            throw reader.error(at: "prefix", "a control character in the prefix")
        }
        let parts = prefix.split(separator: "/", omittingEmptySubsequences: false)
        guard !parts.contains(".."), !parts.contains(".") else {
            throw reader.error(at: "prefix", "`\(prefix)` has `.` or `..` between slashes")
        }
    }

    /// A path without slashes at its end, so that one folder has one spelling.
    private static func normalized(_ path: String) -> String {
        var path = path
        while path.count > 1, path.hasSuffix("/") { path.removeLast() }
        return path
    }

    static func isAccountID(_ text: String) -> Bool {
        text.utf8.count == 12
            && text.utf8.allSatisfy { $0 >= UInt8(ascii: "0") && $0 <= UInt8(ascii: "9") }
    }

    static func isName(_ text: String) -> Bool {
        (1...64).contains(text.utf8.count)
            && text.utf8.allSatisfy { byte in
                switch byte {
                case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
                    UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "."), UInt8(ascii: "_"),
                    UInt8(ascii: "-"):
                    true
                default: false
                }
            }
    }

    /// S3's rules for general purpose buckets, as far as the characters go.
    private static func isBucketName(_ text: String) -> Bool {
        let bytes = Array(text.utf8)
        func isAlphanumeric(_ byte: UInt8) -> Bool {
            byte >= UInt8(ascii: "a") && byte <= UInt8(ascii: "z")
                || byte >= UInt8(ascii: "0") && byte <= UInt8(ascii: "9")
        }
        guard (3...63).contains(bytes.count), isAlphanumeric(bytes[0]),
            isAlphanumeric(bytes[bytes.count - 1])
        else { return false }
        return !text.contains("..")
            && bytes.allSatisfy {
                isAlphanumeric($0) || $0 == UInt8(ascii: ".") || $0 == UInt8(ascii: "-")
            }
    }
}
