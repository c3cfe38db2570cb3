import JSON
import Testing

@testable import Policy

/// The format of explain cases, and its answers.
@Suite struct CaseTests {
    private static let caller = """
        "principal":{"type":"AssumedRole","arn":"arn:aws:sts::111122223333:assumed-role/BillingExport/exporter-1",\
        "roleArn":"arn:aws:iam::111122223333:role/BillingExport","account":"111122223333","userId":"AROA1:exporter-1"}
        """
    private static let request = """
        "request":{"action":"s3:PutObject","resource":"arn:aws:s3:::acme-billing-export/exports/usage.csv",\
        "resourceAccount":"111122223333","context":{"aws:SecureTransport":true,"aws:TagKeys":["a","b"]}}
        """

    private func answers(_ cases: String...) throws -> [JSONNode] {
        let text = try ExplainCases.answer(
            "{\"cases\":[\(cases.joined(separator: ","))]}",
            file: "cases.json"
        )
        return try text.split(separator: "\n").map { try JSON.parse(String($0)) }
    }

    private func answer(_ documents: String) throws -> JSONNode {
        try answers("{\"id\":\"1\",\(CaseTests.caller),\(documents),\(CaseTests.request)}")[0]
    }

    private static func policy(_ members: String) -> String {
        "{\"Version\":\"2012-10-17\",\"Statement\":[{\(members)}]}"
    }

    private static let put =
        #""Effect":"Allow","Action":"s3:PutObject","Resource":"arn:aws:s3:::acme-billing-export/*""#

