// Names that were never filled in, copied with something invisible, or mangled by a spreadsheet.

import JSON
import Policy
import Spelling

extension Rule {
    static let names: [Rule] = [
        Rule("PLACEHOLDER", .warning) { subject, report in
            for token in subject.allTokens {
                guard let met = placeholder(in: token.text, subject.names) else { continue }
                report.add(
                    token,
                    "`\(met)` looks like a placeholder that was never filled in",
                    instead: "the real \(met.contains("<") || !isDigits(met) ? "name" : "account")"
                )
            }
        },
        Rule("INVISIBLE_CHARACTER", .warning) { subject, report in
            for token in subject.allTokens {
                for (index, scalar) in token.text.unicodeScalars.enumerated()
                where isInvisible(scalar) {
                    report.add(
                        subject.source.place(ofScalar: index, in: token),
                        token.path,
                        "an invisible character, U+\(hexadecimal(scalar.value)), in `\(token.text)`",
                        instead: "the same without it"
                    )
                }
            }
        },
        // Keys may hold spaces, so it is no more than a warning (M09, M44 of the catalogue).
        Rule("STRAY_SPACE", .warning) { subject, report in
            for token in subject.nameTokens {
                let scalars = Array(token.text.unicodeScalars)
                guard let index = strayspace(scalars) else { continue }
                report.add(
                    subject.source.place(ofScalar: index, in: token),
                    token.path,
                    "a space \(index == 0 ? "before" : index == scalars.count - 1 ? "after" : "in") `\(token.text)`: it is compared as it is written",
                    instead: "the same without it"
                )
            }
        },
        // A spreadsheet's doing (M39 of the catalogue).
        Rule("ACCOUNT_LOST_LEADING_ZERO", .error) { subject, report in
            for view in subject.statements {
                for token in view.resources?.tokens ?? [] {
                    guard let account = ARNView(token.text).account, isDigits(account),
                        account.utf8.count == 11
                    else { continue }
                    report.lostZero(token, account)
                }
                for line in view.conditions {
                    for value in line.values {
                        let text = value.token.text
                        let isAccountKey = line.key.folded.hasSuffix("account")
                        let account =
                            text.hasPrefix("arn:")
                            ? ARNView(text).account ?? "" : isAccountKey ? text : ""
                        guard isDigits(account), account.utf8.count == 11 else { continue }
                        report.lostZero(value.token, account)
                    }
                }
                for entry in view.principals where entry.token.text.hasPrefix("arn:") {
                    guard let account = ARNView(entry.token.text).account, isDigits(account),
                        account.utf8.count == 11
                    else { continue }
                    report.lostZero(entry.token, account)
                }
            }
        },
        Rule("UNKNOWN_PRINCIPAL", .warning, in: [.bucket, .trust, .key]) { subject, report in
            guard !subject.names.principals.isEmpty || !subject.names.accounts.isEmpty else {
                return
            }
            for entry in subject.statements.flatMap(\.principals) where entry.key == "AWS" {
                report.unknownPrincipal(entry, subject.names)
            }
        },
    ]

    /// Words that stand for a name in templates.
    private static let words = [
        "ACCOUNT_ID", "ACCOUNT-ID", "ACCOUNTID", "AWS_ACCOUNT", "BUCKET_NAME", "BUCKET-NAME",
        "BUCKETNAME", "YOUR_", "YOUR-", "REPLACE_ME",
        "REPLACE-ME", "CHANGEME", "CHANGE_ME", "INSERT_", "ROLE_NAME", "USER_NAME", "REGION_NAME",
        "XXXXXXXXXXXX", "MY_BUCKET", "EXAMPLE-BUCKET",
        "DOC-EXAMPLE", "S3-DEMO-BUCKET",
    ]

