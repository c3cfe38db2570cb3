// The elements of a statement that say who, what and where (iam.md sections 1 and 5).

import JSON

extension PolicyParser {
    func principals(
        _ node: JSONNode,
        _ effect: Statement.Effect,
        path: String
    ) throws(PolicyError) -> Statement.Element<PrincipalPattern>? {
        let positive = node["Principal"]
        let negative = node["NotPrincipal"]
        let name = positive == nil ? "NotPrincipal" : "Principal"
        if kind.principalRule == .forbidden {
            guard let member = positive ?? negative else { return nil }
            throw fail(.prohibited(name, kind), member.place, "\(path).\(name)")
        }
        if let negative {
            let path = "\(path).NotPrincipal"
            if positive != nil {
                throw fail(.both("Principal", "NotPrincipal"), negative.place, path)
            }
            if kind == .trust || kind == .rcp {
                throw fail(.prohibited("NotPrincipal", kind), negative.place, path)
            }
            if effect == .allow { throw fail(.notPrincipalInAllow, negative.place, path) }
        }
        guard let member = positive ?? negative else {
            throw fail(.missing("Principal"), node.place, path)
        }
        return Statement.Element(
            isNegated: positive == nil,
            patterns: try principals(member, "\(path).\(name)", name),
            place: member.place
        )
    }

    private func principals(
        _ node: JSONNode,
        _ path: String,
        _ name: String
    ) throws(PolicyError) -> [PrincipalPattern] {
        switch node.value {
        case .string(let text):
            guard text == "*" else {
                throw fail(.badPrincipal(key: "AWS", value: text), node.place, path)
            }
            return [.everyone]
        case .object(let members):
            guard !members.isEmpty else {
                throw fail(.emptyList(element: name), node.place, path)
            }
            try refuseUnknown(
                members,
                known: ["AWS", "Service", "CanonicalUser", "Federated"],
                path: path
            )
            var patterns: [PrincipalPattern] = []
            for member in members {
                let memberPath = "\(path).\(member.key)"
                for (text, place, path) in try strings(member.node, name, memberPath) {
                    patterns.append(try principal(key: member.key, text, place, path))
                }
            }
            return patterns
        default:
            throw fail(
                .wrongType(element: name, expected: "`*` or an object", met: node.value.kind),
                node.place,
                path
            )
        }
    }

    private func principal(
        key: String,
        _ text: String,
        _ place: Place,
        _ path: String
    ) throws(PolicyError) -> PrincipalPattern {
        let pattern: PrincipalPattern? =
            switch key {
            case "AWS": PrincipalPattern(aws: text)
            case "Service": PrincipalPattern(service: text)
            case "CanonicalUser": PrincipalPattern(canonicalUser: text)
            default: PrincipalPattern(federated: text)
            }
        guard let pattern else { throw fail(.badPrincipal(key: key, value: text), place, path) }
        return pattern
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

    /// Resource or NotResource; nil in a trust policy, which must have neither.
    func resources(
        _ node: JSONNode,
        version: PolicyDocument.Version,
        path: String
    ) throws(PolicyError) -> Statement.Element<ResourcePattern>? {
        guard kind.takesResource else {
            for name in ["Resource", "NotResource"] {
                guard let member = node[name] else { continue }
                throw fail(.prohibited(name, kind), member.place, "\(path).\(name)")
            }
            return nil
        }
        return try element("Resource", of: node, path: path) {
            (text, place, path) throws(PolicyError) in
            try resource(text, place, path, version: version)
        }
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
        if kind == .trust, !isAssuming(text) { throw fail(.notAssuming(text), place, path) }
        return pattern
    }

    /// Whether a trust policy may grant the action [recorded: "AssumeRole policy may only specify STS
    /// AssumeRole actions."].
    private func isAssuming(_ action: String) -> Bool {
        let folded = action.lowercased()
        return folded.hasPrefix("sts:assumerole") || folded == "sts:tagsession"
            || folded == "sts:setsourceidentity"
    }

    /// A customer's resource control policy only denies, to everyone; AWS's own RCPFullAWSAccess allows
    /// everything [documented: Organizations, "Resource control policies"].
    func checkRCP(_ statement: Statement, _ path: String) throws(PolicyError) {
        if statement.principals?.patterns != [.everyone] {
            throw fail(.rcpPrincipal, statement.principals?.place ?? statement.place, path)
        }
        if statement.actions.isNegated {
            throw fail(.prohibited("NotAction", kind), statement.actions.place, path)
        }
        let isFullAccess =
            statement.effect == .allow && statement.actions.patterns.map(\.text) == ["*"]
            && statement.resources?.patterns.map(\.text) == ["*"]
        if isFullAccess { return }
        guard statement.effect == .deny else {
            throw fail(.rcpAllow, statement.place, path)
        }
        if let action = statement.actions.patterns.first(where: { $0.text == "*" }) {
            throw fail(
                .badAction(action.text, .missingService),
                statement.actions.place,
                "\(path).Action"
            )
        }
    }

    func resource(
        _ text: String,
        _ place: Place,
        _ path: String,
        version: PolicyDocument.Version
    ) throws(PolicyError) -> ResourcePattern {
        do {
            let pattern = try ResourcePattern(text, hasVariables: version == .v2012)
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
}
