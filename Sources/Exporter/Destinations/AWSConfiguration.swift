// The AWS command line's configuration files, as far as they hold what the exporter needs: keys, region
// and endpoint of a profile. Pure: text in, values out.

import Transfer

/// The profiles of `~/.aws/credentials` and `~/.aws/config`.
package struct AWSConfiguration: Equatable, Sendable {
    /// One profile's settings by name, in lower case.
    package typealias Profile = [String: String]

    /// Profiles by name; the same profile of both files is one.
    package private(set) var profiles: [String: Profile] = [:]

    package init() {}

    /// Takes the profiles of the credentials file, where sections are plain names.
    package mutating func addCredentialsFile(_ text: String) {
        add(text) { $0 }
    }

    /// Takes those of the config file, where sections are `default` and `profile NAME`.
    package mutating func addConfigFile(_ text: String) {
        add(text) { section in
            if section == "default" { return section }
            guard section.hasPrefix("profile ") else { return nil }
            return String(section.dropFirst("profile ".count).drop { $0 == " " })
        }
    }

    /// What a profile that only reaches its keys by other means uses; nil when it holds keys.
    ///
    /// These means (single sign-on, helper programs, chained roles) are not followed here.
    package func unsupportedSource(of name: String) -> String? {
        guard let profile = profiles[name], profile["aws_access_key_id"] == nil else { return nil }
        return [
            "credential_process", "sso_session", "sso_start_url", "role_arn",
            "web_identity_token_file",
            "credential_source",
        ].first { profile[$0] != nil }
    }

    /// The keys of a profile, where it holds them.
    package func credentials(of name: String) -> AWSCredentials? {
        guard let profile = profiles[name], let id = profile["aws_access_key_id"],
            let secret = profile["aws_secret_access_key"]
        else { return nil }
        return AWSCredentials(
            accessKeyID: id,
            secretAccessKey: secret,
            sessionToken: profile["aws_session_token"]
        )
    }

    private mutating func add(_ text: String, naming: (String) -> String?) {
        var current: String?
        for line in text.split(whereSeparator: \.isNewline) {
            // A line that is indented belongs to a nested setting (`s3 =`), none of which matter here.
            if line.first == " " || line.first == "\t" { continue }
            let line = line.trimmed()
            if line.isEmpty || line.hasPrefix("#") || line.hasPrefix(";") { continue }
            if line.hasPrefix("["), let end = line.firstIndex(of: "]") {
                current = naming(line[line.index(after: line.startIndex)..<end].trimmed())
            } else if let current, let equals = line.firstIndex(of: "=") {
                let name = line[..<equals].trimmed().lowercased()
                // An earlier file wins: the credentials file is read first, as the AWS tools do.
                if profiles[current, default: [:]][name] == nil {
                    profiles[current, default: [:]][name] = line[line.index(after: equals)...]
                        .trimmed()
                }
            }
        }
    }
}

extension StringProtocol {
    /// Without the white space around it.
    fileprivate func trimmed() -> String {
        guard let first = firstIndex(where: { !$0.isWhitespace }),
            let last = lastIndex(where: { !$0.isWhitespace })
        else { return "" }
        return String(self[first...last])
    }
}
