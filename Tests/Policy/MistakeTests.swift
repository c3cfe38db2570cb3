import JSON
import Testing

@testable import Policy

/// The catalogue of customers' mistakes, as far as policies decide them: decision, layer and first reason.
@Suite struct MistakeTests {
    struct Mistake: Sendable {
        let id: String
        /// `role`, `vendor`, or the principal of a case.
        let caller: String
        /// Members of a case.
        let documents: String
        let request: String
        let decision: String
        let layer: String?
        let reason: String
    }

    private static let callers = [
        "role":
            #"{"type":"AssumedRole","arn":"arn:aws:sts::111122223333:assumed-role/BillingExport/exporter-1","roleArn":"arn:aws:iam::111122223333:role/BillingExport","userId":"AROAEXAMPLE:exporter-1"}"#,
        "vendor":
            #"{"type":"AssumedRole","arn":"arn:aws:sts::444455556666:assumed-role/Exporter/worker-7","roleArn":"arn:aws:iam::444455556666:role/Exporter","userId":"AROAVENDOR:worker-7"}"#,
    ]

    private static let mistakes: [Mistake] = [
        Mistake(
            id: "M01",
            caller: "role",
            documents:
                #""identityPolicies":[{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:PutObject","Resource":"arn:aws:s3:::acme-billing-export"}]}]"#,
            request:
                #""action":"s3:PutObject","resource":"arn:aws:s3:::acme-billing-export/exports/2026/11/usage.csv","context":{"aws:SecureTransport":"true","aws:SourceIp":"198.51.100.7","aws:RequestedRegion":"us-east-1"}"#,
            decision: "implicitDeny",
            layer: "identity",
            reason:
                #"no identity-based policy allows s3:PutObject (identityPolicies[0] statement 1: Resource lacks /*)"#
        ),
        Mistake(
            id: "M02",
            caller: "role",
            documents:
                #""bucketPolicy":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/BillingExport"},"Action":"s3:PutObject","Resource":"arn:aws:s3:::acme-billing-export"}]}"#,
            request:
                #""action":"s3:PutObject","resource":"arn:aws:s3:::acme-billing-export/exports/2026/11/usage.csv","context":{"aws:SecureTransport":"true","aws:SourceIp":"198.51.100.7","aws:RequestedRegion":"us-east-1"}"#,
            decision: "invalidPolicy",
            layer: nil,
            reason:
                #"bucketPolicy: Statement[0]: none of the statement's resources is one that `s3:PutObject` is about"#
        ),
        Mistake(
            id: "M03",
            caller: "role",
            documents:
                #""identityPolicies":[{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:PutObject","s3:ListBucket"],"Resource":"arn:aws:s3:::acme-billing-export/*"}]}]"#,
            request:
                #""action":"s3:ListBucket","resource":"arn:aws:s3:::acme-billing-export","context":{"aws:SecureTransport":"true","aws:SourceIp":"198.51.100.7","aws:RequestedRegion":"us-east-1"}"#,
            decision: "implicitDeny",
            layer: "identity",
            reason:
                #"no identity-based policy allows s3:ListBucket (identityPolicies[0] statement 1: Resource covers the bucket's objects, not the bucket itself)"#
        ),
        Mistake(
            id: "M04",
            caller: "role",
            documents:
                #""identityPolicies":[{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:PutObject","Resource":"arn:aws:s3:::acme-biling-export/*"}]}]"#,
            request:
                #""action":"s3:PutObject","resource":"arn:aws:s3:::acme-billing-export/exports/2026/11/usage.csv","context":{"aws:SecureTransport":"true","aws:SourceIp":"198.51.100.7","aws:RequestedRegion":"us-east-1"}"#,
            decision: "implicitDeny",
            layer: "identity",
            reason:
                #"no identity-based policy allows s3:PutObject (identityPolicies[0] statement 1: Resource names bucket `acme-biling-export`, one letter from `acme-billing-export`)"#
        ),
        Mistake(
            id: "M05",
            caller: "role",
            documents:
                #""bucketPolicy":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/BillingExport"},"Action":"s3:PutObject","Resource":"arn:aws:s3:::acme-biling-export/*"}]}"#,
            request:
                #""action":"s3:PutObject","resource":"arn:aws:s3:::acme-billing-export/exports/2026/11/usage.csv","context":{"aws:SecureTransport":"true","aws:SourceIp":"198.51.100.7","aws:RequestedRegion":"us-east-1"}"#,
            decision: "invalidPolicy",
            layer: nil,
            reason:
                #"bucketPolicy: Statement[0].Resource: `arn:aws:s3:::acme-biling-export/*` is not in the bucket `acme-billing-export`"#
        ),
        Mistake(
            id: "M06",
            caller: "role",
            documents:
                #""bucketPolicy":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::ACCOUNT_ID:role/BillingExport"},"Action":"s3:PutObject","Resource":"arn:aws:s3:::acme-billing-export/*"}]}"#,
            request:
                #""action":"s3:PutObject","resource":"arn:aws:s3:::acme-billing-export/exports/2026/11/usage.csv","context":{"aws:SecureTransport":"true","aws:SourceIp":"198.51.100.7","aws:RequestedRegion":"us-east-1"}"#,
            decision: "invalidPolicy",
            layer: nil,
            reason:
                #"bucketPolicy: Statement[0].Principal.AWS: `arn:aws:iam::ACCOUNT_ID:role/BillingExport` is no `AWS` principal: is it a placeholder that was never filled in?"#
        ),
        Mistake(
            id: "M07",
            caller: "role",
            documents:
                #""identityPolicies":[{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:PutObject","Resource":"arn:aws:s3:::acme-billing-export/reports/*"}]}]"#,
            request:
                #""action":"s3:PutObject","resource":"arn:aws:s3:::acme-billing-export/exports/2026/11/usage.csv","context":{"aws:SecureTransport":"true","aws:SourceIp":"198.51.100.7","aws:RequestedRegion":"us-east-1"}"#,
            decision: "implicitDeny",
            layer: "identity",
            reason:
                #"no identity-based policy allows s3:PutObject (identityPolicies[0] statement 1: Resource covers the keys `reports/*`, not `exports/2026/11/usage.csv`)"#
        ),
        Mistake(
            id: "M08",
            caller: "role",
            documents:
                #""identityPolicies":[{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:PutObject","Resource":"arn:aws:s3:::acme-billing-export/Exports/*"}]}]"#,
            request:
                #""action":"s3:PutObject","resource":"arn:aws:s3:::acme-billing-export/exports/2026/11/usage.csv","context":{"aws:SecureTransport":"true","aws:SourceIp":"198.51.100.7","aws:RequestedRegion":"us-east-1"}"#,
            decision: "implicitDeny",
            layer: "identity",
            reason:
                #"no identity-based policy allows s3:PutObject (identityPolicies[0] statement 1: Resource `arn:aws:s3:::acme-billing-export/Exports/*` differs in case)"#
        ),
        Mistake(
            id: "M09",
            caller: "role",
            documents:
                #""identityPolicies":[{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:PutObject","Resource":"arn:aws:s3:::acme-billing-export/exports /*"}]}]"#,
            request:
                #""action":"s3:PutObject","resource":"arn:aws:s3:::acme-billing-export/exports/2026/11/usage.csv","context":{"aws:SecureTransport":"true","aws:SourceIp":"198.51.100.7","aws:RequestedRegion":"us-east-1"}"#,
            decision: "implicitDeny",
            layer: "identity",
            reason:
                #"no identity-based policy allows s3:PutObject (identityPolicies[0] statement 1: Resource `arn:aws:s3:::acme-billing-export/exports /*` has a stray space or invisible character, U+0020)"#
        ),
        Mistake(
            id: "M10",
            caller: "role",
            documents:
                #""identityPolicies":[{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:HeadObject","s3:CreateMultipartUpload","s3:UploadPart"],"Resource":"arn:aws:s3:::acme-billing-export/*"}]}]"#,
            request:
                #""action":"s3:GetObject","resource":"arn:aws:s3:::acme-billing-export/exports/2026/11/usage.csv","context":{"aws:SecureTransport":"true","aws:SourceIp":"198.51.100.7","aws:RequestedRegion":"us-east-1"}"#,
            decision: "implicitDeny",
            layer: "identity",
            reason:
                #"no identity-based policy allows s3:GetObject (identityPolicies[0] statement 1: Action names `s3:HeadObject`, which is no action: the call asks for `s3:GetObject`)"#
        ),
        Mistake(
            id: "M11",
            caller: "role",
            documents:
                #""bucketPolicy":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/BillingExport"},"Action":"s3:PutObjects","Resource":"arn:aws:s3:::acme-billing-export/*"}]}"#,
            request:
                #""action":"s3:PutObject","resource":"arn:aws:s3:::acme-billing-export/exports/2026/11/usage.csv","context":{"aws:SecureTransport":"true","aws:SourceIp":"198.51.100.7","aws:RequestedRegion":"us-east-1"}"#,
            decision: "invalidPolicy",
            layer: nil,
            reason:
                #"bucketPolicy: Statement[0].Action: there is no action `s3:PutObjects`; did you mean `s3:PutObject`?"#
        ),
        Mistake(
            id: "M12",
            caller: "role",
            documents:
                #""identityPolicies":[{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:PutObject","Resource":"arn:aws:s3:::acme-billing-export/*"}]}]"#,
            request:
                #""action":"s3:PutObjectAcl","resource":"arn:aws:s3:::acme-billing-export/exports/2026/11/usage.csv","context":{"aws:SecureTransport":"true","aws:SourceIp":"198.51.100.7","aws:RequestedRegion":"us-east-1"}"#,
            decision: "implicitDeny",
            layer: "identity",
            reason:
                #"no identity-based policy allows s3:PutObjectAcl (identityPolicies[0] statement 1: Action does not cover `s3:PutObjectAcl`)"#
        ),
        Mistake(
            id: "M13",
            caller: "role",
            documents:
                #""identityPolicies":[{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:PutObject","Resource":"arn:aws:s3:::acme-billing-export/*"}]}]"#,
            request:
                #""action":"s3:PutObjectTagging","resource":"arn:aws:s3:::acme-billing-export/exports/2026/11/usage.csv","context":{"aws:SecureTransport":"true","aws:SourceIp":"198.51.100.7","aws:RequestedRegion":"us-east-1"}"#,
            decision: "implicitDeny",
            layer: "identity",
            reason:
                #"no identity-based policy allows s3:PutObjectTagging (identityPolicies[0] statement 1: Action does not cover `s3:PutObjectTagging`)"#
        ),
        Mistake(
            id: "M15",
            caller: "role",
            documents:
                #""identityPolicies":[{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:PutObject","Resource":"arn:aws:s3:::acme-billing-export/*"}]}],"bucketPolicy":{"Version":"2012-10-17","Statement":[{"Sid":"RequireSSE","Effect":"Deny","Principal":"*","Action":"s3:PutObject","Resource":"arn:aws:s3:::acme-billing-export/*","Condition":{"StringNotEquals":{"s3:x-amz-server-side-encryption":"AES256"}}}]}"#,
            request:
                #""action":"s3:PutObject","resource":"arn:aws:s3:::acme-billing-export/exports/2026/11/usage.csv","context":{"aws:SecureTransport":"true","aws:SourceIp":"198.51.100.7","aws:RequestedRegion":"us-east-1"}"#,
            decision: "explicitDeny",
            layer: "resource",
            reason:
                #"explicit deny of s3:PutObject in bucketPolicy statement 1 (Condition StringNotEquals s3:x-amz-server-side-encryption wants anything but `AES256`, and holds because the key is absent)"#
        ),
        Mistake(
            id: "M16",
            caller: "role",
            documents:
                #""identityPolicies":[{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:PutObject","Resource":"arn:aws:s3:::acme-billing-export/*"}]}],"bucketPolicy":{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:PutObject","Resource":"arn:aws:s3:::acme-billing-export/*","Condition":{"StringNotEqualsIfExists":{"s3:x-amz-server-side-encryption":"aws:kms"}}}]}"#,
            request:
                #""action":"s3:PutObject","resource":"arn:aws:s3:::acme-billing-export/exports/2026/11/usage.csv","context":{"aws:SecureTransport":"true","aws:SourceIp":"198.51.100.7","aws:RequestedRegion":"us-east-1"}"#,
            decision: "explicitDeny",
            layer: "resource",
            reason:
                #"explicit deny of s3:PutObject in bucketPolicy statement 1 (Condition StringNotEqualsIfExists s3:x-amz-server-side-encryption holds because the key is absent)"#
        ),
        Mistake(
            id: "M17",
            caller: "role",
            documents:
                #""identityPolicies":[{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:PutObject","Resource":"arn:aws:s3:::acme-billing-export/*"}]}],"bucketPolicy":{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:PutObject","Resource":"arn:aws:s3:::acme-billing-export/*","Condition":{"StringNotEquals":{"s3:x-amz-server-side-encryption-aws-kms-key-id":"arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"}}}]}"#,
            request:
                #""action":"s3:PutObject","resource":"arn:aws:s3:::acme-billing-export/exports/2026/11/usage.csv","context":{"aws:SecureTransport":"true","aws:SourceIp":"198.51.100.7","aws:RequestedRegion":"us-east-1","s3:x-amz-server-side-encryption-aws-kms-key-id":"arn:aws:kms:us-east-1:111122223333:key/other"}"#,
            decision: "explicitDeny",
            layer: "resource",
            reason:
                #"explicit deny of s3:PutObject in bucketPolicy statement 1 (Condition StringNotEquals s3:x-amz-server-side-encryption-aws-kms-key-id wants anything but `arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab`, met `arn:aws:kms:us-east-1:111122223333:key/other`)"#
        ),
        Mistake(
            id: "M18",
            caller: "role",
            documents:
                #""identityPolicies":[{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:PutObject","Resource":"arn:aws:s3:::acme-billing-export/*"}]}],"bucketPolicy":{"Version":"2012-10-17","Statement":[{"Sid":"DenyInsecureTransport","Effect":"Deny","Principal":"*","Action":"s3:*","Resource":["arn:aws:s3:::acme-billing-export","arn:aws:s3:::acme-billing-export/*"],"Condition":{"Bool":{"aws:SecureTransport":"false"}}}]}"#,
            request:
                #""action":"s3:PutObject","resource":"arn:aws:s3:::acme-billing-export/exports/2026/11/usage.csv","context":{"aws:SecureTransport":"false","aws:SourceIp":"198.51.100.7","aws:RequestedRegion":"us-east-1"}"#,
            decision: "explicitDeny",
            layer: "resource",
            reason:
                #"explicit deny of s3:PutObject in bucketPolicy statement 1 (Condition Bool aws:SecureTransport met `false`)"#
        ),
        Mistake(
            id: "M19",
            caller: "role",
            documents:
                #""identityPolicies":[{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:PutObject","Resource":"arn:aws:s3:::acme-billing-export/*"}]}],"bucketPolicy":{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":["arn:aws:s3:::acme-billing-export","arn:aws:s3:::acme-billing-export/*"],"Condition":{"NumericLessThan":{"s3:TlsVersion":1.2}}}]}"#,
            request:
                #""action":"s3:PutObject","resource":"arn:aws:s3:::acme-billing-export/exports/2026/11/usage.csv","context":{"aws:SecureTransport":"true","aws:SourceIp":"198.51.100.7","aws:RequestedRegion":"us-east-1","s3:TlsVersion":"1.1"}"#,
            decision: "explicitDeny",
            layer: "resource",
            reason:
                #"explicit deny of s3:PutObject in bucketPolicy statement 1 (Condition NumericLessThan s3:TlsVersion met `1.1`)"#
        ),
        Mistake(
            id: "M20",
            caller: "role",
            documents:
                #""identityPolicies":[{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:PutObject","Resource":"arn:aws:s3:::acme-billing-export/*"}]}],"bucketPolicy":{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":["arn:aws:s3:::acme-billing-export","arn:aws:s3:::acme-billing-export/*"],"Condition":{"NotIpAddress":{"aws:SourceIp":["203.0.113.0/24"]}}}]}"#,
            request:
                #""action":"s3:PutObject","resource":"arn:aws:s3:::acme-billing-export/exports/2026/11/usage.csv","context":{"aws:SecureTransport":"true","aws:SourceIp":"198.51.100.7","aws:RequestedRegion":"us-east-1"}"#,
            decision: "explicitDeny",
            layer: "resource",
            reason:
                #"explicit deny of s3:PutObject in bucketPolicy statement 1 (Condition NotIpAddress aws:SourceIp wants anything but `203.0.113.0/24`, met `198.51.100.7`)"#
        ),
        Mistake(
            id: "M21",
            caller: "role",
            documents:
                #""identityPolicies":[{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:PutObject","Resource":"arn:aws:s3:::acme-billing-export/*"}]}],"bucketPolicy":{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":["arn:aws:s3:::acme-billing-export","arn:aws:s3:::acme-billing-export/*"],"Condition":{"NotIpAddress":{"aws:SourceIp":"203.0.113.0/24"}}}]}"#,
            request:
                #""action":"s3:PutObject","resource":"arn:aws:s3:::acme-billing-export/exports/2026/11/usage.csv","context":{"aws:SecureTransport":"true","aws:RequestedRegion":"us-east-1"}"#,
            decision: "explicitDeny",
            layer: "resource",
            reason:
                #"explicit deny of s3:PutObject in bucketPolicy statement 1 (Condition NotIpAddress aws:SourceIp wants anything but `203.0.113.0/24`, and holds because the key is absent)"#
        ),
        Mistake(
            id: "M22",
            caller: "role",
            documents:
                #""identityPolicies":[{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:PutObject","Resource":"arn:aws:s3:::acme-billing-export/*"}]}],"bucketPolicy":{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":["arn:aws:s3:::acme-billing-export","arn:aws:s3:::acme-billing-export/*"],"Condition":{"StringNotEquals":{"aws:SourceVpce":"vpce-1a2b3c4d"}}}]}"#,
            request:
                #""action":"s3:PutObject","resource":"arn:aws:s3:::acme-billing-export/exports/2026/11/usage.csv","context":{"aws:SecureTransport":"true","aws:SourceIp":"198.51.100.7","aws:RequestedRegion":"us-east-1"}"#,
            decision: "explicitDeny",
            layer: "resource",
            reason:
                #"explicit deny of s3:PutObject in bucketPolicy statement 1 (Condition StringNotEquals aws:SourceVpce wants anything but `vpce-1a2b3c4d`, and holds because the key is absent)"#
        ),
        Mistake(
            id: "M23",
            caller: "role",
            documents:
                #""identityPolicies":[{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:PutObject","Resource":"arn:aws:s3:::acme-billing-export/*"}]}],"bucketPolicy":{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:PutObject","Resource":"arn:aws:s3:::acme-billing-export/*","Condition":{"StringNotEquals":{"s3:x-amz-acl":"bucket-owner-full-control"}}}]}"#,
            request:
                #""action":"s3:PutObject","resource":"arn:aws:s3:::acme-billing-export/exports/2026/11/usage.csv","context":{"aws:SecureTransport":"true","aws:SourceIp":"198.51.100.7","aws:RequestedRegion":"us-east-1"}"#,
            decision: "explicitDeny",
            layer: "resource",
            reason:
                #"explicit deny of s3:PutObject in bucketPolicy statement 1 (Condition StringNotEquals s3:x-amz-acl wants anything but `bucket-owner-full-control`, and holds because the key is absent)"#
        ),
        Mistake(
            id: "M24",
            caller: "role",
            documents:
                #""identityPolicies":[{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["s3:PutObject","s3:PutObjectAcl"],"Resource":"arn:aws:s3:::acme-billing-export/*"}]}]"#,
            request:
                #""action":"s3:PutObject","resource":"arn:aws:s3:::acme-billing-export/exports/2026/11/usage.csv","context":{"aws:SecureTransport":"true","aws:SourceIp":"198.51.100.7","aws:RequestedRegion":"us-east-1"}"#,
            decision: "allow",
            layer: nil,
            reason: #"s3:PutObject is allowed by identityPolicies[0] statement 1"#
        ),
        Mistake(
            id: "M25",
            caller: "role",
            documents:
                #""identityPolicies":[{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:PutObject","Resource":"arn:aws:s3:::acme-billing-export/*"}]}],"bucketPolicy":{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:PutObject","Resource":"arn:aws:s3:::acme-billing-export/*","Condition":{"StringNotEquals":{"s3:RequestObjectTag/Project":"X"}}}]}"#,
            request:
                #""action":"s3:PutObject","resource":"arn:aws:s3:::acme-billing-export/exports/2026/11/usage.csv","context":{"aws:SecureTransport":"true","aws:SourceIp":"198.51.100.7","aws:RequestedRegion":"us-east-1"}"#,
            decision: "explicitDeny",
            layer: "resource",
            reason:
                #"explicit deny of s3:PutObject in bucketPolicy statement 1 (Condition StringNotEquals s3:RequestObjectTag/Project wants anything but `X`, and holds because the key is absent)"#
        ),
        Mistake(
            id: "M26",
            caller: "role",
            documents:
                #""bucketPolicy":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/BillingExport"},"Action":"s3:PutObject","Resource":"arn:aws:s3:::acme-billing-export/*","Condition":{"StringEquals":{"s3:ExistingObjectTag/team":"billing"}}}]}"#,
            request:
                #""action":"s3:PutObject","resource":"arn:aws:s3:::acme-billing-export/exports/2026/11/usage.csv","context":{"aws:SecureTransport":"true","aws:SourceIp":"198.51.100.7","aws:RequestedRegion":"us-east-1"}"#,
            decision: "implicitDeny",
            layer: "identity",
            reason:
                #"no identity-based policy allows s3:PutObject (bucketPolicy statement 1: Condition StringEquals s3:ExistingObjectTag/team wants `billing`: the key is absent)"#
        ),
        Mistake(
            id: "M27",
            caller: "role",
            documents:
                #""identityPolicies":[{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:PutObject","Resource":"arn:aws:s3:::acme-billing-export/*"}]}],"bucketPolicy":{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:PutObject","Resource":"arn:aws:s3:::acme-billing-export/*","Condition":{"Null":{"s3:if-none-match":"true"},"Bool":{"s3:ObjectCreationOperation":"true"}}}]}"#,
            request:
                #""action":"s3:PutObject","resource":"arn:aws:s3:::acme-billing-export/exports/2026/11/usage.csv","context":{"aws:SecureTransport":"true","aws:SourceIp":"198.51.100.7","aws:RequestedRegion":"us-east-1","s3:ObjectCreationOperation":"true"}"#,
            decision: "explicitDeny",
            layer: "resource",
            reason:
                #"explicit deny of s3:PutObject in bucketPolicy statement 1 (Condition Null s3:if-none-match the key is absent; Condition Bool s3:ObjectCreationOperation met `true`)"#
        ),
        Mistake(
            id: "M28",
            caller: "role",
            documents:
                #""identityPolicies":[{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:PutObject","Resource":"arn:aws:s3:::acme-billing-export/*","Condition":{"StringEquals":{"s3:x-amz-storage-class":"STANDARD*"}}}]}]"#,
            request:
                #""action":"s3:PutObject","resource":"arn:aws:s3:::acme-billing-export/exports/2026/11/usage.csv","context":{"aws:SecureTransport":"true","aws:SourceIp":"198.51.100.7","aws:RequestedRegion":"us-east-1","s3:x-amz-storage-class":"STANDARD_IA"}"#,
            decision: "implicitDeny",
            layer: "identity",
            reason:
                #"no identity-based policy allows s3:PutObject (identityPolicies[0] statement 1: Condition StringEquals s3:x-amz-storage-class wants `STANDARD*`, met `STANDARD_IA`: StringEquals knows no wildcards, StringLike does)"#
        ),
        Mistake(
            id: "M29",
            caller: "vendor",
            documents:
                #""identityPolicies":[{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:PutObject","Resource":"arn:aws:s3:::acme-billing-export/*"}]}],"bucketPolicy":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:PutObject","Resource":"arn:aws:s3:::acme-billing-export/*","Condition":{"StringEquals":{"aws:PrincipalOrgID":"o-acmeorg123"}}}]}"#,
            request:
                #""action":"s3:PutObject","resource":"arn:aws:s3:::acme-billing-export/exports/2026/11/usage.csv","context":{"aws:SecureTransport":"true","aws:SourceIp":"198.51.100.7","aws:RequestedRegion":"us-east-1"}"#,
            decision: "implicitDeny",
            layer: "resource",
            reason:
                #"no resource-based policy allows s3:PutObject (bucketPolicy statement 1: Condition StringEquals aws:PrincipalOrgID wants `o-acmeorg123`: the key is absent)"#
        ),
        Mistake(
            id: "M30",
            caller: "role",
            documents:
                #""identityPolicies":[{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:PutObject","Resource":"arn:aws:s3:::acme-billing-export/*"}]}],"bucketPolicy":{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:PutObject","Resource":"arn:aws:s3:::acme-billing-export/*","Condition":{"NumericGreaterThan":{"s3:signatureAge":600000},"StringEquals":{"s3:authType":"REST-QUERY-STRING"}}}]}"#,
            request:
                #""action":"s3:PutObject","resource":"arn:aws:s3:::acme-billing-export/exports/2026/11/usage.csv","context":{"aws:SecureTransport":"true","aws:SourceIp":"198.51.100.7","aws:RequestedRegion":"us-east-1","s3:signatureAge":"700000","s3:authType":"REST-QUERY-STRING"}"#,
            decision: "explicitDeny",
            layer: "resource",
            reason:
                #"explicit deny of s3:PutObject in bucketPolicy statement 1 (Condition NumericGreaterThan s3:signatureAge met `700000`; Condition StringEquals s3:authType met `REST-QUERY-STRING`)"#
        ),
        Mistake(
            id: "M31",
            caller: "vendor",
            documents:
                #""identityPolicies":[{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:PutObject","Resource":"arn:aws:s3:::acme-billing-export/*"}]}]"#,
            request:
                #""action":"s3:PutObject","resource":"arn:aws:s3:::acme-billing-export/exports/2026/11/usage.csv","context":{"aws:SecureTransport":"true","aws:SourceIp":"198.51.100.7","aws:RequestedRegion":"us-east-1"}"#,
            decision: "implicitDeny",
            layer: "resource",
            reason: #"no resource-based policy allows s3:PutObject (there is none)"#
        ),
        Mistake(
            id: "M32",
            caller: "vendor",
            documents:
                #""bucketPolicy":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::444455556666:role/Exporter"},"Action":"s3:PutObject","Resource":"arn:aws:s3:::acme-billing-export/*"}]}"#,
            request:
                #""action":"s3:PutObject","resource":"arn:aws:s3:::acme-billing-export/exports/2026/11/usage.csv","context":{"aws:SecureTransport":"true","aws:SourceIp":"198.51.100.7","aws:RequestedRegion":"us-east-1"}"#,
            decision: "implicitDeny",
            layer: "identity",
            reason: #"no identity-based policy allows s3:PutObject (there is none)"#
        ),
        Mistake(
            id: "M33",
            caller: "vendor",
            documents:
                #""identityPolicies":[{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:PutObject","Resource":"arn:aws:s3:::acme-billing-export/*"}]}],"bucketPolicy":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::444455556666:role/Export"},"Action":"s3:PutObject","Resource":"arn:aws:s3:::acme-billing-export/*"}]}"#,
            request:
                #""action":"s3:PutObject","resource":"arn:aws:s3:::acme-billing-export/exports/2026/11/usage.csv","context":{"aws:SecureTransport":"true","aws:SourceIp":"198.51.100.7","aws:RequestedRegion":"us-east-1"}"#,
            decision: "implicitDeny",
            layer: "resource",
            reason:
                #"no resource-based policy allows s3:PutObject (bucketPolicy statement 1: Principal has `arn:aws:iam::444455556666:role/Export`, two letters from `arn:aws:iam::444455556666:role/Exporter`)"#
        ),
        Mistake(
            id: "M34",
            caller: "role",
            documents:
                #""identityPolicies":[{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:PutObject","Resource":"arn:aws:s3:::acme-billing-export/*"}]}],"bucketPolicy":{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:PutObject","Resource":"arn:aws:s3:::acme-billing-export/*","Condition":{"ArnNotEquals":{"aws:PrincipalArn":"arn:aws:sts::111122223333:assumed-role/BillingExport/exporter-1"}}}]}"#,
            request:
                #""action":"s3:PutObject","resource":"arn:aws:s3:::acme-billing-export/exports/2026/11/usage.csv","context":{"aws:SecureTransport":"true","aws:SourceIp":"198.51.100.7","aws:RequestedRegion":"us-east-1"}"#,
            decision: "explicitDeny",
            layer: "resource",
            reason:
                #"explicit deny of s3:PutObject in bucketPolicy statement 1 (Condition ArnNotEquals aws:PrincipalArn wants anything but `arn:aws:sts::111122223333:assumed-role/BillingExport/exporter-1`, met `arn:aws:iam::111122223333:role/BillingExport`)"#
        ),
        Mistake(
            id: "M35",
            caller: "role",
            documents:
                #""bucketPolicy":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:sts::111122223333:assumed-role/BillingExport/exporter-2"},"Action":"s3:PutObject","Resource":"arn:aws:s3:::acme-billing-export/*"}]}"#,
            request:
                #""action":"s3:PutObject","resource":"arn:aws:s3:::acme-billing-export/exports/2026/11/usage.csv","context":{"aws:SecureTransport":"true","aws:SourceIp":"198.51.100.7","aws:RequestedRegion":"us-east-1"}"#,
            decision: "implicitDeny",
            layer: "identity",
            reason:
                #"no identity-based policy allows s3:PutObject (bucketPolicy statement 1: Principal names one session, `arn:aws:sts::111122223333:assumed-role/BillingExport/exporter-2`, not all of `arn:aws:iam::111122223333:role/BillingExport`)"#
        ),
        Mistake(
            id: "M36",
            caller: "role",
            documents:
                #""bucketPolicy":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:sts::111122223333:assumed-role/BillingExport/*"},"Action":"s3:PutObject","Resource":"arn:aws:s3:::acme-billing-export/*"}]}"#,
            request:
                #""action":"s3:PutObject","resource":"arn:aws:s3:::acme-billing-export/exports/2026/11/usage.csv","context":{"aws:SecureTransport":"true","aws:SourceIp":"198.51.100.7","aws:RequestedRegion":"us-east-1"}"#,
            decision: "invalidPolicy",
            layer: nil,
            reason:
                #"bucketPolicy: Statement[0].Principal.AWS: `arn:aws:sts::111122223333:assumed-role/BillingExport/*` is no `AWS` principal: it can hold no wildcard; use `*` with ArnLike on `aws:PrincipalArn`"#
        ),
        Mistake(
            id: "M37",
            caller: "role",
            documents:
                #""identityPolicies":[{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:PutObject","Resource":"arn:aws:s3:::acme-billing-export/*"}]}],"bucketPolicy":{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:PutObject","Resource":"arn:aws:s3:::acme-billing-export/*","Condition":{"StringNotLike":{"aws:userid":["AROAOLDOLDOLDOLDOLDO:*","111122223333"]}}}]}"#,
            request:
                #""action":"s3:PutObject","resource":"arn:aws:s3:::acme-billing-export/exports/2026/11/usage.csv","context":{"aws:SecureTransport":"true","aws:SourceIp":"198.51.100.7","aws:RequestedRegion":"us-east-1"}"#,
            decision: "explicitDeny",
            layer: "resource",
            reason:
                #"explicit deny of s3:PutObject in bucketPolicy statement 1 (Condition StringNotLike aws:userid wants anything but `AROAOLDOLDOLDOLDOLDO:*` or `111122223333`, met `AROAEXAMPLE:exporter-1`)"#
        ),
        Mistake(
            id: "M38",
            caller: "role",
            documents:
                #""bucketPolicy":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:root"},"Action":"s3:PutObject","Resource":"arn:aws:s3:::acme-billing-export/*"}]}"#,
            request:
                #""action":"s3:PutObject","resource":"arn:aws:s3:::acme-billing-export/exports/2026/11/usage.csv","context":{"aws:SecureTransport":"true","aws:SourceIp":"198.51.100.7","aws:RequestedRegion":"us-east-1"}"#,
            decision: "implicitDeny",
            layer: "identity",
            reason:
                #"no identity-based policy allows s3:PutObject (there is none; the resource's policy names the account, which leaves it to these)"#
        ),
        Mistake(
            id: "M39",
            caller: "role",
            documents:
                #""bucketPolicy":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"11112222333"},"Action":"s3:PutObject","Resource":"arn:aws:s3:::acme-billing-export/*"}]}"#,
            request:
                #""action":"s3:PutObject","resource":"arn:aws:s3:::acme-billing-export/exports/2026/11/usage.csv","context":{"aws:SecureTransport":"true","aws:SourceIp":"198.51.100.7","aws:RequestedRegion":"us-east-1"}"#,
            decision: "invalidPolicy",
            layer: nil,
            reason:
                #"bucketPolicy: Statement[0].Principal.AWS: `11112222333` is no `AWS` principal: an account has twelve digits; is a leading zero lost?"#
        ),
        Mistake(
            id: "M40",
            caller: "role",
            documents:
                #""identityPolicies":[{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:PutObject","Resource":"arn:aws:s3:::acme-billing-export/*"}]}],"bucketPolicy":{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Action":"s3:*","Resource":["arn:aws:s3:::acme-billing-export","arn:aws:s3:::acme-billing-export/*"],"NotPrincipal":{"AWS":["arn:aws:iam::111122223333:role/BillingExport"]}}]}"#,
            request:
                #""action":"s3:PutObject","resource":"arn:aws:s3:::acme-billing-export/exports/2026/11/usage.csv","context":{"aws:SecureTransport":"true","aws:SourceIp":"198.51.100.7","aws:RequestedRegion":"us-east-1"}"#,
            decision: "explicitDeny",
            layer: "resource",
            reason:
                #"explicit deny of s3:PutObject in bucketPolicy statement 1 (NotPrincipal excepts a session only when account, role and session are all listed)"#
        ),
        Mistake(
            id: "M41",
            caller: "role",
            documents:
                #""identityPolicies":[{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:PutObject","Resource":"arn:aws:s3:::acme-billing-export/${aws:username}/*"}]}]"#,
            request:
                #""action":"s3:PutObject","resource":"arn:aws:s3:::acme-billing-export/exports/2026/11/usage.csv","context":{"aws:SecureTransport":"true","aws:SourceIp":"198.51.100.7","aws:RequestedRegion":"us-east-1"}"#,
            decision: "implicitDeny",
            layer: "identity",
            reason:
                #"no identity-based policy allows s3:PutObject (identityPolicies[0] statement 1: Resource matches nothing: the variable `aws:username` has no value for this caller)"#
        ),
        Mistake(
            id: "M42",
            caller: #"{"type":"Service","service":"billingreports.amazonaws.com"}"#,
            documents:
                #""bucketPolicy":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"Service":"billingreports.amazonaws.com"},"Action":"s3:PutObject","Resource":"arn:aws:s3:::acme-billing-export/*","Condition":{"StringEquals":{"aws:SourceAccount":"777788889999"}}}]}"#,
            request:
                #""action":"s3:PutObject","resource":"arn:aws:s3:::acme-billing-export/exports/2026/11/usage.csv","context":{"aws:SecureTransport":"true","aws:SourceIp":"198.51.100.7","aws:RequestedRegion":"us-east-1","aws:SourceAccount":"111122223333"}"#,
            decision: "implicitDeny",
            layer: "resource",
            reason:
                #"no resource-based policy allows s3:PutObject (bucketPolicy statement 1: Condition StringEquals aws:SourceAccount wants `777788889999`, met `111122223333`)"#
        ),
        Mistake(
            id: "M43",
            caller: "vendor",
            documents:
                #""identityPolicies":[{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"*"}]}],"bucketPolicy":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::777788889999:root"},"Action":"sts:AssumeRole"}]},"resourcePolicyType":"roleTrust""#,
            request:
                #""action":"sts:AssumeRole","resource":"arn:aws:iam::111122223333:role/BillingExport","context":{"aws:SecureTransport":"true","aws:SourceIp":"198.51.100.7","aws:RequestedRegion":"us-east-1"}"#,
            decision: "implicitDeny",
            layer: "trust",
            reason:
                #"no role trust policy allows sts:AssumeRole (bucketPolicy statement 1: Principal does not cover `arn:aws:sts::444455556666:assumed-role/Exporter/worker-7`)"#
        ),
        Mistake(
            id: "M44",
            caller: "vendor",
            documents:
                #""identityPolicies":[{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole","Resource":"*"}]}],"bucketPolicy":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::444455556666:root"},"Action":"sts:AssumeRole","Condition":{"StringEquals":{"sts:ExternalId":"cust-7f3a"}}}]},"resourcePolicyType":"roleTrust""#,
            request:
                #""action":"sts:AssumeRole","resource":"arn:aws:iam::111122223333:role/BillingExport","context":{"aws:SecureTransport":"true","aws:SourceIp":"198.51.100.7","aws:RequestedRegion":"us-east-1","sts:ExternalId":"cust-7f3a "}"#,
            decision: "implicitDeny",
            layer: "trust",
            reason:
                #"no role trust policy allows sts:AssumeRole (bucketPolicy statement 1: Condition StringEquals sts:ExternalId wants `cust-7f3a`, met `cust-7f3a `: they differ in a space)"#
        ),
        Mistake(
            id: "M45",
            caller: "vendor",
            documents:
                #""bucketPolicy":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::444455556666:root"},"Action":"sts:AssumeRole"}]},"resourcePolicyType":"roleTrust""#,
            request:
                #""action":"sts:AssumeRole","resource":"arn:aws:iam::111122223333:role/BillingExport","context":{"aws:SecureTransport":"true","aws:SourceIp":"198.51.100.7","aws:RequestedRegion":"us-east-1"}"#,
            decision: "implicitDeny",
            layer: "identity",
            reason: #"no identity-based policy allows sts:AssumeRole (there is none)"#
        ),
        Mistake(
            id: "M47",
            caller: "role",
            documents:
                #""identityPolicies":[{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:PutObject","Resource":"arn:aws:s3:::acme-billing-export/*"}]}],"boundary":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":["cloudwatch:*","ec2:*"],"Resource":"*"}]}"#,
            request:
                #""action":"s3:PutObject","resource":"arn:aws:s3:::acme-billing-export/exports/2026/11/usage.csv","context":{"aws:SecureTransport":"true","aws:SourceIp":"198.51.100.7","aws:RequestedRegion":"us-east-1"}"#,
            decision: "implicitDeny",
            layer: "boundary",
            reason:
                #"no permissions boundary allows s3:PutObject (boundary statement 1: Action does not cover `s3:PutObject`)"#
        ),
        Mistake(
            id: "M48",
            caller: "role",
            documents:
                #""identityPolicies":[{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:PutObject","Resource":"arn:aws:s3:::acme-billing-export/*"}]}],"sessionPolicy":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:GetObject","Resource":"*"}]}"#,
            request:
                #""action":"s3:PutObject","resource":"arn:aws:s3:::acme-billing-export/exports/2026/11/usage.csv","context":{"aws:SecureTransport":"true","aws:SourceIp":"198.51.100.7","aws:RequestedRegion":"us-east-1"}"#,
            decision: "implicitDeny",
            layer: "session",
            reason:
                #"no session policy allows s3:PutObject (sessionPolicy statement 1: Action does not cover `s3:PutObject`)"#
        ),
        Mistake(
            id: "M49",
            caller: "role",
            documents:
                #""identityPolicies":[{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:PutObject","Resource":"arn:aws:s3:::acme-billing-export/*"}]}],"scps":[[{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}],[{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Resource":"*","NotAction":["iam:*","sts:*"],"Condition":{"StringNotEquals":{"aws:RequestedRegion":["eu-central-1","eu-west-1"]}}}]},{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}]]"#,
            request:
                #""action":"s3:PutObject","resource":"arn:aws:s3:::acme-billing-export/exports/2026/11/usage.csv","context":{"aws:SecureTransport":"true","aws:SourceIp":"198.51.100.7","aws:RequestedRegion":"us-east-1"}"#,
            decision: "explicitDeny",
            layer: "scp",
            reason:
                #"explicit deny of s3:PutObject in scps[1][0] statement 1 (Condition StringNotEquals aws:RequestedRegion wants anything but `eu-central-1` or `eu-west-1`, met `us-east-1`)"#
        ),
        Mistake(
            id: "M50",
            caller: "role",
            documents:
                #""identityPolicies":[{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:PutObject","Resource":"arn:aws:s3:::acme-billing-export/*"}]}],"scps":[[{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}],[{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"ec2:*","Resource":"*"}]}]]"#,
            request:
                #""action":"s3:PutObject","resource":"arn:aws:s3:::acme-billing-export/exports/2026/11/usage.csv","context":{"aws:SecureTransport":"true","aws:SourceIp":"198.51.100.7","aws:RequestedRegion":"us-east-1"}"#,
            decision: "implicitDeny",
            layer: "scp",
            reason:
                #"no service control policy allows s3:PutObject (scps[1][0] statement 1: Action does not cover `s3:PutObject`)"#
        ),
        Mistake(
            id: "M51",
            caller: "vendor",
            documents:
                #""identityPolicies":[{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:PutObject","Resource":"arn:aws:s3:::acme-billing-export/*"}]}],"bucketPolicy":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:PutObject","Resource":"arn:aws:s3:::acme-billing-export/*","Principal":{"AWS":"444455556666"}}]},"rcps":[{"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"s3:*","Resource":"*","Condition":{"StringNotEqualsIfExists":{"aws:PrincipalOrgID":"o-acmeorg123"},"BoolIfExists":{"aws:PrincipalIsAWSService":"false"}}}]}]"#,
            request:
                #""action":"s3:PutObject","resource":"arn:aws:s3:::acme-billing-export/exports/2026/11/usage.csv","context":{"aws:SecureTransport":"true","aws:SourceIp":"198.51.100.7","aws:RequestedRegion":"us-east-1"}"#,
            decision: "explicitDeny",
            layer: "rcp",
            reason:
                #"explicit deny of s3:PutObject in rcps[0] statement 1 (Condition StringNotEqualsIfExists aws:PrincipalOrgID holds because the key is absent; Condition BoolIfExists aws:PrincipalIsAWSService met `false`)"#
        ),
        Mistake(
            id: "M52",
            caller: "role",
            documents:
                #""bucketPolicy":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:role/KeyAdmin"},"Action":"kms:*","Resource":"*"}]},"resourcePolicyType":"kmsKey""#,
            request:
                #""action":"kms:GenerateDataKey","resource":"arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab","context":{"aws:SecureTransport":"true","aws:SourceIp":"198.51.100.7","aws:RequestedRegion":"us-east-1"}"#,
            decision: "implicitDeny",
            layer: "key",
            reason:
                #"no resource-based policy allows kms:GenerateDataKey (bucketPolicy statement 1: Principal does not cover `arn:aws:sts::111122223333:assumed-role/BillingExport/exporter-1`)"#
        ),
        Mistake(
            id: "M53",
            caller: "role",
            documents:
                #""identityPolicies":[{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"kms:GenerateDataKey","Resource":"arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab"}]}],"bucketPolicy":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Principal":{"AWS":"111122223333"},"Action":"kms:*","Resource":"*"}]},"resourcePolicyType":"kmsKey""#,
            request:
                #""action":"kms:Decrypt","resource":"arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab-34cd-56ef-1234567890ab","context":{"aws:SecureTransport":"true","aws:SourceIp":"198.51.100.7","aws:RequestedRegion":"us-east-1"}"#,
            decision: "implicitDeny",
            layer: "identity",
            reason:
                #"no identity-based policy allows kms:Decrypt (identityPolicies[0] statement 1: Action does not cover `kms:Decrypt`; the resource's policy names the account, which leaves it to these)"#
        ),
        Mistake(
            id: "M56",
            caller: "role",
            documents:
                #""identityPolicies":["{\u201cVersion\u201d:\u201c2012-10-17\u201d,\u201cStatement\u201d:[]}"]"#,
            request:
                #""action":"s3:PutObject","resource":"arn:aws:s3:::acme-billing-export/exports/2026/11/usage.csv","context":{"aws:SecureTransport":"true","aws:SourceIp":"198.51.100.7","aws:RequestedRegion":"us-east-1"}"#,
            decision: "invalidPolicy",
            layer: nil,
            reason: #"identityPolicies[0]: character U+201C is not allowed in a policy"#
        ),
        Mistake(
            id: "M57",
            caller: "role",
            documents:
                #""identityPolicies":["{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":\"s3:PutObject\",\"Resource\":\"*\",}]}"]"#,
            request:
                #""action":"s3:PutObject","resource":"arn:aws:s3:::acme-billing-export/exports/2026/11/usage.csv","context":{"aws:SecureTransport":"true","aws:SourceIp":"198.51.100.7","aws:RequestedRegion":"us-east-1"}"#,
            decision: "invalidPolicy",
            layer: nil,
            reason: #"identityPolicies[0]: trailing comma: remove it, or add what should follow it"#
        ),
        Mistake(
            id: "M58",
            caller: "role",
            documents: #""identityPolicies":["policy.json"]"#,
            request:
                #""action":"s3:PutObject","resource":"arn:aws:s3:::acme-billing-export/exports/2026/11/usage.csv","context":{"aws:SecureTransport":"true","aws:SourceIp":"198.51.100.7","aws:RequestedRegion":"us-east-1"}"#,
            decision: "invalidPolicy",
            layer: nil,
            reason:
                #"identityPolicies[0]: expected a value, met `policy`: is it missing its double quotes?"#
        ),
        Mistake(
            id: "M59",
            caller: "role",
            documents:
                #""bucketPolicy":{"Version":"2012-10-18","Statement":[{"Effect":"Allow","Principal":"*","Action":"s3:PutObject","Resource":"arn:aws:s3:::acme-billing-export/*"}]}"#,
            request:
                #""action":"s3:PutObject","resource":"arn:aws:s3:::acme-billing-export/exports/2026/11/usage.csv","context":{"aws:SecureTransport":"true","aws:SourceIp":"198.51.100.7","aws:RequestedRegion":"us-east-1"}"#,
            decision: "invalidPolicy",
            layer: nil,
            reason:
                #"bucketPolicy: Version: unknown version `2012-10-18`: it must be `2012-10-17` or `2008-10-17`"#
        ),
        Mistake(
            id: "M60",
            caller: #"{"type":"User","arn":"arn:aws:iam::111122223333:user/alice"}"#,
            documents:
                #""bucketPolicy":{"Statement":[{"Effect":"Allow","Principal":{"AWS":"arn:aws:iam::111122223333:user/alice"},"Action":"s3:PutObject","Resource":"arn:aws:s3:::acme-billing-export/${aws:username}/*"}]}"#,
            request:
                #""action":"s3:PutObject","resource":"arn:aws:s3:::acme-billing-export/alice/x","context":{"aws:SecureTransport":"true","aws:SourceIp":"198.51.100.7","aws:RequestedRegion":"us-east-1"}"#,
            decision: "implicitDeny",
            layer: "identity",
            reason:
                #"no identity-based policy allows s3:PutObject (bucketPolicy statement 1: Resource has `${` as plain text: variables need "Version": "2012-10-17")"#
        ),
        Mistake(
            id: "M61",
            caller: "role",
            documents:
                #""bucketPolicy":{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:PutObject","Resource":"arn:aws:s3:::acme-billing-export/*"}]}"#,
            request:
                #""action":"s3:PutObject","resource":"arn:aws:s3:::acme-billing-export/exports/2026/11/usage.csv","context":{"aws:SecureTransport":"true","aws:SourceIp":"198.51.100.7","aws:RequestedRegion":"us-east-1"}"#,
            decision: "invalidPolicy",
            layer: nil,
            reason: #"bucketPolicy: Statement[0]: `Principal` is missing"#
        ),
        Mistake(
            id: "M62",
            caller: "role",
            documents:
                #""identityPolicies":[{"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:PutObject","Resource":"acme-billing-export/*"}]}]"#,
            request:
                #""action":"s3:PutObject","resource":"arn:aws:s3:::acme-billing-export/exports/2026/11/usage.csv","context":{"aws:SecureTransport":"true","aws:SourceIp":"198.51.100.7","aws:RequestedRegion":"us-east-1"}"#,
            decision: "invalidPolicy",
            layer: nil,
            reason:
                #"identityPolicies[0]: Statement[0].Resource: `acme-billing-export/*` is no resource: it must begin with `arn:`, or be `*`"#
        ),
    ]

    @Test(arguments: mistakes)
    func section15FirstReason(_ mistake: Mistake) throws {
        let members = [
            #""id":"\#(mistake.id)""#,
            #""principal":\#(MistakeTests.callers[mistake.caller] ?? mistake.caller)"#,
            mistake.documents,
            #""request":{"resourceAccount":"111122223333",\#(mistake.request)}"#,
        ]
        let text = try ExplainCases.answer(
            "{\"cases\":[{\(members.filter { !$0.isEmpty }.joined(separator: ","))}]}"
        )
        let answer = try JSON.parse(text)
        #expect(answer["decision"]?.string == mistake.decision)
        #expect(answer["layer"]?.string == mistake.layer)
        #expect(answer["explanation"]?["reason"]?.string == mistake.reason)
    }
}
