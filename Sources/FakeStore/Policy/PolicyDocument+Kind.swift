// What may stand in a document depends on what it is attached to (iam.md section 1).

extension PolicyDocument.Kind {
    /// What a document must, may or must not say about principals.
    enum PrincipalRule { case required, forbidden }

    var principalRule: PrincipalRule {
        switch self {
        case .identity, .boundary, .session, .scp: .forbidden
        case .bucket, .trust, .key, .rcp, .vpce: .required
        }
    }

    /// Trust policies speak of the role they are attached to.
    var takesResource: Bool { self != .trust }

    /// The kind in words, with its article.
    package var words: String {
        switch self {
        case .identity: "an identity policy"
        case .boundary: "a permissions boundary"
        case .session: "a session policy"
        case .bucket: "a bucket policy"
        case .trust: "a trust policy"
        case .key: "a key policy"
        case .scp: "a service control policy"
        case .rcp: "a resource control policy"
        case .vpce: "a VPC endpoint policy"
        }
    }

    /// Whether IAM's or STS's rules of form apply, rather than those of the service that has the resource.
    var isOfIAM: Bool {
        switch self {
        case .identity, .boundary, .session, .trust: true
        case .bucket, .key, .scp, .rcp, .vpce: false
        }
    }
}

/// The size that a document may have (iam.md section 1.1).
package struct PolicySizeLimit: Sendable, Hashable {
    /// What is counted.
    package enum Unit: Sendable, Hashable {
        /// Bytes of UTF-8, as sent.
        case bytes
        /// Characters, as sent.
        case characters
        /// Characters, white space left out.
        case charactersWithoutSpace
    }

    package let count: Int
    package let unit: Unit

    package init(count: Int, unit: Unit) {
        self.count = count
        self.unit = unit
    }

    /// Whether the text keeps the limit.
    package func allows(_ text: String) -> Bool { size(of: text) <= count }

    /// The size of a text as it counts here.
    package func size(of text: String) -> Int {
        switch unit {
        case .bytes: text.utf8.count
        case .characters: text.unicodeScalars.count
        case .charactersWithoutSpace:
            text.unicodeScalars.count { !$0.properties.isWhitespace }
        }
    }
}

extension PolicyDocument.Kind {
    /// The largest document of the kind, or nil when only the sum of several is limited.
    ///
    /// Inline policies count together with the others of their owner, and managed ones have a limit of
    /// their own: both are for the calls that store them.
    package var sizeLimit: PolicySizeLimit? {
        switch self {
        case .bucket: PolicySizeLimit(count: 20_480, unit: .bytes)
        case .trust: PolicySizeLimit(count: 2_048, unit: .charactersWithoutSpace)
        case .boundary: PolicySizeLimit(count: 6_144, unit: .charactersWithoutSpace)
        case .session: PolicySizeLimit(count: 2_048, unit: .charactersWithoutSpace)
        // Announced in May 2026; 5,120 before.
        case .scp, .rcp: PolicySizeLimit(count: 10_240, unit: .characters)
        case .key: PolicySizeLimit(count: 32_768, unit: .bytes)
        case .vpce: PolicySizeLimit(count: 20_480, unit: .characters)
        case .identity: nil
        }
    }
}
