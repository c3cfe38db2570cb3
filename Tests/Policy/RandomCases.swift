// Random documents and questions over a small vocabulary, so that everything meets often: the same seed
// makes the same cases.

import JSON

/// SplitMix64.
struct SeededGenerator: RandomNumberGenerator {
    private var state: UInt64

    init(seed: UInt64) { state = seed }

    mutating func next() -> UInt64 {
        state &+= 0x9e37_79b9_7f4a_7c15
        var value = state
        value = (value ^ (value >> 30)) &* 0xbf58_476d_1ce4_e5b9
        value = (value ^ (value >> 27)) &* 0x94d0_49bb_1331_11eb
        return value ^ (value >> 31)
    }
}

/// Makes texts of policies and the data of requests.
struct RandomCases {
    private var random: SeededGenerator

    init(seed: UInt64) { random = SeededGenerator(seed: seed) }

    mutating func pick<Value>(_ values: [Value]) -> Value {
        values[Int.random(in: values.indices, using: &random)]
    }
    mutating func chance(_ percent: Int) -> Bool {
        Int.random(in: 0..<100, using: &random) < percent
    }
    mutating func several<Value>(_ values: [Value], _ counts: ClosedRange<Int>) -> [Value] {
        (0..<Int.random(in: counts, using: &random)).map { _ in pick(values) }
    }

    static let owner = "111122223333"
    static let other = "999988887777"

    static let actions = [
        "s3:PutObject", "s3:GetObject", "s3:ListBucket", "s3:PutBucketPolicy", "sts:AssumeRole",
        "kms:Decrypt",
    ]
    static let actionPatterns = [
        "*", "s3:*", "s3:Put*", "S3:putobject", "s3:?etObject", "s3:GetObject", "s3:*Object",
        "s3:ListBucket", "s3:*Policy", "sts:*", "sts:AssumeRole", "kms:*", "kms:Decrypt",
    ]
    static let resources = [
        "arn:aws:s3:::b", "arn:aws:s3:::b/x.csv", "arn:aws:s3:::b/alice/a:b/x.csv",
        "arn:aws:s3:::b/${aws:username}/x", "arn:aws:s3:::b-2/*é", "arn:aws:s3:::c/x",
        "arn:aws:iam::111122223333:role/R",
        "arn:aws:kms:eu-west-1:111122223333:key/1234",
    ]
    static let resourcePatterns = [
        "*", "arn:aws:s3:::*", "arn:aws:s3:::b", "arn:aws:s3:::b/*", "arn:aws:s3:::b*",
        "arn:aws:s3:::b/*.csv", "arn:aws:s3:::b/?.csv", "arn:aws:s3:::c/*",
        "arn:aws:s3:::b/${aws:username}/*", "arn:aws:s3:::b/${k:none}/*",
        "arn:aws:s3:::b/${k:none, 'alice'}/*", "arn:aws:s3:::b-2/${*}?", "arn:*:s3:::b/*",
        "arn:aws:s3:*:*:b/x*", "arn:aws:s3", "arn:aws:iam::111122223333:role/*",
        "arn:aws:kms:*:111122223333:key/*", "arn:aws:s3:::b/*/*:*/*",
    ]
    static let principals = [
        #""*""#, #"{"AWS":"*"}"#, #"{"AWS":"111122223333"}"#,
        #"{"AWS":"arn:aws:iam::111122223333:root"}"#, #"{"AWS":"999988887777"}"#,
        #"{"AWS":"arn:aws:iam::111122223333:user/alice"}"#,
        #"{"AWS":"arn:aws:iam::999988887777:user/alice"}"#,
        #"{"AWS":"arn:aws:iam::111122223333:role/p/R"}"#,
        #"{"AWS":["arn:aws:sts::111122223333:assumed-role/R/s","999988887777"]}"#,
        #"{"AWS":"arn:aws:sts::111122223333:federated-user/f"}"#,
        #"{"AWS":"arn:aws:iam::999988887777:role/p/R","Service":"cur.amazonaws.com"}"#,
        #"{"Service":"cur.amazonaws.com"}"#, #"{"AWS":"AROAOLDOLDOLDOLDOLDO"}"#,
    ]
    static let notPrincipals = [
        #"{"AWS":["arn:aws:iam::111122223333:user/alice","111122223333"]}"#,
        #"{"AWS":["arn:aws:iam::111122223333:role/p/R","arn:aws:sts::111122223333:assumed-role/R/s","arn:aws:iam::111122223333:root"]}"#,
        #"{"AWS":"arn:aws:iam::111122223333:role/p/R"}"#, #"{"AWS":"111122223333"}"#,
        #"{"Service":"cur.amazonaws.com"}"#,
        #"{"AWS":["999988887777","arn:aws:iam::999988887777:user/alice"]}"#,
    ]

