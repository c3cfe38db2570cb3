// A second reading of the rules (iam.md sections 2 to 6), written plainly and sharing no code with the
// engine, so that a mistake in one can't agree with itself in the other. It works on JSON as it was
// read, compares everything anew each time, and is slow.

import JSON

/// One question with its documents, as plain data.
struct NaiveCase {
    var kind = "User"
    var account = "111122223333"
    var arn = ""
    var roleARN: String?
    var userARN: String?
    var userName: String?
    var userID: String?
    var service: String?
    var organization: String?
    var tags: [String: String] = [:]

    var action = ""
    var resource = ""
    var resourceAccount = "111122223333"
    var context: [String: [String]] = [:]

    var identity: [JSONNode] = []
    var resourcePolicy: JSONNode?
    /// `resource`, `trust` or `key`.
    var resourceLayer = "resource"
    var boundary: JSONNode?
    var session: [JSONNode]?
    var scps: [[JSONNode]]?
    var rcps: [[JSONNode]]?
    var vpce: JSONNode?
}

extension NaiveCase {
    // MARK: Section 6

    func answer() -> (decision: String, layer: String?) {
        let isSigned = kind != "Anonymous" && kind != "Service"
        let isLinked = roleARN?.contains(":role/aws-service-role/") ?? false
        var denied: [String] = []
        func statements(_ documents: [JSONNode]) -> [(JSONNode, String)] {
            documents.flatMap { document in
                let list = document["Statement"]?.array ?? [document["Statement"] ?? document]
                return list.map { ($0, document["Version"]?.string ?? "2008-10-17") }
            }
        }
        func matching(_ documents: [JSONNode], _ effect: String) -> [JSONNode] {
            statements(documents).filter { $0.0["Effect"]?.string == effect && matches($0.0, $0.1) }
                .map(\.0)
        }
        func look(_ layer: String, _ documents: [JSONNode]) {
            if !matching(documents, "Deny").isEmpty { denied.append(layer) }
        }
        if !isLinked { look("rcp", (rcps ?? []).flatMap { $0 }) }
        if isSigned, !isLinked { look("scp", (scps ?? []).flatMap { $0 }) }
        if let vpce { look("vpce", [vpce]) }
        if let resourcePolicy { look(resourceLayer, [resourcePolicy]) }
        if isSigned { look("identity", identity) }
        if isSigned, kind != "Root" {
            if let boundary { look("boundary", [boundary]) }
            if let session { look("session", session) }
        }
        let isSame = isSigned && account == resourceAccount
        let mends = ["s3:GetBucketPolicy", "s3:PutBucketPolicy", "s3:DeleteBucketPolicy"]
        let isRescue =
            kind == "Root" && isSame && mends.contains(action) && denied == ["resource"]
        if let first = denied.first, !isRescue { return ("explicitDeny", first) }

        if isSigned, !isLinked, let scps {
            for level in scps where matching(level, "Allow").isEmpty {
                return ("implicitDeny", "scp")
            }
        }
        if let vpce, matching([vpce], "Allow").isEmpty { return ("implicitDeny", "vpce") }

        // How much the resource's policy gives: 0 nothing, 1 delegation, 2 identity bypass, 3 everything.
        let worth =
            matching(resourcePolicy.map { [$0] } ?? [], "Allow").map(worth).max() ?? 0
        if !isSigned { return worth > 0 ? ("allow", nil) : ("implicitDeny", resourceLayer) }
        if worth == 0, !isSame || resourceLayer != "resource" {
            return ("implicitDeny", resourceLayer)
        }
        if kind == "Root" { return ("allow", nil) }
        let counted = isSame ? worth : 1
        if counted == 3 { return ("allow", nil) }
        if counted < 2, matching(identity, "Allow").isEmpty { return ("implicitDeny", "identity") }
        if let boundary, matching([boundary], "Allow").isEmpty {
            return ("implicitDeny", "boundary")
        }
        if let session, matching(session, "Allow").isEmpty { return ("implicitDeny", "session") }
        return ("allow", nil)
    }

    private func matches(_ statement: JSONNode, _ version: String) -> Bool {
        principalMatches(statement)
            && either(statement, "Action") { glob(fold($0), fold(action)) }
            && either(statement, "Resource") { arnMatches($0, resource, version) }
            && conditionMatches(statement["Condition"], version)
    }

