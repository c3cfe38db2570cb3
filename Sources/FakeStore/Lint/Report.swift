// Collects findings while the rules run.

import JSON
import Policy

/// The findings so far, and the rule that is speaking.
struct Report {
    var rule: Rule?
    private var findings: [Finding] = []

    init() {}

    /// Adds a finding of the rule that is speaking.
    mutating func add(
        _ place: Place,
        _ path: String,
        _ message: String,
        instead: String? = nil
    ) {
        guard let rule else { preconditionFailure("no rule is speaking: \(message)") }
        findings.append(
            Finding(
                code: rule.code,
                severity: rule.severity,
                place: place,
                path: path,
                message: message,
                instead: instead,
                refusal: nil
            )
        )
    }

    /// Adds a finding about a token.
    mutating func add(_ token: Token, _ message: String, instead: String? = nil) {
        add(token.place, token.path, message, instead: instead)
    }

    /// Adds what AWS refuses.
    ///
    /// A code that Access Analyzer holds for less than an error keeps its severity,
    /// and a second finding says that the document can't be saved.
    mutating func add(_ error: PolicyError, in root: JSONNode) {
        let code = RefusalCode(of: error)
        let refusal = Finding.Refusal(code: error.awsCode, message: error.awsMessage)
        let place = code.place(of: error, in: root)
        findings.append(
            Finding(
                code: code.name,
                severity: code.severity,
                place: place,
                path: error.path,
                message: error.fault.words,
                instead: code.instead(of: error),
                refusal: refusal
            )
        )
        guard code.severity != .error else { return }
        findings.append(
            Finding(
                code: RefusalCode.refused.name,
                severity: RefusalCode.refused.severity,
                place: place,
                path: error.path,
                message: "\(error.kind.service) does not take this document: \(error.fault.words)",
                instead: nil,
                refusal: refusal
            )
        )
    }

    /// All findings by place, the worst first where several are at one.
    var sorted: [Finding] {
        var seen = Set<Finding>()
        return findings.filter { seen.insert($0).inserted }.enumerated().sorted { left, right in
            let (a, b) = (left.element, right.element)
            return (a.place.line, a.place.column, a.severity.rawOrder, left.offset)
                < (b.place.line, b.place.column, b.severity.rawOrder, right.offset)
        }.map(\.element)
    }
}

extension Severity {
    fileprivate var rawOrder: Int { Severity.allCases.firstIndex(of: self) ?? 0 }
}

extension PolicyDocument.Kind {
    /// Who stores documents of the kind, and so refuses them.
    var service: String {
        switch self {
        case .identity, .boundary, .trust: "IAM"
        case .session: "STS"
        case .bucket: "S3"
        case .key: "KMS"
        case .scp, .rcp: "AWS Organizations"
        case .vpce: "EC2"
        }
    }
}
