// An explanation for people: one line for a log, and a page of at most 25 lines.

extension Explanation {
    /// One line: `no identity-based policy allows s3:PutObject (ExportWrite statement 1: Resource lacks /*)`.
    package var line: String {
        switch decision.verdict {
        case .allow:
            let by = decision.determining.map(\.text).joined(separator: " and ")
            return "\(request.action) is allowed"
                + (by.isEmpty ? " to the account's root user" : " by \(by)")
        case .explicitDeny:
            let by = decision.determining.map { reference in
                let reasons = trace(of: reference)?.elements.compactMap { element in
                    switch element.name {
                    case "Condition": "\(element.label) \(element.hint ?? "holds")"
                    case "NotPrincipal":
                        "NotPrincipal \(element.hint ?? "does not except the caller")"
                    default: nil
                    }
                }
                guard let reasons, !reasons.isEmpty else { return reference.text }
                return "\(reference.text) (\(reasons.joined(separator: "; ")))"
            }.joined(separator: ", ")
            return "explicit deny of \(request.action) in \(by)"
        case .implicitDeny:
            let reason = "no \(decision.layer?.awsName ?? "policy") allows \(request.action)"
            var causes: [String] = []
            if let first = nearMisses.first,
                first.layer == decision.layer || decision.layer == .identity
            {
                causes.append(first.text)
            } else if layers.first(where: { $0.layer == decision.layer })?.documents.isEmpty == true
            {
                causes.append("there is none")
            }
            if decision.layer == .identity, layers.contains(where: { $0.outcome == .delegates }) {
                causes.append("the resource's policy names the account, which leaves it to these")
            }
            return causes.isEmpty ? reason : "\(reason) (\(causes.joined(separator: "; ")))"
        }
    }

    /// How a statement met the request.
    func trace(of reference: StatementReference) -> StatementTrace? {
        layers.first { $0.layer == reference.layer }?.documents
            .first { $0.policy === reference.policy }?.statements[reference.index]
    }

    /// The page: the question, the verdict, what each layer said, and what almost matched.
    package var lines: [String] {
        var lines = ["\(request.principal.name) asks for \(request.action) on \(request.resource)"]
        lines.append("\(decision.verdict.rawValue): \(line)")
        if !decision.isAllowed { lines.append("AWS says: \(awsMessage)") }
        for layer in layers {
            lines.append("\(layer.layer.awsName): \(layer.outcome.words)")
            for document in layer.documents {
                for statement in document.statements where statement.isMatch {
                    let sid = statement.statement.sid.map { " `\($0)`" } ?? ""
                    lines.append(
                        "  \(statement.statement.effect.rawValue) by \(document.policy.id) statement "
                            + "\(statement.statement.number)\(sid)"
                    )
                }
            }
        }
        for miss in nearMisses {
            let place = miss.failures.first.map { " (\($0.place))" } ?? ""
            lines.append("  almost: \(miss.text)\(place)")
        }
        guard lines.count > Explanation.linesOnAPage else { return lines }
        let shown = Explanation.linesOnAPage - 1
        return lines.prefix(shown) + ["… and \(lines.count - shown) more lines"]
    }

    /// Longer explanations are cut: what matters comes first.
    package static let linesOnAPage = 25
}

extension PrincipalFacts {
    fileprivate var name: String { kind == .anonymous ? "an anonymous caller" : arn }
}

extension LayerTrace.Outcome {
    fileprivate var words: String {
        switch self {
        case .allow: "allows"
        case .delegates: "leaves it to the account's identity policies"
        case .explicitDeny: "denies"
        case .implicitDeny: "does not allow"
        case .notApplicable: "has no say"
        }
    }
}

extension StatementReference {
    /// The statement in words: `ExportWrite statement 1`.
    package var text: String { "\(policy.name) statement \(number)" }
}
