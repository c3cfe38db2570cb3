import Testing

@testable import Policy

/// iam.md section 16, rule 4: figures to look at, in a release build; time is never asserted.
@Suite struct SpeedTests {
    private static let five = """
        {"Version":"2012-10-17","Statement":[
        {"Effect":"Allow","Action":["s3:ListBucket","s3:GetBucketLocation"],"Resource":"arn:aws:s3:::acme-billing"},
        {"Effect":"Deny","Action":"s3:Delete*","Resource":"arn:aws:s3:::acme-billing/*"},
        {"Effect":"Deny","Action":"s3:*","Resource":"arn:aws:s3:::acme-billing/*","Condition":{"Bool":{"aws:SecureTransport":"false"}}},
        {"Effect":"Allow","Action":"s3:GetObject","Resource":"arn:aws:s3:::acme-billing/${aws:username}/*"},
        {"Effect":"Allow","Action":"s3:PutObject","Resource":"arn:aws:s3:::acme-billing/*",
        "Condition":{"StringEquals":{"s3:x-amz-acl":"bucket-owner-full-control"},"IpAddress":{"aws:SourceIp":["203.0.113.0/24","2001:db8::/32"]}}}]}
        """

    @Test func section16FiveStatements() throws {
        let document = try PolicyDocument.parse(SpeedTests.five, kind: .identity)
        let set = PolicySet(identity: [NamedPolicy(name: "five", document: document)])
        var context = ContextValues()
        for (key, value) in [
            ("aws:UserAgent", "x"), ("aws:SecureTransport", "true"), ("s3:authType", "REST-HEADER"),
            ("aws:CurrentTime", "2026-11-20T09:00:00Z"), ("aws:EpochTime", "1795165200"),
            ("s3:x-amz-acl", "bucket-owner-full-control"), ("aws:RequestedRegion", "eu-west-1"),
            ("aws:SourceIp", "203.0.113.9"),
        ] {
            context.set(key, to: [value], source: .request)
        }
        var request = Example.put(by: Example.user("u", of: Example.owner))
        request.context = context
        #expect(rule(request, set).isAllowed)
        let rounds = 20_000
        var allowed = 0
        let ruling = ContinuousClock().measure {
            for _ in 0..<rounds where rule(request, set).isAllowed { allowed += 1 }
        }
        let decision = ContinuousClock().measure {
            for _ in 0..<rounds where evaluate(request, set).isAllowed { allowed += 1 }
        }
        let trace = ContinuousClock().measure {
            for _ in 0..<(rounds / 100) where explain(request, set).decision.isAllowed {
                allowed += 1
            }
        }
        #expect(allowed == 2 * rounds + rounds / 100)
        print(
            "five statements: rule \(ruling / rounds), evaluate \(decision / rounds), explain \(trace / (rounds / 100))"
        )
    }

    /// 20 KB of globs that would take a backtracking matcher for ever.
    @Test func section16HostilePolicies() throws {
        let stars = String(repeating: "*a", count: 200) + "*b"
        var statements: [String] = []
        while statements.map({ $0.utf8.count + 1 }).reduce(0, +) < 19_000 {
            statements.append(
                #"{"Effect":"Allow","Principal":"*","Action":"s3:PutObject","Resource":"arn:aws:s3:::acme-billing/\#(stars)"}"#
            )
        }
        let many = (0..<240).map { _ in
            #"{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*a*a*b"}"#
                .replacing("\"*a*a*b\"", with: "\"arn:aws:s3:::*a*b\"")
        }
        for (name, list) in [("long globs", statements), ("many statements", many)] {
            let text = "{\"Version\":\"2012-10-17\",\"Statement\":[\(list.joined(separator: ","))]}"
            #expect(text.utf8.count <= 20_480)
            let document = try PolicyDocument.parse(text, kind: .bucket)
            let key = String(repeating: "a", count: 1_000)
            let request = Example.put(
                by: Example.user("u", of: Example.owner),
                resource: "arn:aws:s3:::acme-billing/\(key)"
            )
            let set = PolicySet(resource: NamedPolicy(name: "hostile", document: document))
            var isAllowed = true
            let time = ContinuousClock().measure { isAllowed = rule(request, set).isAllowed }
            #expect(!isAllowed)
            print("\(name), \(text.utf8.count) bytes, \(list.count) statements: \(time)")
        }
    }
}
