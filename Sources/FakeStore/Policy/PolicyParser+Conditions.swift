// Reads Condition (iam.md section 3): operators, keys and typed values, each refused at its place.

import JSON
import Spelling

extension PolicyParser {
    func conditions(
        _ node: JSONNode,
        version: PolicyDocument.Version,
        path: String
    ) throws(PolicyError) -> [Condition] {
        guard let block = node["Condition"] else { return [] }
        let path = "\(path).Condition"
        var conditions: [Condition] = []
        for member in try object(block, "Condition", path) {
            let path = "\(path).\(member.key)"
            guard let `operator` = ConditionOperator(member.key) else {
                throw fail(
                    .unknownOperator(
                        member.key,
                        suggestion: ConditionOperator.nearest(to: member.key)
                    ),
                    member.keyPlace,
                    path
                )
            }
            for line in try object(member.node, member.key, path) {
                conditions.append(
                    try condition(`operator`, line, version, "\(path).\(line.key)")
                )
            }
        }
        return conditions
    }

    private func object(
        _ node: JSONNode,
        _ name: String,
        _ path: String
    ) throws(PolicyError) -> [JSONMember] {
        guard let members = node.object else {
            throw fail(
                .wrongType(element: name, expected: "an object", met: node.value.kind),
                node.place,
                path
            )
        }
        return members
    }

    private func condition(
        _ `operator`: ConditionOperator,
        _ line: JSONMember,
        _ version: PolicyDocument.Version,
        _ path: String
    ) throws(PolicyError) -> Condition {
        try checkKey(line, path)
        var values: [(text: String, place: Place, path: String)] = []
        if let list = line.node.array {
            for (index, node) in list.enumerated() {
                let path = "\(path)[\(index)]"
                values.append((try scalar(node, line.key, path), node.place, path))
            }
        } else {
            values.append((try scalar(line.node, line.key, path), line.node.place, path))
        }
        let reader = ValueReader(
            parser: self,
            base: `operator`.base,
            hasVariables: version == .v2012,
            values: values
        )
        return Condition(
            operator: `operator`,
            key: ConditionKey(line.key),
            test: try reader.test(),
            values: values.map(\.text),
            place: line.keyPlace
        )
    }

    /// Numbers and booleans may stand without quotes.
    private func scalar(
        _ node: JSONNode,
        _ name: String,
        _ path: String
    ) throws(PolicyError) -> String {
        switch node.value {
        case .string(let text), .number(let text): return text
        case .bool(let value): return value ? "true" : "false"
        case .null, .array, .object:
            throw fail(
                .wrongType(
                    element: name,
                    expected: "a string, number, boolean, or a list of them",
                    met: node.value.kind
                ),
                node.place,
                path
            )
        }
    }

    private func checkKey(_ line: JSONMember, _ path: String) throws(PolicyError) {
        let parts = line.key.split(separator: ":", maxSplits: 1, omittingEmptySubsequences: false)
        guard parts.count == 2, !parts[0].isEmpty, !parts[1].isEmpty else {
            throw fail(.badConditionKey(line.key), line.keyPlace, path)
        }
        guard kind == .bucket, S3ConditionKeys.scope(of: line.key) == nil else { return }
        let suggestion = Spelling.nearest(to: line.key, among: S3ConditionKeys.names)
        throw fail(
            .unknownConditionKey(line.key, suggestion: suggestion),
            line.keyPlace,
            path
        )
    }

    /// S3 refuses a bucket policy in which a key can't tell anything about any of the statement's actions
    /// [recorded: "Conditions do not apply to combination of actions and resources in statement"]: here, a
    /// key of objects with nothing but actions of buckets, or the other way round.
    func checkKeys(
        _ conditions: [Condition],
        _ actions: Statement.Element<ActionPattern>,
        path: String
    ) throws(PolicyError) {
        guard kind == .bucket, !actions.isNegated, !conditions.isEmpty else { return }
        let scopes = actions.patterns.map(S3Actions.scope)
        guard !scopes.contains(where: \.isUnknown) else { return }
        for condition in conditions {
            guard let key = S3ConditionKeys.scope(of: condition.key.text) else { continue }
            let isOfUse = scopes.contains {
                $0.buckets && key.buckets || $0.objects && key.objects
            }
            guard !isOfUse else { continue }
            throw fail(
                .conditionWithoutAction(condition.key.text),
                condition.place,
                "\(path).Condition.\(condition.operator.text).\(condition.key.text)"
            )
        }
    }
}

