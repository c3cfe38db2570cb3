// One answer of the simulator, in AWS's shape [documented: API reference, EvaluationResult].

import JSON
import Policy
import XML

/// The answer about one action on one resource.
struct SimulationResult {
    let explanation: Explanation

    /// `allowed`, `explicitDeny` or `implicitDeny`.
    var decision: String {
        switch explanation.decision.verdict {
        case .allow: "allowed"
        case .explicitDeny: "explicitDeny"
        case .implicitDeny: "implicitDeny"
        }
    }

    /// The condition keys that documents ask for and nobody gave, in the order in which they are met.
    var missingContext: [String] {
        var keys: [String] = []
        for statement in explanation.layers.flatMap(\.documents).flatMap(\.statements) {
            for condition in statement.elements.compactMap(\.condition)
            where condition.source == nil && !keys.contains(condition.key) {
                keys.append(condition.key)
            }
        }
        return keys
    }

    func write(to xml: inout XMLWriter) {
        let request = explanation.request
        xml.element("EvalActionName", request.action)
        xml.element("EvalResourceName", request.resource)
        xml.element("EvalDecision", decision)
        xml.element("MatchedStatements") { xml in
            for reference in explanation.decision.determining {
                xml.element("member") { SimulationResult.write(reference, to: &$0) }
            }
        }
        xml.element("MissingContextValues") { xml in
            for key in missingContext { xml.element("member", key) }
        }
        if let boundary = explanation.layers.first(where: { $0.layer == .boundary }),
            boundary.outcome != .notApplicable
        {
            xml.element("PermissionsBoundaryDecisionDetail") { xml in
                xml.element("AllowedByPermissionsBoundary", boundary.outcome == .allow)
            }
        }
    }

    private static func write(_ reference: StatementReference, to xml: inout XMLWriter) {
        xml.element("SourcePolicyId", reference.policy.sourceID)
        xml.element("SourcePolicyType", reference.sourceType)
        guard let extent = reference.policy.document.extent(ofStatement: reference.index) else {
            return
        }
        for (name, place) in [("StartPosition", extent.start), ("EndPosition", extent.end)] {
            xml.element(name) { xml in
                xml.element("Line", place.line)
                xml.element("Column", place.column)
            }
        }
    }
}

extension NamedPolicy {
    /// `role_BillingExport_ExportWrite` for an inline policy, the name of a managed one, `PolicyInputList.1`.
    fileprivate var sourceID: String {
        let parts = owner.split(separator: "/")
        guard arn == nil, parts.count == 3 else { return name }
        return "\(parts[1])_\(parts[2])_\(name)"
    }
}

extension StatementReference {
    /// One of the words of the API's `PolicySourceType`.
    fileprivate var sourceType: String {
        switch layer {
        case .resource, .trust, .key: return "resource"
        case .identity, .boundary, .session, .scp, .rcp, .vpce: break
        }
        if let arn = policy.arn {
            return arn.hasPrefix("arn:aws:iam::aws:") ? "aws-managed" : "user-managed"
        }
        let parts = policy.owner.split(separator: "/")
        guard parts.count == 3 else { return "none" }
        return String(parts[1])
    }
}

extension PolicyDocument {
    /// Where a statement begins and ends in the document's own text.
    ///
    /// The document may have been read as a part of another text, whose places its statements have then.
    func extent(ofStatement index: Int) -> (start: Place, end: Place)? {
        guard let node = try? JSON.parse(text), let list = node["Statement"] else { return nil }
        let statement: JSONNode
        if let elements = list.array {
            guard elements.indices.contains(index) else { return nil }
            statement = elements[index]
        } else {
            statement = list
        }
        return (statement.place, end(ofObjectAt: statement.place))
    }

    /// The place behind the brace that closes an object of valid JSON.
    private func end(ofObjectAt start: Place) -> Place {
        var (line, column, depth) = (1, 0, 0)
        var (isInString, isEscaped) = (false, false)
        for scalar in text.unicodeScalars {
            if scalar == "\n" {
                (line, column) = (line + 1, 0)
                continue
            }
            column += 1
            guard (line, column) >= (start.line, start.column) else { continue }
            if isEscaped {
                isEscaped = false
            } else if isInString {
                if scalar == "\\" { isEscaped = true }
                if scalar == "\"" { isInString = false }
            } else if scalar == "\"" {
                isInString = true
            } else if scalar == "{" {
                depth += 1
            } else if scalar == "}" {
                depth -= 1
                if depth == 0 { return Place(file: nil, line: line, column: column + 1) }
            }
        }
        return start
    }
}