    /// An element or its negation; a statement without either speaks of everything.
    private func either(_ statement: JSONNode, _ name: String, _ test: (String) -> Bool) -> Bool {
        if let node = statement[name] { return texts(node).contains(where: test) }
        if let node = statement["Not" + name] { return !texts(node).contains(where: test) }
        return true
    }

    // MARK: Section 5

    private func worth(_ statement: JSONNode) -> Int {
        guard let node = statement["Principal"] else { return 3 }
        return entries(node).map { entryWorth($0.key, $0.text) }.max() ?? 0
    }

    private func principalMatches(_ statement: JSONNode) -> Bool {
        if let node = statement["Principal"] {
            return entries(node).contains { entryWorth($0.key, $0.text) > 0 }
        }
        guard let node = statement["NotPrincipal"] else { return true }
        if boundary != nil { return true }
        let listed = entries(node)
        func has(_ key: String, _ text: String?) -> Bool {
            listed.contains { $0.key == key && $0.text == text }
        }
        if has("AWS", "*") { return false }
        let hasAccount = has("AWS", account) || has("AWS", "arn:aws:iam::\(account):root")
        switch kind {
        case "Root": return !hasAccount
        case "User", "FederatedUser": return !(hasAccount && has("AWS", arn))
        case "AssumedRole": return !(hasAccount && has("AWS", arn) && has("AWS", roleARN))
        case "Service": return !has("Service", service)
        default: return true
        }
    }

    private func entries(_ node: JSONNode) -> [(key: String, text: String)] {
        if let text = node.string { return [("AWS", text)] }
        return (node.object ?? []).flatMap { member in texts(member.node).map { (member.key, $0) } }
    }

    private func entryWorth(_ key: String, _ text: String) -> Int {
        if key == "Service" { return service == text ? 3 : 0 }
        guard key == "AWS" else { return 0 }
        if text == "*" { return resourceLayer == "trust" ? 1 : 3 }
        let isSigned = kind != "Anonymous" && kind != "Service"
        if isSigned, text == account || text == "arn:aws:iam::\(account):root" { return 1 }
        if text.contains(":user/") {
            if kind == "User", arn == text { return 3 }
            return kind == "FederatedUser" && userARN == text ? 2 : 0
        }
        if text.contains(":role/") { return kind == "AssumedRole" && roleARN == text ? 2 : 0 }
        if text.contains(":assumed-role/") { return kind == "AssumedRole" && arn == text ? 3 : 0 }
        if text.contains(":federated-user/") {
            return kind == "FederatedUser" && arn == text ? 3 : 0
        }
        return 0
    }

    // MARK: Section 2

    private func arnMatches(_ pattern: String, _ arn: String, _ version: String) -> Bool {
        if pattern == "*" { return true }
        let wanted = pieces(pattern, version)
        let actual = pieces(arn, "2008-10-17")
        for index in 0..<6 {
            // What a short ARN lacks may be anything.
            guard index < wanted.count else { return true }
            guard index < actual.count else { return false }
            guard let marked = filled(wanted[index], version) else { return false }
            if !glob(marked, Array(actual[index].unicodeScalars).map(Mark.plain)) { return false }
        }
        return true
    }

    /// The parts between the first five colons that stand in no variable.
    private func pieces(_ text: String, _ version: String) -> [String] {
        var parts = [""]
        var depth = 0
        for character in text {
            if version == "2012-10-17", character == "{" { depth = 1 }
            if character == "}" { depth = 0 }
            if character == ":", depth == 0, parts.count < 6 {
                parts.append("")
            } else {
                parts[parts.count - 1].append(character)
            }
        }
        return parts
    }

    enum Mark: Equatable {
        case plain(Unicode.Scalar)
        case star, question
    }

    private func fold(_ text: String) -> [Mark] { marks(text.lowercased()) }

    private func marks(_ text: String) -> [Mark] {
        text.unicodeScalars.map { $0 == "*" ? .star : $0 == "?" ? .question : .plain($0) }
    }

    /// Whether the pattern covers the text: a table of which pattern prefix covers which text prefix.
    private func glob(_ pattern: [Mark], _ text: [Mark]) -> Bool {
        var row = [Bool](repeating: false, count: text.count + 1)
        row[0] = true
        for mark in pattern {
            var next = [Bool](repeating: false, count: text.count + 1)
            for index in 0...text.count {
                switch mark {
                case .star: next[index] = row[index] || (index > 0 && next[index - 1])
                case .question: next[index] = index > 0 && row[index - 1]
                case .plain: next[index] = index > 0 && row[index - 1] && text[index - 1] == mark
                }
            }
            row = next
        }
        return row[text.count]
    }