/// Reads the values of one condition as its operator wants them.
private struct ValueReader {
    let parser: PolicyParser
    let base: ConditionOperator.Base
    let hasVariables: Bool
    let values: [(text: String, place: Place, path: String)]

    func test() throws(PolicyError) -> ConditionTest {
        switch base {
        case .stringEquals, .stringNotEquals:
            .equals(try map { text throws(VariableText.Fault) in try literal(text) { $0 } })
        case .stringEqualsIgnoreCase, .stringNotEqualsIgnoreCase:
            .equalsIgnoringCase(
                try map { text throws(VariableText.Fault) in
                    try literal(text) {
                        Array(String(decoding: $0, as: UTF8.self).lowercased().utf8)
                    }
                }
            )
        case .stringLike, .stringNotLike:
            .like(try map { text throws(VariableText.Fault) in try pattern(text) })
        case .numericEquals, .numericNotEquals: .number(.equal, try numbers())
        case .numericLessThan: .number(.less, try numbers())
        case .numericLessThanEquals: .number(.lessOrEqual, try numbers())
        case .numericGreaterThan: .number(.greater, try numbers())
        case .numericGreaterThanEquals: .number(.greaterOrEqual, try numbers())
        case .dateEquals, .dateNotEquals: .date(.equal, try dates())
        case .dateLessThan: .date(.less, try dates())
        case .dateLessThanEquals: .date(.lessOrEqual, try dates())
        case .dateGreaterThan: .date(.greater, try dates())
        case .dateGreaterThanEquals: .date(.greaterOrEqual, try dates())
        case .bool: .bool(try read("`true` or `false`") { Bool(condition: $0) })
        case .null: .null(try read("`true` or `false`") { Bool(condition: $0) })
        case .binaryEquals: .binary(try read("base64") { Base64.decoded($0) })
        case .ipAddress, .notIPAddress:
            .address(try read("an IP address or CIDR range") { AddressRange($0) })
        case .arnEquals, .arnNotEquals, .arnLike, .arnNotLike:
            .arn(
                try map { text throws(VariableText.Fault) in
                    try ARNPattern(text, hasVariables: hasVariables)
                }
            )
        }
    }

    private func numbers() throws(PolicyError) -> [FixedNumber] {
        try read("a number") { FixedNumber($0) }
    }

    private func dates() throws(PolicyError) -> [PolicyDate] {
        try read("a date such as `2026-11-20T09:00:00Z`") { PolicyDate($0) }
    }

    private func read<Value>(
        _ expected: String,
        _ value: (String) -> Value?
    ) throws(PolicyError) -> [Value] {
        var result: [Value] = []
        for (text, place, path) in values {
            guard let value = value(text) else {
                throw parser.fail(
                    .badConditionValue(text, operator: base.rawValue, expected: expected),
                    place,
                    path
                )
            }
            result.append(value)
        }
        return result
    }

    private func map<Value>(
        _ value: (String) throws(VariableText.Fault) -> Value
    ) throws(PolicyError) -> [Value] {
        var result: [Value] = []
        for (text, place, path) in values {
            do {
                result.append(try value(text))
            } catch {
                throw parser.fail(.badVariable(text, error), place, path)
            }
        }
        return result
    }

    private func literal(
        _ text: String,
        _ fold: ([UInt8]) -> [UInt8]
    ) throws(VariableText.Fault) -> ConditionTest.Literal {
        guard hasVariables, text.utf8.contains(UInt8(ascii: "$")) else {
            return .fixed(fold(Array(text.utf8)))
        }
        let variable = try VariableText(text)
        return variable.hasVariables ? .variable(variable) : .fixed(fold(variable.fixedBytes))
    }

    private func pattern(_ text: String) throws(VariableText.Fault) -> ConditionTest.Pattern {
        guard hasVariables, text.utf8.contains(UInt8(ascii: "$")) else {
            return .fixed(Glob(text))
        }
        let variable = try VariableText(text)
        guard !variable.hasVariables else { return .variable(variable) }
        return .fixed(Glob(tokens: variable.fixedTokens, text: text))
    }
}