    /// Families of operators, the keys they are tried on, and values for policies and requests alike.
    static let families: [(operators: [String], keys: [String], wanted: [String], met: [String])] =
        [
            (
                [
                    "StringEquals", "StringNotEquals", "StringEqualsIgnoreCase",
                    "StringNotEqualsIgnoreCase", "StringLike", "StringNotLike",
                ],
                [
                    "k:s", "K:S", "aws:username", "aws:PrincipalTag/Team", "aws:PrincipalOrgID",
                    "aws:PrincipalAccount", "aws:userid", "s3:ResourceAccount",
                ],
                [
                    "x", "X", "x*", "*", "${aws:username}", "${k:none}", "${k:s}", "alice",
                    "billing",
                    "o-acme", "111122223333", "AROA1:*", "${k:none, 'x'}", "${*}", "",
                ],
                ["x", "X", "xy", "alice", "*", "x*", ""]
            ),
            (
                [
                    "NumericEquals", "NumericNotEquals", "NumericLessThan", "NumericLessThanEquals",
                    "NumericGreaterThan", "NumericGreaterThanEquals",
                ], ["k:n"], ["1", "1.5", "10", "-2"], ["1", "1.0", "2", "10", "ten", "-2.5"]
            ),
            (
                [
                    "DateEquals", "DateNotEquals", "DateLessThan", "DateLessThanEquals",
                    "DateGreaterThan", "DateGreaterThanEquals",
                ], ["k:t"],
                ["2026-11-20T09:00:00Z", "2026-11-20", "2024-02-29T23:59:59Z", "1795165200"],
                [
                    "2026-11-20T10:00:00+01:00", "2026-11-20T00:00:00Z", "2024-03-01", "1795165200",
                    "soon",
                ]
            ),
            (
                ["Bool"], ["k:b", "aws:PrincipalIsAWSService"], ["true", "false"],
                ["true", "false", "TRUE"]
            ),
            (["BinaryEquals"], ["k:bin"], ["QUJD", "QUJE"], ["QUJD", "QUJF"]),
            (
                ["IpAddress", "NotIpAddress"], ["aws:SourceIp"],
                [
                    "203.0.113.0/24", "203.0.113.9", "0.0.0.0/0", "2001:db8::/32", "::/0",
                    "10.0.0.0/8",
                ],
                ["203.0.113.9", "203.0.113.10", "10.1.2.3", "2001:db8::1", "::1"]
            ),
            (
                ["ArnEquals", "ArnNotEquals", "ArnLike", "ArnNotLike"],
                ["aws:PrincipalArn", "aws:SourceArn"],
                [
                    "arn:aws:iam::111122223333:role/*", "arn:aws:iam::*:user/alice",
                    "arn:aws:iam::${aws:PrincipalAccount}:*", "arn:aws:cur:*:*:definition/?", "*",
                    "arn:aws:iam::111122223333:role/p/R",
                ],
                ["arn:aws:cur:us-east-1:111122223333:definition/a", "no ARN"]
            ),
        ]

    // MARK: Documents

    /// A document of the kind, as text.
    mutating func document(_ kind: String) -> String {
        let count = pick([1, 1, 2, 3])
        let statements = (0..<count).map { _ in statement(kind) }.joined(separator: ",")
        let version =
            kind == "identity" && chance(20) ? "" : "\"Version\":\"2012-10-17\","
        return "{\(version)\"Statement\":[\(statements)]}"
    }

