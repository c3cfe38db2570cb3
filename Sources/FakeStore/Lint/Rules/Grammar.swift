// Version, Sid, size, and what is empty [documented: IAM Access Analyzer, "policy check reference"].

import JSON
import Policy

extension Rule {
    /// iam.md sections 1 and 1.1.
    static let grammar: [Rule] = [
        // IAM's calls for managed policies refuse it, and without it nothing is a variable.
        Rule("MISSING_VERSION", .warning, in: .everywhere.subtracting([.scp, .rcp])) {
            subject,
            report in
            guard subject.root.object != nil, subject.root["Version"] == nil else { return }
            report.add(
                subject.root.place,
                "",
                "without `Version` the document is of 2008-10-17, in which `${...}` is plain text",
                instead: "`\"Version\": \"2012-10-17\"`"
            )
        },
        Rule("OLD_VERSION", .suggestion) { subject, report in
            guard let node = subject.root["Version"], node.string == "2008-10-17" else { return }
            report.add(
                node.place,
                "Version",
                "2008-10-17 is the older language: it has no variables, and IAM takes no new managed policy of it",
                instead: "`2012-10-17`"
            )
        },
        Rule(
            "EMPTY_SID_VALUE",
            .suggestion,
            statement: { view, _, report in
                guard let sid = view.sid, sid.text.isEmpty else { return }
                report.add(sid, "the Sid is empty", instead: "a name for the statement, or no Sid")
            }
        ),
        // Of identity policies only the sum is limited, or the managed one.
        Rule("POLICY_SIZE_EXCEEDS_IDENTITY_POLICY_QUOTA", .warning, in: [.identity]) {
            subject,
            report in
            let size = PolicySizeLimit(count: 6_144, unit: .charactersWithoutSpace)
            let text = subject.root.text()
            guard !size.allows(text) else { return }
            report.add(
                subject.root.place,
                "",
                "\(size.size(of: text)) characters without white space: a managed policy may have 6144, "
                    + "all inline policies of a role together 10240, of a group 5120, of a user 2048",
                instead: "several smaller policies"
            )
        },
        Rule(
            "EMPTY_OBJECT_CONDITION",
            .suggestion,
            statement: { view, _, report in
                guard let block = view.node["Condition"], let members = block.object else { return }
                let path = "\(view.path).Condition"
                if members.isEmpty {
                    report.add(block.place, path, "`Condition` is empty and does nothing")
                }
                for member in members where member.node.object?.isEmpty == true {
                    report.add(
                        member.keyPlace,
                        "\(path).\(member.key)",
                        "`\(member.key)` compares nothing and does nothing",
                        instead: "a key and its values, or no `\(member.key)`"
                    )
                }
            }
        ),
        emptyValues("EMPTY_ARRAY_CONDITION") { $0.quantifier == nil && !$0.ifExists },
        emptyValues("EMPTY_ARRAY_CONDITION_FORALLVALUES") { $0.quantifier == .all },
        emptyValues("EMPTY_ARRAY_CONDITION_FORANYVALUE") { $0.quantifier == .any },
        emptyValues("EMPTY_ARRAY_CONDITION_IFEXISTS") { $0.quantifier == nil && $0.ifExists },
    ]

    /// A key without values: what that means depends on the operator.
    private static func emptyValues(
        _ code: String,
        _ isMeant: @escaping @Sendable (ConditionOperator) -> Bool
    ) -> Rule {
        Rule(
            code,
            .suggestion,
            condition: { line, _, _, report in
                guard line.node.array?.isEmpty == true, let name = line.operator, isMeant(name)
                else {
                    return
                }
                report.add(
                    line.node.place,
                    line.key.path,
                    "`\(line.key.text)` has no values to compare with",
                    instead: name.quantifier == .all || name.ifExists
                        ? "`\"Null\": {\"\(line.key.text)\": \"true\"}` if the key must be absent"
                        : "the values"
                )
            }
        )
    }
}

extension Rule {
    /// What Access Analyzer and older tools still report of service control policies.
    ///
    /// AWS takes all of it
    /// since September 2025 (AWS Security Blog, "AWS Organizations service control policy now supports full
    /// IAM language"), so it is only mentioned.
    static let scp: [Rule] = [
        Rule(
            "SCP_SYNTAX_ERROR_ACTION_WILDCARD",
            .suggestion,
            in: [.scp],
            statement: {
                view,
                _,
                report in
                for token in view.actions?.tokens ?? [] where token.text != "*" {
                    let name = token.text.drop { $0 != ":" }.dropFirst()
                    guard hasWildcard(name.dropLast()) || name.last == "?" else { continue }
                    report.add(token, "`\(token.text)` has a wildcard before its end" + SCP.note)
                }
            }
        ),
        Rule(
            "SCP_SYNTAX_ERROR_ALLOW_CONDITION",
            .suggestion,
            in: [.scp],
            statement: {
                view,
                _,
                report in
                guard view.effect == .allow, let node = view.node["Condition"] else { return }
                report.add(
                    node.place,
                    "\(view.path).Condition",
                    "an Allow with a Condition" + SCP.note
                )
            }
        ),
        Rule(
            "SCP_SYNTAX_ERROR_ALLOW_NOTACTION",
            .suggestion,
            in: [.scp],
            statement: {
                view,
                _,
                report in
                guard view.effect == .allow, let list = view.actions, list.isNegated else { return }
                report.add(list.place, list.path, "an Allow with NotAction" + SCP.note)
            }
        ),
        Rule(
            "SCP_SYNTAX_ERROR_ALLOW_RESOURCE",
            .suggestion,
            in: [.scp],
            statement: {
                view,
                _,
                report in
                guard view.effect == .allow, let list = view.resources, !list.isNegated else {
                    return
                }
                guard let token = list.tokens.first(where: { $0.text != "*" }) else { return }
                report.add(token, "an Allow of particular resources" + SCP.note)
            }
        ),
        Rule(
            "SCP_SYNTAX_ERROR_NOTRESOURCE",
            .suggestion,
            in: [.scp],
            statement: {
                view,
                _,
                report in
                guard let list = view.resources, list.isNegated else { return }
                report.add(list.place, list.path, "NotResource" + SCP.note)
            }
        ),
    ]

    private enum SCP {
        static let note = " is taken by AWS since September 2025; older tools still refuse it"
    }
}
