import Glibc
import JSON
import Testing

@testable import Policy

/// iam.md section 16, rules 1 and 3: the engine against the second evaluator, and the laws that hold for
/// all documents.
@Suite struct AgreementTests {
    private static let isLong = getenv("TEST_COUNTS").map { String(cString: $0) } == "long"
    private static let questionsOfASet = 10

    /// Documents for the engine and, as JSON, for the second evaluator.
    private struct Documents {
        var set: PolicySet
        var plain = NaiveCase()
        var texts: [String] = []

        private mutating func make(
            _ cases: inout RandomCases,
            _ kind: PolicyDocument.Kind
        ) throws -> (NamedPolicy, JSONNode) {
            let text = cases.document(kind.rawValue)
            texts.append("\(kind.rawValue): \(text)")
            let document = try PolicyDocument.parse(text, kind: kind)
            return (NamedPolicy(name: kind.rawValue, document: document), try JSON.parse(text))
        }

        init(_ cases: inout RandomCases) throws {
            set = PolicySet()
            for _ in 0..<cases.pick([0, 1, 1, 2]) {
                let (policy, node) = try make(&cases, .identity)
                set.identity.append(policy)
                plain.identity.append(node)
            }
            let type = cases.pick([
                PolicySet.ResourceType.bucket, .bucket, .bucket, .roleTrust, .kmsKey,
            ])
            set.resourceType = type
            plain.resourceLayer = type.layer.rawValue
            if cases.chance(75) {
                let kind: PolicyDocument.Kind =
                    switch type {
                    case .bucket: .bucket
                    case .roleTrust: .trust
                    case .kmsKey: .key
                    }
                let (policy, node) = try make(&cases, kind)
                set.resource = policy
                plain.resourcePolicy = node
            }
            var boundary: NamedPolicy?
            if cases.chance(25) {
                let (policy, node) = try make(&cases, .boundary)
                boundary = policy
                plain.boundary = node
            }
            var session: [NamedPolicy]?
            if cases.chance(25) {
                session = []
                plain.session = []
                for _ in 0..<cases.pick([1, 2]) {
                    let (policy, node) = try make(&cases, .session)
                    session?.append(policy)
                    plain.session?.append(node)
                }
            }
            var scps: [[NamedPolicy]]?
            if cases.chance(25) {
                scps = []
                plain.scps = []
                for _ in 0..<cases.pick([1, 2]) {
                    var level: [NamedPolicy] = []
                    var nodes: [JSONNode] = []
                    for _ in 0..<cases.pick([1, 2, 2]) {
                        let (policy, node) = try make(&cases, .scp)
                        level.append(policy)
                        nodes.append(node)
                    }
                    scps?.append(level)
                    plain.scps?.append(nodes)
                }
            }
            if boundary != nil || session != nil || scps != nil {
                set.callerLimits = CallerLimits(boundary: boundary, session: session, scps: scps)
            }
            var rcps: [[NamedPolicy]]?
            if cases.chance(15) {
                let (policy, node) = try make(&cases, .rcp)
                rcps = [[policy]]
                plain.rcps = [[node]]
            }
            var vpce: NamedPolicy?
            if cases.chance(15) {
                let (policy, node) = try make(&cases, .vpce)
                vpce = policy
                plain.vpce = node
            }
            if rcps != nil || vpce != nil {
                set.resourceLimits = ResourceLimits(rcps: rcps, vpce: vpce)
            }
        }
    }

    private func request(_ plain: NaiveCase) -> AccessRequest {
        let kinds: [String: PrincipalFacts.Kind] = [
            "User": .user, "AssumedRole": .assumedRole, "FederatedUser": .federatedUser,
            "Root": .root, "Anonymous": .anonymous, "Service": .service,
        ]
        var context = ContextValues()
        for (key, values) in plain.context { context.set(key, to: values, source: .request) }
        return AccessRequest(
            action: plain.action,
            resource: plain.resource,
            principal: PrincipalFacts(
                kind: kinds[plain.kind] ?? .anonymous,
                account: plain.account,
                arn: plain.arn,
                roleARN: plain.roleARN,
                userARN: plain.userARN,
                userID: plain.userID,
                userName: plain.userName,
                service: plain.service,
                tags: plain.tags,
                organization: plain.organization
            ),
            resourceAccount: plain.resourceAccount,
            context: context
        )
    }

