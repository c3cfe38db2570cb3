// What changes from one set-up to another, in words for the screen and the history.

import Rating
import State

/// One change of a set-up.
package struct SetupChange: Equatable, Sendable {
    /// What it is about: `customer acme`, `export customer/acme`, `platform`.
    package let subject: String
    /// What changes: `added`, `removed`, `name: Acme, was ACME`.
    package let change: String
}

/// The differences of two set-ups, in the order of the new one; empty when they say the same.
func differences(from old: Setup, to new: Setup) -> [SetupChange] {
    var changes: [SetupChange] = []
    func note(_ subject: String, _ field: String, _ old: String?, _ new: String?) {
        guard old != new else { return }
        changes.append(
            SetupChange(
                subject: subject,
                change: "\(field): \(new ?? "none"), was \(old ?? "none")"
            )
        )
    }
    note(
        "platform",
        "accessKeyId",
        old.platform.accessKeyID?.words,
        new.platform.accessKeyID?.words
    )
    note(
        "platform",
        "secretAccessKey",
        old.platform.secretAccessKey?.words,
        new.platform.secretAccessKey?.words
    )
    note(
        "platform",
        "sessionToken",
        old.platform.sessionToken?.words,
        new.platform.sessionToken?.words
    )
    note("platform", "principal", old.platform.principal, new.platform.principal)
    note("platform", "region", old.platform.region, new.platform.region)
    note(
        "platform",
        "roleSessionSeconds",
        old.platform.roleSessionSeconds.map(String.init),
        new.platform.roleSessionSeconds.map(String.init)
    )
    note("platform", "endpoints.s3", old.platform.s3Endpoint, new.platform.s3Endpoint)
    note("platform", "endpoints.sts", old.platform.stsEndpoint, new.platform.stsEndpoint)
    note("platform", "endpoints.iam", old.platform.iamEndpoint, new.platform.iamEndpoint)
    note("platform", "endpoints.gcs", old.platform.gcsEndpoint, new.platform.gcsEndpoint)
    changes += pricebookChanges(from: old.pricebooks, to: new.pricebooks)
    note("reseller", "name", old.reseller?.name, new.reseller?.name)
    for view in BillView.allCases {
        changes += exportChanges(
            "reseller/\(view.rawValue)",
            from: old.reseller?.exports.first { $0.view == view },
            to: new.reseller?.exports.first { $0.view == view }
        )
    }

    let before = Dictionary(uniqueKeysWithValues: old.customers.map { ($0.id, $0) })
    for customer in new.customers {
        let subject = "customer \(customer.id)"
        let known = before[customer.id]
        if let known {
            note(subject, "name", known.name, customer.name)
        } else {
            changes.append(SetupChange(subject: subject, change: "added: \(customer.name)"))
        }
        let accounts = known?.accounts ?? []
        for account in customer.accounts {
            guard let old = accounts.first(where: { $0.name == account.name }) else {
                let role = account.roleARN.map { ", with the role \($0)" } ?? ""
                changes.append(
                    SetupChange(subject: subject, change: "account \(account.words) added\(role)")
                )
                continue
            }
            let name = "\(subject), account \(account.words)"
            note(name, "roleArn", old.roleARN, account.roleARN)
            note(name, "externalId", old.externalID, account.externalID)
        }
        let names = customer.accounts.map(\.name)
        for account in accounts where !names.contains(account.name) {
            changes.append(
                SetupChange(subject: subject, change: "account \(account.words) removed")
            )
        }
        let oldNames = accounts.map(\.name)
        if Set(oldNames) == Set(names), oldNames != names {
            changes.append(SetupChange(subject: subject, change: "accounts in another order"))
        }
        changes += termsChanges(from: known?.terms ?? CustomerTerms(), to: customer.terms).map {
            SetupChange(subject: subject, change: $0)
        }
        changes += exportChanges(
            "customer/\(customer.id)",
            from: known?.export,
            to: customer.export
        )
    }
    let after = Set(new.customers.map(\.id))
    for customer in old.customers where !after.contains(customer.id) {
        changes.append(SetupChange(subject: "customer \(customer.id)", change: "removed"))
    }
    if changes.isEmpty, old != new {
        changes.append(SetupChange(subject: "customers", change: "in another order"))
    }
    return changes
}

private func exportChanges(
    _ id: String,
    from old: ExportSetup?,
    to new: ExportSetup?
) -> [SetupChange] {
    let subject = "export \(id)"
    guard let new else {
        return old == nil ? [] : [SetupChange(subject: subject, change: "removed")]
    }
    guard let old else {
        return [
            SetupChange(
                subject: subject,
                change: "added: \(new.view.rawValue) to \(new.destination.words)"
            )
        ]
    }
    let fields: [(String, String, String)] = [
        ("enabled", "\(old.isEnabled)", "\(new.isEnabled)"),
        ("view", old.view.rawValue, new.view.rawValue),
        ("formats", old.formatWords, new.formatWords),
        ("tags", old.tags.words, new.tags.words),
        ("destination", old.destination.words, new.destination.words),
    ]
    return fields.filter { $0.1 != $0.2 }.map { field, old, new in
        SetupChange(subject: subject, change: "\(field): \(new), was \(old)")
    }
}

extension SecretReference {
    fileprivate var words: String {
        switch self {
        case .environment(let name): "variable \(name)"
        case .file(let path): "file \(path)"
        case .profile(let name): "profile \(name)"
        }
    }
}

extension TagChoice {
    fileprivate var words: String {
        guard case .chosen(let columns) = self else { return stored }
        return columns.isEmpty ? "none" : columns.joined(separator: " ")
    }
}

extension AccountSetup {
    fileprivate var words: String { "\(provider.rawValue) \(id)" }
}

extension ExportSetup {
    fileprivate var formatWords: String {
        providers.map { provider in
            "\(provider.rawValue) "
                + (formats[provider] ?? []).map(\.rawValue).joined(separator: " ")
        }.joined(separator: ", ")
    }
}

extension DestinationSetup {
    /// The destination for people: `s3://bucket/prefix (eu-west-1, account 111122223333)`.
    package var words: String {
        var facts = ["account \(account)"]
        if case .s3(_, let region) = storage { facts.insert(region, at: 0) }
        if replaceRule == .own { facts.append("own files are overwritten") }
        return "\(url(key: prefix)) (\(facts.joined(separator: ", ")))"
    }
}