    /// The part of a text that stands for a name; accounts of AWS's examples count unless a world has them.
    private static func placeholder(in text: String, _ names: KnownNames) -> String? {
        if let open = text.firstIndex(of: "<"), let close = text[open...].firstIndex(of: ">") {
            return String(text[open...close])
        }
        if let open = text.firstRange(of: "{{"),
            let close = text[open.upperBound...].firstRange(of: "}}")
        {
            return String(text[open.lowerBound..<close.upperBound])
        }
        let upper = text.uppercased()
        guard !names.buckets.contains(where: { text.contains($0) }) else { return nil }
        if let word = words.first(where: {
            upper.contains($0)
                && (text.contains($0) || $0.hasPrefix("YOUR") || $0.contains("EXAMPLE")
                    || $0.contains("DEMO") || $0.hasPrefix("CHANGE") || $0.hasPrefix("REPLACE"))
        }) {
            return word
        }
        return ["123456789012", "111122223333"].first {
            text.contains($0) && !names.accounts.contains($0)
        }
    }

    private static func isInvisible(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.value {
        case 0xA0, 0xAD, 0x200B...0x200F, 0x202A...0x202E, 0x2060...0x2064, 0xFEFF, 0x180E, 0x2007,
            0x202F, 0x3000, 0x00...0x1F, 0x7F...0x9F:
            true
        default: false
        }
    }

    /// The first space that stands at an end, or before or after a `/` or `:`.
    private static func strayspace(_ scalars: [Unicode.Scalar]) -> Int? {
        scalars.indices.first { index in
            guard scalars[index] == " " else { return false }
            if index == 0 || index == scalars.count - 1 { return true }
            let isEdge = { (scalar: Unicode.Scalar) in
                scalar == "/" || scalar == ":" || scalar == "*"
            }
            return isEdge(scalars[index - 1]) || isEdge(scalars[index + 1])
        }
    }
}

func hexadecimal(_ code: UInt32) -> String {
    let digits = String(code, radix: 16, uppercase: true)
    return String(repeating: "0", count: max(0, 4 - digits.utf8.count)) + digits
}

extension Subject {
    /// All names: principals, resources, and the values of conditions.
    var allTokens: [Token] {
        statements.flatMap { view in
            view.principals.map(\.token) + (view.resources?.tokens ?? [])
                + view.conditions.flatMap { $0.values.map(\.token) }
        }
    }

    /// Those that are compared character by character: not the values of any condition.
    var nameTokens: [Token] {
        statements.flatMap { view in
            view.principals.map(\.token) + (view.resources?.tokens ?? [])
                + view.conditions.filter { line in
                    line.key.folded == "sts:externalid" || line.key.folded.hasSuffix("account")
                        || line.key.folded.hasSuffix("arn")
                        || line.key.folded == "aws:principalorgid"
                        || line.values.contains { $0.token.text.hasPrefix("arn:") }
                }.flatMap { $0.values.map(\.token) }
        }
    }
}

extension Report {
    fileprivate mutating func lostZero(_ token: Token, _ account: String) {
        add(
            token,
            "`\(account)` has eleven digits, an account twelve: a spreadsheet takes the leading zero away",
            instead: "`0\(account)`"
        )
    }

    fileprivate mutating func unknownPrincipal(_ entry: PrincipalToken, _ names: KnownNames) {
        let text = entry.token.text
        guard let pattern = entry.pattern else { return }
        let account: String
        switch pattern {
        case .account(let text):
            account = text.hasPrefix("arn:") ? ARNView(text).account ?? "" : text
        case .user, .role: account = ARNView(text).account ?? ""
        default: return
        }
        guard names.accounts.contains(account) else {
            // An account elsewhere is nothing special, one letter from a known one is.
            guard let nearest = Spelling.nearest(to: account, among: names.accounts),
                Spelling.distance(from: account, to: nearest) <= 2
            else { return }
            add(
                entry.token,
                "the account `\(account)` is \(Rule.distance(account, nearest)) from the known `\(nearest)`",
                instead: "`\(nearest)`, if that is meant"
            )
            return
        }
        switch pattern {
        case .user, .role: break
        default: return
        }
        guard !names.principals.contains(text) else { return }
        let nearest = Spelling.nearest(to: text, among: names.principals)
        add(
            entry.token,
            "there is no `\(text)`: AWS refuses the policy (Invalid principal in policy)",
            instead: nearest.map { "`\($0)`" }
        )
    }
}
