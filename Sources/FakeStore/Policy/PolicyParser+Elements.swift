// The elements of a statement that say who, what and where (iam.md sections 1 and 5).

import JSON

extension PolicyParser {
    func principals(
        _ node: JSONNode,
        path: String
    ) throws(PolicyError) -> Statement.Element<PrincipalPattern>? {
        let positive = node["Principal"]
        let negative = node["NotPrincipal"]
        if kind == .identity {
            guard let member = positive ?? negative else { return nil }
            let name = positive == nil ? "NotPrincipal" : "Principal"
            throw fail(.principalInIdentityPolicy(name), member.place, "\(path).\(name)")
        }
        if let negative {
            if positive != nil {
                throw fail(
                    .both("Principal", "NotPrincipal"),
                    negative.place,
                    "\(path).NotPrincipal"
                )
            }
            throw fail(.notSupported("NotPrincipal"), negative.place, "\(path).NotPrincipal")
        }
        guard let positive else { throw fail(.missing("Principal"), node.place, path) }
        let path = "\(path).Principal"
        var patterns: [PrincipalPattern] = []
        switch positive.value {
        case .string(let text):
            guard text == "*" else {
                throw fail(.badPrincipal(key: "AWS", value: text), positive.place, path)
            }
            patterns = [.everyone]
        case .object(let members):
            guard !members.isEmpty else {
                throw fail(.emptyList(element: "Principal"), positive.place, path)
            }
            try refuseUnknown(
                members,
                known: ["AWS", "Service", "CanonicalUser", "Federated"],
                path: path
            )
            for member in members {
                let memberPath = "\(path).\(member.key)"
                for (text, place, path) in try strings(member.node, "Principal", memberPath) {
                    patterns.append(try principal(key: member.key, text, place, path))
                }
            }
        default:
            throw fail(
                .wrongType(
                    element: "Principal",
                    expected: "`*` or an object",
                    met: positive.value.kind
                ),
                positive.place,
                path
            )
        }
        return Statement.Element(isNegated: false, patterns: patterns, place: positive.place)
    }

    func principal(
        key: String,
        _ text: String,
        _ place: Place,
        _ path: String
    ) throws(PolicyError) -> PrincipalPattern {
        switch key {
        case "AWS":
            if let pattern = PrincipalPattern(aws: text) { return pattern }
        case "Service":
            let isName = text.hasSuffix(".amazonaws.com") || text.hasSuffix(".amazonaws.com.cn")
            if isName { return .service(text) }
        case "CanonicalUser":
            let isID = text.utf8.count == 64 && text.utf8.allSatisfy(isHexDigit)
            if isID { return .canonicalUser(text) }
        default:
            throw fail(.notSupported("a Federated principal"), place, path)
        }
        throw fail(.badPrincipal(key: key, value: text), place, path)
    }

    // MARK: - Action and Resource

    /// The element or its negation; exactly one of the two must stand in a statement.
    func element<Pattern>(
        _ name: String,
        of node: JSONNode,
        path: String,
        pattern: (String, Place, String) throws(PolicyError) -> Pattern
    ) throws(PolicyError) -> Statement.Element<Pattern> {
        let negatedName = "Not\(name)"
        let positive = node[name]
        let negative = node[negatedName]
        if positive != nil, let negative {
            throw fail(.both(name, negatedName), negative.place, "\(path).\(negatedName)")
        }
        guard let member = positive ?? negative else {
            throw fail(.missing(name), node.place, path)
        }
        let memberName = positive == nil ? negatedName : name
        var patterns: [Pattern] = []
        for (text, place, path) in try strings(member, memberName, "\(path).\(memberName)") {
            patterns.append(try pattern(text, place, path))
        }
        return Statement.Element(
            isNegated: positive == nil,
            patterns: patterns,
            place: member.place
        )
    }

    func action(
        _ text: String,
        _ place: Place,
        _ path: String
    ) throws(PolicyError) -> ActionPattern {
        let pattern: ActionPattern
        do {
            pattern = try ActionPattern(text)
        } catch {
            throw fail(.badAction(text, error), place, path)
        }
        if kind == .bucket, text != "*" {
            let folded = text.lowercased()
            guard folded.hasPrefix("s3:") else { throw fail(.foreignAction(text), place, path) }
            if let right = S3Actions.mistaken[folded] {
                throw fail(.noSuchAction(text, suggestion: right), place, path)
            }
        }
        return pattern
    }

    func resource(
        _ text: String,
        _ place: Place,
        _ path: String,
        version: PolicyDocument.Version
    ) throws(PolicyError) -> ResourcePattern {
        // In the older version `${` is text like any other.
        if version == .v2012, hasVariable(text) {
            throw fail(.notSupported("a policy variable"), place, path)
        }
        do {
            let pattern = try ResourcePattern(text)
            if let bucket, !S3Resource.isWithin(bucket, pattern) {
                throw fail(.foreignResource(text, bucket: bucket), place, path)
            }
            return pattern
        } catch let error as ResourcePattern.Fault {
            throw fail(.badResource(text, error), place, path)
        } catch let error as PolicyError {
            throw error
        } catch {
            preconditionFailure("\(error)")
        }
    }

    /// S3 refuses a bucket policy in which an action meets no resource it could be about: an object
    /// action with nothing but the bucket's own ARN, or the other way round.
    func checkReach(
        _ actions: Statement.Element<ActionPattern>,
        _ resources: Statement.Element<ResourcePattern>,
        in bucket: String,
        path: String
    ) throws(PolicyError) {
        guard !actions.isNegated, !resources.isNegated else { return }
        let reachesBucket = resources.patterns.contains { S3Resource.reachesBucket(bucket, $0) }
        let reachesObjects = resources.patterns.contains {
            S3Resource.reachesObjects(of: bucket, $0)
        }
        for action in actions.patterns {
            let scope = S3Actions.scope(of: action)
            guard
                scope.isUnknown || (scope.buckets && reachesBucket)
                    || (scope.objects && reachesObjects)
            else { throw fail(.actionWithoutResource(action.text), actions.place, path) }
        }
    }

    func hasVariable(_ text: String) -> Bool {
        var previous: UInt8 = 0
        for byte in text.utf8 {
            if previous == UInt8(ascii: "$"), byte == UInt8(ascii: "{") { return true }
            previous = byte
        }
        return false
    }
}

private func isHexDigit(_ byte: UInt8) -> Bool {
    (byte | 0x20) &- UInt8(ascii: "a") < 6 || byte &- UInt8(ascii: "0") < 10
}
