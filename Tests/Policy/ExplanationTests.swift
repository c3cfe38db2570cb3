import JSON
import Testing

@testable import Policy

/// iam.md section 15: why it was refused, to the element, with the slip named.
@Suite struct ExplanationTests {
    private func line(
        _ statements: String...,
        action: String = "s3:PutObject",
        resource: String = "arn:aws:s3:::acme-billing/2026-11.csv"
    ) throws -> String {
        let document = try PolicyDocument.parse(
            "{\"Version\":\"2012-10-17\",\"Statement\":[\(statements.joined(separator: ","))]}",
            kind: .identity
        )
        let request = Example.put(
            by: Example.user("u", of: Example.owner),
            action: action,
            resource: resource
        )
        let policy = NamedPolicy(name: "Export", document: document)
        return explain(request, PolicySet(identity: [policy])).line
    }

    private static func allow(_ action: String, _ resource: String) -> String {
        #"{"Effect":"Allow","Action":"\#(action)","Resource":"\#(resource)"}"#
    }

    /// The element that was mutated, and what the line says of it.
    @Test(arguments: [
        ("s3:PutObject", "arn:aws:s3:::acme-billing", "Resource lacks /*"),
        ("s3:PutObject", "arn:aws:s3:::acme-billing/", "Resource lacks * at its end"),
        (
            "s3:PutObject", "arn:aws:s3:::Acme-Billing/*",
            "Resource `arn:aws:s3:::Acme-Billing/*` differs in case"
        ),
        (
            "s3:PutObject", "arn:aws:s3:::acme-biling/*",
            "Resource names bucket `acme-biling`, one letter from `acme-billing`"
        ),
        (
            "s3:PutObject", "arn:aws:s3:::acme-bliling-x/*",
            "Resource names bucket `acme-bliling-x`, not `acme-billing`"
        ),
        (
            "s3:PutObject", "arn:aws:s3:::acme-billing/exports/*",
            "Resource covers the keys `exports/*`, not `2026-11.csv`"
        ),
        (
            "s3:PutObject", "arn:aws:s3:::acme-billing//*",
            "Resource begins its key with a second `/`"
        ),
        (
            "s3:PutObject", "arn:aws:s3:us-east-1:111122223333:acme-billing/*",
            "Resource `arn:aws:s3:us-east-1:111122223333:acme-billing/*` names a region or account, which ARNs "
                + "of S3 don't have"
        ),
        (
            "s3:PutObject", "arn:aws-cn:s3:::acme-billing/*",
            "Resource `arn:aws-cn:s3:::acme-billing/*` is of another partition"
        ),
        (
            "s3:PutObjects", "arn:aws:s3:::acme-billing/*",
            "Action names `s3:PutObjects`, which is no action: the call asks for `s3:PutObject`"
        ),
        (
            "s3:PutObjekt", "arn:aws:s3:::acme-billing/*",
            "Action has `s3:PutObjekt`, one letter from `s3:PutObject`"
        ),
        ("s3:GetObject", "arn:aws:s3:::acme-billing/*", "Action does not cover `s3:PutObject`"),
    ])
    func section15NamesTheSlip(_ example: (action: String, resource: String, says: String)) throws {
        let line = try line(ExplanationTests.allow(example.action, example.resource))
        #expect(
            line
                == "no identity-based policy allows s3:PutObject (Export statement 1: \(example.says))"
        )
    }

    @Test func section15BucketWhereObjectsAreCovered() throws {
        let line = try line(
            ExplanationTests.allow("s3:ListBucket", "arn:aws:s3:::acme-billing/*"),
            action: "s3:ListBucket",
            resource: "arn:aws:s3:::acme-billing"
        )
        #expect(
            line.hasSuffix(
                "(Export statement 1: Resource covers the bucket's objects, not the bucket itself)"
            )
        )
    }

    @Test func section15ListingAllBucketsIsAboutNoBucket() throws {
        let line = try line(
            ExplanationTests.allow("s3:*", "arn:aws:s3:::acme-billing"),
            action: "s3:ListAllMyBuckets",
            resource: "arn:aws:s3:::*"
        )
        #expect(
            line.hasSuffix(
                "(Export statement 1: Resource must be `*`: the action is about no single bucket)"
            )
        )
    }

    /// One failing element before two, wherever the statement stands.
    @Test func section15NearestFirst() throws {
        let line = try line(
            ExplanationTests.allow("s3:GetObject", "arn:aws:s3:::acme-billing"),
            ExplanationTests.allow("s3:DeleteObject", "arn:aws:s3:::acme-billing/*"),
            ExplanationTests.allow("s3:PutObject", "arn:aws:s3:::acme-billing")
        )
        #expect(line.hasSuffix("(Export statement 3: Resource lacks /*)"))
    }

    @Test(arguments: [
        (
            #"{"AWS":"arn:aws:iam::999988887777:user/U"}"#,
            "`arn:aws:iam::999988887777:user/U` differs in case"
        ),
        (
            #"{"AWS":"arn:aws:iam::999988887777:user/uu"}"#,
            "has `arn:aws:iam::999988887777:user/uu`, one letter from `arn:aws:iam::999988887777:user/u`"
        ),
        (
            #"{"AWS":"arn:aws:iam::999988887777:user/team/u"}"#,
            "`arn:aws:iam::999988887777:user/team/u` differs in its path"
        ),
        (#"{"AWS":"999988887778"}"#, "names account 999988887778, one digit from 999988887777"),
        (
            #"{"AWS":"AIDACKCEVSQ6C2EXAMPLE"}"#,
            "has `AIDACKCEVSQ6C2EXAMPLE`, a user or role that was deleted: one of the same name is another"
        ),
        (#"{"AWS":"111122223333"}"#, "does not cover `arn:aws:iam::999988887777:user/u`"),
    ])
    func section15NamesThePrincipal(_ example: (principal: String, says: String)) throws {
        let bucket = try Example.bucket(Example.put("Allow", for: example.principal))
        let request = Example.put(by: Example.user("u", of: Example.other))
        let explanation = explain(
            request,
            PolicySet(identity: [try Example.identity(Example.allowPut)], resource: bucket)
        )
        #expect(
            explanation.line
                == "no resource-based policy allows s3:PutObject (acme-billing statement 1: Principal \(example.says))"
        )
    }

    @Test func section15NoPolicyAtAll() {
        let request = Example.put(by: Example.user("u", of: Example.owner))
        #expect(
            explain(request, PolicySet()).line
                == "no identity-based policy allows s3:PutObject (there is none)"
        )
    }

    @Test func section15WhatAllowedAndWhatDenied() throws {
        let request = Example.put(by: Example.user("u", of: Example.owner))
        let allow = try Example.identity(Example.allowPut)
        let deny = try Example.identity(Example.denyPut, name: "Freeze")
        #expect(
            explain(request, PolicySet(identity: [allow])).line
                == "s3:PutObject is allowed by Export statement 1"
        )
        #expect(
            explain(request, PolicySet(identity: [allow, deny])).line
                == "explicit deny of s3:PutObject in Freeze statement 1"
        )
    }

    @Test func section15ThePageShowsAWSBesideTheTrueReason() throws {
        let bucket = try Example.bucket(
            Example.put("Allow", for: #"{"AWS":"arn:aws:iam::999988887777:user/v"}"#)
        )
        let request = Example.put(by: Example.user("u", of: Example.other))
        let explanation = explain(
            request,
            PolicySet(identity: [try Example.identity(Example.allowPut)], resource: bucket)
        )
        #expect(
            explanation.lines == [
                "arn:aws:iam::999988887777:user/u asks for s3:PutObject on arn:aws:s3:::acme-billing/2026-11.csv",
                "implicitDeny: no resource-based policy allows s3:PutObject (acme-billing statement 1: Principal "
                    + "has `arn:aws:iam::999988887777:user/v`, one letter from `arn:aws:iam::999988887777:user/u`)",
                "AWS says: Access Denied",
                "resource-based policy: does not allow",
                "identity-based policy: allows",
                "  Allow by 111122223333/user/u/Export statement 1",
                "  almost: acme-billing statement 1: Principal has `arn:aws:iam::999988887777:user/v`, one letter "
                    + "from `arn:aws:iam::999988887777:user/u` (bucket.json:1:68)",
            ]
        )
    }

    @Test func section15AtMost25Lines() throws {
        let statements = (0..<40).map { _ in ExplanationTests.allow("s3:GetObject", "*") }
        let document = try PolicyDocument.parse(
            "{\"Version\":\"2012-10-17\",\"Statement\":[\(statements.joined(separator: ","))]}",
            kind: .identity
        )
        let request = Example.put(by: Example.user("u", of: Example.owner))
        let lines = explain(
            request,
            PolicySet(identity: [NamedPolicy(name: "Long", document: document)])
        ).lines
        #expect(lines.count == 25)
        #expect(lines.last == "… and 21 more lines")
    }

    @Test func section15TheJSONIsTheSameForTheSameInput() throws {
        let request = Example.put(by: Example.user("u", of: Example.owner))
        let set = PolicySet(
            identity: [
                try Example.identity(
                    ExplanationTests.allow("s3:PutObject", "arn:aws:s3:::acme-billing")
                )
            ])
        func text() -> String {
            var writer = JSONWriter()
            explain(request, set).write(to: &writer)
            return writer.text
        }
        #expect(text() == text())
        let node = try JSON.parse(text())
        #expect(node["decision"]?.string == "implicitDeny")
        #expect(node["layer"]?.string == "identity")
        let statement = node["layers"]?[1]?["documents"]?[0]?["statements"]?[0]
        #expect(statement?["elements"]?[1]?["element"]?.string == "Resource")
        #expect(statement?["elements"]?[1]?["hint"]?.string == "lacks /*")
        #expect(statement?["line"]?.integer == 1)
        #expect(
            node["nearMisses"]?[0]?["reason"]?.string == "Export statement 1: Resource lacks /*"
        )
    }
}
