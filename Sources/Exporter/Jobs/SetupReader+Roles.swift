// The customers' roles in SETUP.json: their form, and what is odd about them.

import Destinations
import JSON
import State

extension SetupReader {
    /// The role of an account and its external id.
    static func role(
        _ reader: inout ObjectReader
    ) throws(JSONError) -> (arn: String?, externalID: String?) {
        let arn = try reader.optional("roleArn", as: String.self)
        if let arn, !isRole(arn) {
            throw reader.error(
                at: "roleArn",
                "`\(arn)` is no ARN of a role: expected `arn:aws:iam::ACCOUNT:role/NAME`"
            )
        }
        let externalID = try reader.optional("externalId", as: String.self)
        if let externalID {
            guard arn != nil else {
                throw reader.error(at: "externalId", "an external id goes with a `roleArn`")
            }
            guard isExternalID(externalID) else {
                throw reader.error(
                    at: "externalId",
                    "`\(externalID)` is no external id: 2 to 1224 letters, digits and `_+=,.@:/-`, no spaces"
                )
            }
        }
        return (arn, externalID)
    }

    /// IAM's own bounds ("IAM and STS quotas", CreateRole): a name of up to 64, a path of up to 512.
    private static func isRole(_ text: String) -> Bool {
        let parts = text.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false)
        guard parts.count == 6, parts[0] == "arn", parts[1].hasPrefix("aws"), parts[2] == "iam",
            parts[3].isEmpty, isAccountID(String(parts[4])), parts[5].hasPrefix("role/")
        else { return false }
        let path = parts[5].dropFirst("role".count)
        let name = path.split(separator: "/", omittingEmptySubsequences: false).last ?? ""
        return (1...64).contains(name.utf8.count) && path.utf8.count - name.utf8.count <= 512
            && name.utf8.allSatisfy { isWord($0) || "+=,.@-".utf8.contains($0) }
            && path.utf8.allSatisfy { (0x21...0x7E).contains($0) }
    }

    /// `[\w+=,.@:\/-]*`, of 2 to 1,224 (AssumeRole, API reference).
    private static func isExternalID(_ text: String) -> Bool {
        (2...1_224).contains(text.utf8.count)
            && text.utf8.allSatisfy { isWord($0) || "+=,.@:/-".utf8.contains($0) }
    }

    private static func isWord(_ byte: UInt8) -> Bool {
        switch byte {
        case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
            UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "_"):
            true
        default: false
        }
    }
}

/// What is odd about the roles of the customers that a set-up adds or changes.
func roleWarnings(_ setup: Setup, since old: Setup) -> [String] {
    let known = Set(old.customers)
    var owners: [String: String] = [:]
    var warnings: [String] = []
    for customer in setup.customers {
        let isNew = !known.contains(customer)
        for account in customer.accounts {
            guard let arn = account.roleARN else { continue }
            let name = "customer \(customer.id): "
            if let id = account.externalID {
                if let other = owners[id], other != customer.id, isNew {
                    warnings.append(
                        name
                            + "the external id is also \(other)'s: give each customer one of their own"
                    )
                }
                owners[id] = customer.id
            } else if isNew {
                warnings.append(
                    name
                        + "\(arn) without an external id: whoever can name the role to this platform can have"
                        + " it write there; agree on an id, and have the trust policy ask for it"
                )
            }
            if isNew, let owner = PolicyText.account(of: arn), owner != account.id {
                warnings.append(
                    name
                        + "the role of account \(account.id) belongs to \(owner): the bucket's policy must"
                        + " allow it as well"
                )
            }
        }
        if isNew, let export = customer.export, case .s3 = export.destination.storage,
            customer.accounts.contains(where: { $0.roleARN != nil }),
            customer.roleAccount(of: export.destination.account) == nil
        {
            warnings.append(
                "customer \(customer.id): the bucket's account \(export.destination.account) is none of those"
                    + " with a role: the platform's own credentials write there"
            )
        }
    }
    return warnings
}

extension CustomerSetup {
    /// The customer's account of this id, if it has a role.
    func roleAccount(of id: String) -> AccountSetup? {
        accounts.first { $0.provider == .aws && $0.id == id && $0.roleARN != nil }
    }
}
