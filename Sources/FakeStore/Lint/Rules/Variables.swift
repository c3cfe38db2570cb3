// Variables (iam.md section 4). Their form is the parser's; here is where they do nothing.

import Policy

extension Rule {
    static let variables: [Rule] = [
        Rule("VARIABLE_UNSUPPORTED_IN_VERSION", .error) { subject, report in
            // An unknown version is said once, and mended to the newer one.
            guard subject.version != .v2012,
                subject.root["Version"] == nil || subject.version != nil
            else { return }
            for view in subject.statements {
                let texts =
                    (view.resources?.tokens ?? [])
                    + view.conditions.flatMap { $0.values.map(\.token) }
                for token in texts where isVariable(token.text) {
                    report.add(
                        token,
                        "`\(token.text)` is plain text here: variables need version 2012-10-17",
                        instead: "`\"Version\": \"2012-10-17\"` in the document"
                    )
                }
            }
        },
        // Sessions of roles have no aws:username (M41 of the catalogue).
        Rule("USERNAME_IN_ROLE_POLICY", .warning, in: [.identity, .session, .boundary]) {
            subject,
            report in
            guard subject.attachment.owner != .user, subject.attachment.owner != .group,
                subject.hasVariables
            else { return }
            let isRole = subject.attachment.owner == .role || subject.kind == .session
            for view in subject.statements {
                let values = view.conditions.flatMap { $0.values.map(\.token) }
                for token in (view.resources?.tokens ?? []) + values
                where token.folded.contains("${aws:username") {
                    report.add(
                        token,
                        "sessions of roles have no `aws:username`: \(isRole ? "this grants nothing" : "for a role this grants nothing, it works for users only")",
                        instead:
                            "`${aws:PrincipalTag/NAME}`, or `${aws:userid}` (the role's id and the session's name)"
                    )
                }
                for line in view.conditions
                where isRole && line.key.folded == "aws:username" && !line.isNegated {
                    report.add(
                        line.key,
                        "sessions of roles have no `aws:username`: the condition never holds",
                        instead: "`aws:PrincipalTag/NAME` or `aws:userid`"
                    )
                }
            }
        },
    ]

    /// Whether a text holds a variable, not just one of `${*}`, `${?}`, `${$}`.
    private static func isVariable(_ text: String) -> Bool {
        guard let start = text.firstRange(of: "${"),
            let end = text[start.upperBound...].firstIndex(of: "}")
        else {
            return false
        }
        return text[start.upperBound..<end].contains(":")
    }
}
