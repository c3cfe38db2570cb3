import Testing

@testable import Policy

/// iam.md section 11: what Block Public Access calls public.
@Suite struct PublicTests {
    @Test(arguments: [
        (#""Principal":"*""#, true),
        (#""Principal":{"AWS":"*"}"#, true),
        (#""Principal":{"AWS":["111122223333","*"]}"#, true),
        (#""Principal":{"AWS":"111122223333"}"#, false),
        (#""Principal":{"Service":"billingreports.amazonaws.com"}"#, false),
        (#""Principal":"*","Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-acme"}}"#, false),
        (#""Principal":"*","Condition":{"StringLike":{"aws:PrincipalOrgID":"o-*"}}"#, true),
        (
            #""Principal":"*","Condition":{"StringEqualsIfExists":{"aws:PrincipalOrgID":"o-acme"}}"#,
            true
        ),
        (#""Principal":"*","Condition":{"StringNotEquals":{"aws:PrincipalOrgID":"o-acme"}}"#, true),
        (#""Principal":"*","Condition":{"StringEquals":{"aws:SourceVpce":"vpce-1"}}"#, false),
        (
            #""Principal":"*","Condition":{"StringEquals":{"aws:SourceVpce":["vpce-1","${aws:username}"]}}"#,
            true
        ),
        (#""Principal":"*","Condition":{"IpAddress":{"aws:SourceIp":"203.0.113.0/24"}}"#, false),
        (#""Principal":"*","Condition":{"IpAddress":{"aws:SourceIp":"10.0.0.0/8"}}"#, false),
        (#""Principal":"*","Condition":{"IpAddress":{"aws:SourceIp":"10.0.0.0/7"}}"#, true),
        (#""Principal":"*","Condition":{"IpAddress":{"aws:SourceIp":"2001::/31"}}"#, true),
        (
            #""Principal":"*","Condition":{"StringLike":{"aws:userid":"AROAOLDOLDOLDOLDOLDO:*"}}"#,
            true
        ),
        (#""Principal":"*","Condition":{"StringEquals":{"aws:userid":"111122223333"}}"#, false),
        (
            #""Principal":"*","Condition":{"ArnLike":{"s3:DataAccessPointArn":"arn:aws:s3:eu-west-1:111122223333:accesspoint/*"}}"#,
            false
        ),
        (
            #""Principal":"*","Condition":{"ArnLike":{"s3:DataAccessPointArn":"arn:aws:s3:eu-west-1:*:accesspoint/x"}}"#,
            true
        ),
        (#""Principal":"*","Condition":{"StringEquals":{"aws:UserAgent":"me"}}"#, true),
    ])
    func section11Public(_ example: (members: String, isPublic: Bool)) throws {
        let bucket = try ConditionExample.bucket(
            "{\"Effect\":\"Allow\",\(example.members),\"Action\":\"s3:GetObject\",\"Resource\":\"arn:aws:s3:::b/*\"}"
        )
        #expect((bucket.publicStatement != nil) == example.isPublic)
    }

    @Test func section11ADenyIsNeverPublic() throws {
        let bucket = try ConditionExample.bucket(
            #"{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"arn:aws:s3:::b/*"}"#
        )
        #expect(bucket.publicStatement == nil)
    }
}