    @Test(arguments: 0..<4)
    func section16TwoEvaluatorsAgree(_ part: Int) throws {
        let pairs = AgreementTests.isLong ? 1_000_000 : 20_000
        var cases = RandomCases(seed: 16 + UInt64(part))
        var counts: [String: Int] = [:]
        for _ in 0..<(pairs / 4 / AgreementTests.questionsOfASet) {
            var documents = try Documents(&cases)
            for _ in 0..<AgreementTests.questionsOfASet {
                cases.ask(&documents.plain)
                let request = request(documents.plain)
                let decision = evaluate(request, documents.set)
                let (wanted, layer) = documents.plain.answer()
                counts[wanted + (layer ?? ""), default: 0] += 1
                let agrees =
                    decision.verdict.rawValue == wanted && decision.layer?.rawValue == layer
                guard agrees, rule(request, documents.set) == decision.ruling else {
                    Issue.record(
                        """
                        engine: \(decision.ruling), second: \(wanted) \(layer ?? "")
                        \(documents.texts.joined(separator: "\n"))
                        \(documents.plain.kind) \(documents.plain.arn) \(documents.plain.action) \
                        \(documents.plain.resource) \(documents.plain.context)
                        """
                    )
                    return
                }
            }
        }
        // Every outcome came up, or the vocabulary is too thin.
        for outcome in [
            "allow", "explicitDenyidentity", "explicitDenyresource", "explicitDenyscp",
            "explicitDenyrcp", "explicitDenyvpce", "explicitDenyboundary", "explicitDenysession",
            "explicitDenytrust", "explicitDenykey", "implicitDenyidentity", "implicitDenyresource",
            "implicitDenyboundary", "implicitDenysession", "implicitDenyscp", "implicitDenyvpce",
            "implicitDenytrust", "implicitDenykey",
        ] {
            #expect(counts[outcome, default: 0] > 0, "\(outcome)")
        }
    }

    /// What a decision does not depend on can be changed without changing it.
    @Test func section16TheDependenceIsNeverTooSmall() throws {
        var cases = RandomCases(seed: 5)
        var kept = 0
        for _ in 0..<(AgreementTests.isLong ? 20_000 : 1_000) {
            var documents = try Documents(&cases)
            documents.set.resourceType = .bucket
            cases.ask(&documents.plain)
            let request = request(documents.plain)
            guard request.resource.hasPrefix("arn:aws:s3:::b/") else { continue }
            let decision = evaluate(request, documents.set)
            var other = request
            if !decision.dependence.contains(.key) {
                other.resource = cases.pick([
                    "arn:aws:s3:::b/x", "arn:aws:s3:::b/", "arn:aws:s3:::b/é:/*",
                ])
            }
            if !decision.dependence.contains(.context) { other.context = ContextValues() }
            if decision.dependence != [.key, .context] { kept += 1 }
            #expect(evaluate(other, documents.set).ruling == decision.ruling, "\(documents.texts)")
        }
        #expect(kept > 100)
    }

    /// Adding a Deny never allows, adding an Allow never denies, and order changes nothing.
    @Test func section16Laws() throws {
        var cases = RandomCases(seed: 7)
        let nothing = NamedPolicy(
            name: "x",
            document: try PolicyDocument.parse(
                #"{"Version":"2012-10-17","Statement":{"Effect":"Deny","Action":"*","Resource":"*"}}"#,
                kind: .identity
            )
        )
        let everything = NamedPolicy(
            name: "y",
            document: try PolicyDocument.parse(
                #"{"Version":"2012-10-17","Statement":{"Effect":"Allow","Action":"*","Resource":"*"}}"#,
                kind: .identity
            )
        )
        for _ in 0..<(AgreementTests.isLong ? 50_000 : 2_000) {
            var documents = try Documents(&cases)
            cases.ask(&documents.plain)
            let request = request(documents.plain)
            let before = evaluate(request, documents.set)
            var set = documents.set
            set.identity.append(nothing)
            #expect(before.isAllowed || !evaluate(request, set).isAllowed)
            set.identity = documents.set.identity + [everything]
            #expect(!before.isAllowed || evaluate(request, set).isAllowed)
            set.identity = documents.set.identity.reversed()
            var shouted = request
            shouted.action = request.action.uppercased()
            #expect(
                evaluate(shouted, set).verdict == before.verdict
                    || request.action == "s3:PutBucketPolicy"
            )
        }
    }
}