    // MARK: Section 4

    /// The text with its variables filled in; nil when one has no value.
    private func filled(_ text: String, _ version: String) -> [Mark]? {
        guard version == "2012-10-17" else { return marks(text) }
        var result: [Mark] = []
        var rest = text
        while let start = rest.range("${") {
            result += marks(String(rest[..<start.lowerBound]))
            let after = rest[start.upperBound...]
            let end = after.firstIndex(of: "}") ?? after.startIndex
            let name = String(after[..<end])
            rest = String(after[after.index(after: end)...])
            if ["*", "?", "$"].contains(name) {
                result += name.unicodeScalars.map(Mark.plain)
                continue
            }
            let parts = name.split(separator: ",", maxSplits: 1)
            let values = values(String(parts[0]))
            if values.count == 1 {
                result += values[0].unicodeScalars.map(Mark.plain)
            } else if values.isEmpty, parts.count == 2 {
                result += parts[1].dropFirst(2).dropLast().unicodeScalars.map(Mark.plain)
            } else {
                return nil
            }
        }
        return result + marks(rest)
    }

    // MARK: Section 8

    private func values(_ key: String) -> [String] {
        for (name, values) in context where name.lowercased() == key.lowercased() { return values }
        func some(_ value: String?) -> [String] { value.map { [$0] } ?? [] }
        let isSigned = kind != "Anonymous" && kind != "Service"
        switch key.lowercased() {
        case "aws:principalarn": return isSigned ? some(kind == "AssumedRole" ? roleARN : arn) : []
        case "aws:principalaccount":
            return kind == "Anonymous" ? ["anonymous"] : isSigned ? [account] : []
        case "aws:principaltype":
            return kind == "Service" ? [] : [kind == "Root" ? "Account" : kind]
        case "aws:userid": return kind == "Anonymous" ? ["anonymous"] : some(userID)
        case "aws:username": return some(userName)
        case "aws:principalorgid": return some(organization)
        case "aws:principalisawsservice": return [kind == "Service" ? "true" : "false"]
        case "aws:principalservicename": return some(service)
        case "aws:resourceaccount", "s3:resourceaccount": return [resourceAccount]
        case let key where key.hasPrefix("aws:principaltag/"):
            return some(tags.first { "aws:principaltag/" + $0.key.lowercased() == key }?.value)
        default: return []
        }
    }

    // MARK: Section 3

    private func conditionMatches(_ node: JSONNode?, _ version: String) -> Bool {
        guard let node else { return true }
        return (node.object ?? []).allSatisfy { block in
            (block.node.object ?? []).allSatisfy { line in
                lineMatches(block.key, line.key, texts(line.node), version)
            }
        }
    }

    private func lineMatches(
        _ name: String,
        _ key: String,
        _ wanted: [String],
        _ version: String
    ) -> Bool {
        var name = name
        let actual = values(key)
        if name == "Null" { return wanted.contains(actual.isEmpty ? "true" : "false") }
        var set = ""
        for prefix in ["ForAllValues:", "ForAnyValue:"] where name.hasPrefix(prefix) {
            set = prefix
            name = String(name.dropFirst(prefix.count))
        }
        if name.hasSuffix("IfExists") {
            if actual.isEmpty { return true }
            name = String(name.dropLast(8))
        }
        let isNegated = name.contains("Not")
        if isNegated {
            name =
                name == "NotIpAddress" ? "IpAddress" : name.replacing("Not", with: "")
        }
        if actual.isEmpty { return set == "ForAllValues:" || (set.isEmpty && isNegated) }
        func satisfies(_ value: String) -> Bool {
            wanted.contains { compares(name, value, $0, version) } != isNegated
        }
        switch set {
        case "ForAllValues:": return actual.allSatisfy(satisfies)
        case "ForAnyValue:": return actual.contains(where: satisfies)
        default: return actual.count == 1 && satisfies(actual[0])
        }
    }

