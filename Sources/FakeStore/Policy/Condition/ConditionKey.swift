// The name of a context key, ready to be looked up. Names ignore the case of ASCII letters, also the
// tag's in `aws:PrincipalTag/team` (iam.md section 3).

/// A context key that a policy asks for.
package struct ConditionKey: Sendable, Hashable {
    /// The name as the policy has it.
    package let text: String
    let hash: UInt64
    /// What the key tells about the caller or the resource, when the context itself does not have it.
    let derivation: Derivation?

    /// A key whose value follows from the rest of the request.
    enum Derivation: Sendable, Hashable {
        case principalARN, principalAccount, principalType, userID, userName
        case principalOrganization, principalOrganizationPaths
        case isService, serviceName
        case resourceAccount, resourceOrganization
        /// `aws:PrincipalTag/…`; the tag's key in lower case.
        case principalTag(String)
    }

    package init(_ text: String) {
        self.text = text
        hash = foldedHash(text)
        let folded = text.lowercased()
        let tagPrefix = "aws:principaltag/"
        derivation =
            folded.hasPrefix(tagPrefix)
            ? .principalTag(String(folded.dropFirst(tagPrefix.count)))
            : ConditionKey.derivations[folded]
    }

    private static let derivations: [String: Derivation] = [
        "aws:principalarn": .principalARN,
        "aws:principalaccount": .principalAccount,
        "aws:principaltype": .principalType,
        "aws:userid": .userID,
        "aws:username": .userName,
        "aws:principalorgid": .principalOrganization,
        "aws:principalorgpaths": .principalOrganizationPaths,
        "aws:principalisawsservice": .isService,
        "aws:principalservicename": .serviceName,
        "aws:resourceaccount": .resourceAccount,
        "s3:resourceaccount": .resourceAccount,
        "aws:resourceorgid": .resourceOrganization,
    ]
}

/// A hash of the text in which ASCII letters of both cases are the same (FNV-1a).
func foldedHash(_ text: String) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in text.utf8 { hash = (hash ^ UInt64(lowercased(byte))) &* 0x100_0000_01b3 }
    return hash
}

/// Whether two texts differ in nothing but the case of ASCII letters.
func equalsIgnoringCase(_ left: String, _ right: String) -> Bool {
    left.utf8.count == right.utf8.count
        && zip(left.utf8, right.utf8).allSatisfy { lowercased($0) == lowercased($1) }
}

@inline(__always)
func lowercased(_ byte: UInt8) -> UInt8 {
    byte &- UInt8(ascii: "A") < 26 ? byte | 0x20 : byte
}