    /// Documents of a case, its decision and its layer.
    @Test(
        arguments: [
            ("\"identityPolicies\":[\(policy(put))]", "allow", nil),
            ("\"identityPolicies\":[]", "implicitDeny", "identity"),
            ("\"bucketPolicy\":null", "implicitDeny", "identity"),
            (
                "\"bucketPolicy\":\(policy(put + #","Principal":{"AWS":"arn:aws:iam::111122223333:role/BillingExport"}"#))",
                "allow", nil
            ),
            ("\"identityPolicies\":[\(policy(put))],\"scps\":null,\"rcps\":null", "allow", nil),
            (
                "\"identityPolicies\":[\(policy(put))],\"scps\":[\(policy(put)),[]]",
                "implicitDeny", "scp"
            ),
            (
                "\"identityPolicies\":[\(policy(put))],\"scps\":[[\(policy(put))],\(policy(put))]",
                "allow", nil
            ),
            (
                "\"identityPolicies\":[\(policy(put))],\"rcps\":[\(policy(#""Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*""#))]",
                "explicitDeny", "rcp"
            ),
            (
                "\"identityPolicies\":[\(policy(put))],\"vpcEndpointPolicy\":\(policy(#""Effect":"Allow","Principal":"*","Action":"s3:Get*","Resource":"*""#))",
                "implicitDeny", "vpce"
            ),
            (
                "\"identityPolicies\":[\(policy(put))],\"boundary\":\(policy(#""Effect":"Allow","Action":"ec2:*","Resource":"*""#))",
                "implicitDeny", "boundary"
            ),
            (
                "\"identityPolicies\":[\(policy(put))],\"sessionPolicy\":\(policy(#""Effect":"Allow","Action":"s3:GetObject","Resource":"*""#))",
                "implicitDeny", "session"
            ),
            (
                "\"identityPolicies\":[\(policy(put + #","Condition":{"Bool":{"aws:SecureTransport":"true"}}"#))]",
                "allow", nil
            ),
            (
                "\"identityPolicies\":[\(policy(put + #","Condition":{"ForAllValues:StringEquals":{"aws:TagKeys":["a"]}}"#))]",
                "implicitDeny", "identity"
            ),
            (#""resourcePolicyType":"kmsKey""#, "implicitDeny", "key"),
        ] as [(String, String, String?)]
    )
    func decides(_ example: (documents: String, decision: String, layer: String?)) throws {
        let answer = try answer(example.documents)
        #expect(answer["id"]?.string == "1")
        #expect(answer["decision"]?.string == example.decision, "\(example.documents)")
        #expect(answer["layer"]?.string == example.layer)
        #expect(answer["error"]?.isNull == true)
        #expect(answer["explanation"]?["decision"]?.string == example.decision)
    }

    /// Section 13, and the mistakes that are made of documents: what AWS answers, and where.
    @Test(arguments: [
        (
            #""identityPolicies":["{\u201cVersion\u201d:1}"]"#, "MalformedPolicyDocument",
            "Syntax errors in policy.",
            "identityPolicies[0]", 1, 2
        ),
        (
            #""identityPolicies":["{\"Version\":\"2012-10-17\",\n\"Statement\":[],}"]"#,
            "MalformedPolicyDocument", "Syntax errors in policy.", "identityPolicies[0]", 2, 15
        ),
        (
            #""bucketPolicy":"policy.json""#, "MalformedPolicy",
            "Policies must be valid JSON and the first byte must be '{'", "bucketPolicy", 1, 1
        ),
        (
            "\"bucketPolicy\":\(policy(put))", "MalformedPolicy",
            "Missing required field Principal", "bucketPolicy", 1, 290
        ),
        (
            #""boundary":"[]""#, "MalformedPolicyDocument", "Syntax errors in policy.", "boundary",
            1, 1
        ),
        (
            #""scps":[["{}"]]"#, "MalformedPolicyDocumentException",
            "The provided policy document does not meet the requirements of the specified policy type.",
            "scps[0][0]", 1, 1
        ),
    ])
    func section13InvalidPolicies(
        _ example: (
            documents: String, code: String, message: String, document: String, line: Int,
            column: Int
        )
    ) throws {
        let answer = try answer(example.documents)
        #expect(answer["decision"]?.string == "invalidPolicy")
        #expect(answer["layer"]?.isNull == true)
        let error = answer["error"]
        #expect(error?["code"]?.string == example.code)
        #expect(error?["message"]?.string == example.message)
        #expect(error?["document"]?.string == example.document)
        #expect(error?["line"]?.integer == example.line)
        #expect(error?["column"]?.integer == example.column)
        #expect(answer["explanation"]?["reason"]?.string?.hasPrefix(example.document) == true)
    }

    @Test func everyKindOfCaller() throws {
        let bucket =
            #""bucketPolicy":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"cur.amazonaws.com"},"Action":"s3:PutObject","Resource":"arn:aws:s3:::acme-billing-export/*"}]}"#
        func item(_ id: String, _ principal: String) -> String {
            "{\"id\":\"\(id)\",\"principal\":\(principal),\(bucket),\(CaseTests.request)}"
        }
        let answers = try answers(
            item("user", #"{"type":"User","arn":"arn:aws:iam::111122223333:user/u"}"#),
            item("root", #"{"type":"Root","account":"111122223333"}"#),
            item(
                "session",
                #"{"type":"AssumedRole","arn":"arn:aws:sts::111122223333:assumed-role/R/s"}"#
            ),
            item(
                "federated",
                #"{"type":"FederatedUser","arn":"arn:aws:sts::111122223333:federated-user/f"}"#
            ),
            item("anonymous", #"{"type":"Anonymous"}"#),
            item("service", #"{"type":"Service","service":"cur.amazonaws.com"}"#)
        )
        let verdicts = answers.map {
            "\($0["id"]?.string ?? "") \($0["decision"]?.string ?? "") \($0["layer"]?.string ?? "-")"
        }
        #expect(
            verdicts == [
                "user implicitDeny identity", "root allow -", "session implicitDeny identity",
                "federated implicitDeny identity", "anonymous implicitDeny resource",
                "service allow -",
            ]
        )
    }

    @Test(arguments: [
        (#"{"case":[]}"#, "cases.json:1:1: `cases` is missing"),
        (#"{"cases":[{}]}"#, "cases.json:1:11: cases[0]: `id` is missing"),
        (
            #"{"cases":[{"id":"1","principal":{"type":"Role"}}]}"#,
            "cases.json:1:41: cases[0].principal.type: expected one of `AssumedRole`, `User`, `Root`, "
                + "`FederatedUser`, `Anonymous`, `Service`, met `Role`; did you mean `Root`?"
        ),
        (
            #"{"cases":[{"id":"1","principal":{"type":"User"}}]}"#,
            "cases.json:1:33: cases[0].principal: the principal needs an `account` or an `arn`"
        ),
    ])
    func refusesWhatIsNoCase(_ example: (text: String, says: String)) {
        do {
            _ = try ExplainCases.answer(example.text, file: "cases.json")
            Issue.record("taken")
        } catch {
            #expect(error.description.hasPrefix(example.says.prefix(40)), "\(error)")
        }
    }

    @Test func sameInSameOut() throws {
        let text =
            "{\"cases\":[{\"id\":\"1\",\(CaseTests.caller),\"identityPolicies\":[\(CaseTests.policy(CaseTests.put))],\(CaseTests.request)}]}"
        #expect(try ExplainCases.answer(text) == ExplainCases.answer(text))
    }
}