    private func compares(
        _ name: String,
        _ actual: String,
        _ wanted: String,
        _ version: String
    ) -> Bool {
        let plain = actual.unicodeScalars.map(Mark.plain)
        switch name {
        case "StringEquals", "StringEqualsIgnoreCase":
            guard let marked = filled(wanted, version) else { return false }
            let text = String(
                String.UnicodeScalarView(
                    marked.map {
                        switch $0 {
                        case .plain(let scalar): scalar
                        case .star: "*"
                        case .question: "?"
                        }
                    }
                )
            )
            return name == "StringEquals"
                ? Array(text.utf8) == Array(actual.utf8)
                : Array(text.lowercased().utf8) == Array(actual.lowercased().utf8)
        case "StringLike":
            guard let marked = filled(wanted, version) else { return false }
            return glob(marked, plain)
        case "ArnEquals", "ArnLike":
            let parts = pieces(wanted, version)
            let values = pieces(actual, "2008-10-17")
            guard values.count == 6 else { return false }
            if wanted == "*" { return true }
            guard parts.count == 6 else { return false }
            return zip(parts, values).allSatisfy { part, value in
                guard let marked = filled(part, version) else { return false }
                return glob(marked, value.unicodeScalars.map(Mark.plain))
            }
        case "Bool": return actual.lowercased() == wanted.lowercased()
        case "BinaryEquals": return actual == wanted
        case "IpAddress": return addressMatches(actual, wanted)
        case let name where name.hasPrefix("Numeric"):
            guard let left = Double(actual), let right = Double(wanted) else { return false }
            return ordered(String(name.dropFirst(7)), left, right)
        case let name where name.hasPrefix("Date"):
            guard let left = moment(actual), let right = moment(wanted) else { return false }
            return ordered(String(name.dropFirst(4)), left, right)
        default: preconditionFailure("the generator has made up \(name)")
        }
    }

    private func ordered(_ name: String, _ left: Double, _ right: Double) -> Bool {
        switch name {
        case "Equals": left == right
        case "LessThan": left < right
        case "LessThanEquals": left <= right
        case "GreaterThan": left > right
        default: left >= right
        }
    }

    private func addressMatches(_ actual: String, _ wanted: String) -> Bool {
        let parts = wanted.split(separator: "/")
        guard let left = bits(actual), let right = bits(String(parts[0])),
            left.count == right.count
        else { return false }
        let length = parts.count == 2 ? Int(parts[1]) ?? 0 : right.count
        return left.prefix(length) == right.prefix(length)
    }

    /// The address as a text of zeros and ones.
    private func bits(_ address: String) -> String? {
        func binary(_ value: Int, _ width: Int) -> String {
            let text = String(value, radix: 2)
            return String(repeating: "0", count: width - text.count) + text
        }
        if !address.contains(":") {
            let bytes = address.split(separator: ".").compactMap { Int($0) }
            return bytes.count == 4 ? bytes.map { binary($0, 8) }.joined() : nil
        }
        let halves = address.split(separator: "::", omittingEmptySubsequences: false).map {
            $0.split(separator: ":").map { Int($0, radix: 16) ?? 0 }
        }
        let missing = 8 - halves.flatMap { $0 }.count
        let groups =
            halves.count == 2
            ? halves[0] + Array(repeating: 0, count: missing) + halves[1] : halves[0]
        return groups.map { binary($0, 16) }.joined()
    }

    /// Seconds since 2000 of the forms that the generator makes.
    private func moment(_ text: String) -> Double? {
        if let epoch = Double(text) { return epoch - 946_684_800 }
        let digits = text.split { !$0.isNumber }.compactMap { Int($0) }
        guard digits.count >= 3 else { return nil }
        var days = 0
        for year in 2000..<digits[0] {
            days += year % 4 == 0 ? 366 : 365
        }
        let lengths = [31, digits[0] % 4 == 0 ? 29 : 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31]
        days += lengths[..<(digits[1] - 1)].reduce(0, +) + digits[2] - 1
        var seconds = Double(days) * 86_400
        if digits.count >= 6 {
            seconds += Double(digits[3] * 3_600 + digits[4] * 60 + digits[5])
        }
        if text.hasSuffix("+01:00") { seconds -= 3_600 }
        return seconds
    }

    private func texts(_ node: JSONNode) -> [String] {
        switch node.value {
        case .array(let nodes): nodes.flatMap(texts)
        case .string(let text), .number(let text): [text]
        case .bool(let value): [value ? "true" : "false"]
        default: []
        }
    }
}

extension String {
    fileprivate func range(_ part: String) -> Range<String.Index>? { firstRange(of: part) }
}
