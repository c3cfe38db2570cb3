import Testing

@testable import Policy

/// iam.md section 2: how actions and resources match.
@Suite struct MatchingTests {
    @Test(arguments: [
        ("s3:PutObject", "s3:PutObject", true), ("S3:putobject", "s3:PutObject", true),
        ("s3:Put*", "s3:PutObject", true), ("s3:*", "s3:PutObject", true),
        ("*", "s3:PutObject", true),
        ("s3:?utObject", "s3:PutObject", true), ("s3:PutObject", "s3:PutObjectAcl", false),
        ("s3:PutObject*", "s3:PutObjectAcl", true), ("s3:*Object", "s3:PutObject", true),
        ("s3:*Object", "s3:PutObjectAcl", false), ("sts:*", "s3:PutObject", false),
    ])
    func section2Action(_ example: (pattern: String, action: String, matches: Bool)) throws {
        let pattern = try ActionPattern(example.pattern)
        let isMatch = pattern.matches(example.action.utf8.span)
        #expect(isMatch == example.matches, "\(example.pattern) on \(example.action)")
    }

    @Test(arguments: [
        ("PutObject", ActionPattern.Fault.missingService), ("", .missingService),
        ("s3:Put:Object", .severalColons), ("*:PutObject", .badService("*")),
        ("s*:PutObject", .badService("s*")), (":PutObject", .badService("")),
        ("s3:", .badName("")), ("s3:Put Object", .badName("Put Object")),
    ])
    func section1ActionForm(_ example: (text: String, fault: ActionPattern.Fault)) {
        #expect(throws: example.fault) { try ActionPattern(example.text) }
    }

    @Test(arguments: [
        ("*", "arn:aws:s3:::b/k", true),
        ("arn:aws:s3:::b/*", "arn:aws:s3:::b/k", true),
        ("arn:aws:s3:::b/*", "arn:aws:s3:::b/", true),
        ("arn:aws:s3:::b/*", "arn:aws:s3:::b", false),
        ("arn:aws:s3:::b", "arn:aws:s3:::b/k", false),
        ("arn:aws:s3:::b*", "arn:aws:s3:::b-old/k", true),
        ("arn:aws:s3:::b/prefix*", "arn:aws:s3:::b/prefix-2/k", true),
        ("arn:aws:s3:::b/a/*/c", "arn:aws:s3:::b/a/x/y/c", true),
        ("arn:aws:s3:::b/*", "arn:aws:s3:::b/a:b:c", true),
        ("arn:aws:s3:::b/?.csv", "arn:aws:s3:::b/é.csv", true),
        ("arn:aws:s3:::b/?.csv", "arn:aws:s3:::b/12.csv", false),
        ("arn:aws:s3:::B/*", "arn:aws:s3:::b/k", false),
        ("arn:aws:s3:::b/a%20b", "arn:aws:s3:::b/a b", false),
        ("arn:aws:s3:::b/../c", "arn:aws:s3:::c", false),
        ("arn:*:s3:::b/*", "arn:aws:s3:::b/k", true),
        ("arn:aws:s3:*:*:b/*", "arn:aws:s3:::b/k", true),
        // A star never crosses one of the first five colons.
        ("arn:aws:s3:*", "arn:aws:s3:::b/k", true),
        ("arn:aws:s3:::*", "arn:aws:s3:::b/k", true),
        ("arn:aws:s3*", "arn:aws:s3:::b/k", false),
        ("arn:aws:s3:us-east-1::b/*", "arn:aws:s3:::b/k", false),
        ("arn:aws:sts:::b/*", "arn:aws:s3:::b/k", false),
        ("arn:aws-cn:s3:::b/*", "arn:aws:s3:::b/k", false),
        // Short ARNs behave as if the missing parts were stars.
        ("arn:aws:s3", "arn:aws:s3:::b/k", true),
    ])
    func section2Resource(_ example: (pattern: String, resource: String, matches: Bool)) throws {
        // `arn:aws:s3*` has a wildcard in its service, which no policy may have.
        guard let pattern = try? ResourcePattern(example.pattern) else {
            #expect(!example.matches)
            return
        }
        let isMatch = pattern.matches(example.resource.utf8.span)
        #expect(isMatch == example.matches, "\(example.pattern) on \(example.resource)")
    }

    @Test(arguments: [
        ("", ResourcePattern.Fault.notARN), ("bucket", .notARN), ("arn", .notARN),
        ("ARN:aws:s3:::b", .notARN), ("arn:azure:s3:::b", .badPartition("azure")),
        ("arn::s3:::b", .badPartition("")), ("arn:aws:*:::b", .badService("*")),
        ("arn:aws::::b", .badService("")),
    ])
    func section2ResourceForm(_ example: (text: String, fault: ResourcePattern.Fault)) {
        #expect(throws: example.fault) { try ResourcePattern(example.text) }
    }

    @Test(arguments: [
        ("*", PrincipalPattern.everyone),
        ("111122223333", .account("111122223333")),
        ("arn:aws:iam::111122223333:root", .account("111122223333")),
        ("arn:aws:iam::111122223333:user/u", .user("arn:aws:iam::111122223333:user/u")),
        ("arn:aws:iam::111122223333:user/a/b/u", .user("arn:aws:iam::111122223333:user/a/b/u")),
        ("arn:aws:iam::111122223333:role/R", .role("arn:aws:iam::111122223333:role/R")),
        (
            "arn:aws:sts::111122223333:assumed-role/R/s",
            .session("arn:aws:sts::111122223333:assumed-role/R/s")
        ),
        (
            "arn:aws:sts::111122223333:federated-user/f",
            .federatedUser("arn:aws:sts::111122223333:federated-user/f")
        ),
        ("AIDACKCEVSQ6C2EXAMPLE", .deleted("AIDACKCEVSQ6C2EXAMPLE")),
        ("AROACKCEVSQ6C2EXAMPLE", .deleted("AROACKCEVSQ6C2EXAMPLE")),
    ])
    func section5PrincipalForms(_ example: (text: String, pattern: PrincipalPattern)) {
        #expect(PrincipalPattern(aws: example.text) == example.pattern)
    }

    @Test(arguments: [
        "", "11112222333", "1111222233334", "acme", "arn:aws:iam::111122223333:user/*",
        "arn:aws:iam::111122223333:group/g", "arn:aws:iam::11112222333:root",
        "arn:aws:iam:us-east-1:111122223333:root", "arn:aws:iam::111122223333:user/",
        "arn:aws:sts::111122223333:assumed-role/R", "arn:aws:sts::111122223333:assumed-role/p/R/s",
        "arn:aws:s3:::bucket", "AIDA", "arn:aws:iam::111122223333:Root",
    ])
    func section5NoPrincipal(_ text: String) {
        #expect(PrincipalPattern(aws: text) == nil)
    }
}