    private mutating func statement(_ kind: String) -> String {
        let isDeny = kind == "rcp" || chance(25)
        var members = ["\"Effect\":\"\(isDeny ? "Deny" : "Allow")\""]
        switch kind {
        case "bucket", "trust", "key", "vpce":
            if isDeny, kind != "trust", chance(25) {
                members.append("\"NotPrincipal\":\(pick(RandomCases.notPrincipals))")
            } else {
                members.append("\"Principal\":\(pick(RandomCases.principals))")
            }
        case "rcp": members.append("\"Principal\":\"*\"")
        default: break
        }
        switch kind {
        case "trust": members.append(#""Action":"sts:AssumeRole""#)
        case "bucket":
            members.append(
                "\"Action\":\(list(RandomCases.actionPatterns.filter { $0.lowercased().hasPrefix("s3") }))"
            )
        case "rcp":
            members.append("\"Action\":\(list(RandomCases.actionPatterns.filter { $0 != "*" }))")
        default:
            members.append(
                "\"\(chance(15) ? "NotAction" : "Action")\":\(list(RandomCases.actionPatterns))"
            )
        }
        if kind != "trust" {
            members.append(
                "\"\(chance(12) ? "NotResource" : "Resource")\":\(list(RandomCases.resourcePatterns))"
            )
        }
        if chance(45) { members.append("\"Condition\":\(condition())") }
        return "{\(members.shuffled(using: &random).joined(separator: ","))}"
    }

    private mutating func list(_ values: [String]) -> String {
        let picked = several(values, 1...2).map { "\"\($0)\"" }
        return picked.count == 1 && chance(50) ? picked[0] : "[\(picked.joined(separator: ","))]"
    }

    private mutating func condition() -> String {
        var blocks: [String: String] = [:]
        for _ in 0..<pick([1, 1, 2]) {
            if chance(10) {
                let key = pick(["k:s", "k:n", "aws:username", "aws:PrincipalTag/Team", "k:none"])
                blocks["Null"] = "{\"\(key)\":\"\(pick(["true", "false"]))\"}"
                continue
            }
            let family = pick(RandomCases.families)
            var name = pick(family.operators)
            if chance(20) { name += "IfExists" }
            if chance(25) { name = pick(["ForAllValues:", "ForAnyValue:"]) + name }
            blocks[name] = "{\"\(pick(family.keys))\":\(list(family.wanted))}"
        }
        let members = blocks.sorted { $0.key < $1.key }.map { "\"\($0.key)\":\($0.value)" }
        return "{\(members.joined(separator: ","))}"
    }

    // MARK: Requests

    /// Sets caller, question and context.
    mutating func ask(_ question: inout NaiveCase) {
        let account = pick([RandomCases.owner, RandomCases.owner, RandomCases.other])
        question.kind = pick([
            "User", "User", "AssumedRole", "AssumedRole", "FederatedUser", "Root", "Anonymous",
            "Service",
        ])
        question.account = account
        question.organization = chance(40) ? "o-acme" : nil
        question.tags = chance(50) ? ["team": pick(["billing", "x"])] : [:]
        (question.roleARN, question.userARN, question.userName, question.service) =
            (nil, nil, nil, nil)
        switch question.kind {
        case "User":
            question.arn = "arn:aws:iam::\(account):user/alice"
            question.userName = "alice"
            question.userID = "AIDA1"
        case "AssumedRole":
            let path = chance(10) ? "aws-service-role" : "p"
            question.arn = "arn:aws:sts::\(account):assumed-role/R/s"
            question.roleARN = "arn:aws:iam::\(account):role/\(path)/R"
            question.userID = "AROA1:s"
        case "FederatedUser":
            question.arn = "arn:aws:sts::\(account):federated-user/f"
            question.userARN = "arn:aws:iam::\(account):user/alice"
            question.userID = "\(account):f"
        case "Root":
            question.arn = "arn:aws:iam::\(account):root"
            question.userID = account
        case "Service":
            question.account = ""
            question.arn = "cur.amazonaws.com"
            question.service = "cur.amazonaws.com"
            question.userID = nil
        default:
            question.account = ""
            question.arn = ""
            question.userID = nil
        }
        question.action = pick(RandomCases.actions)
        question.resource = pick(RandomCases.resources)
        if question.resourceLayer == "trust" {
            question.action = "sts:AssumeRole"
            question.resource = "arn:aws:iam::111122223333:role/R"
        }
        question.context = [:]
        for family in RandomCases.families {
            for key in Set(family.keys.map { $0.lowercased() }).sorted()
            where key != "aws:principalisawsservice" {
                if key.hasPrefix("aws:principal") || key.hasPrefix("aws:user")
                    || key.hasPrefix("s3:")
                {
                    continue
                }
                if chance(60) {
                    question.context[key] = several(family.met, chance(80) ? 1...1 : 0...3)
                }
            }
        }
    }
}
