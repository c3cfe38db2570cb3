// The policies that AWS manages, as far as this program knows them. Their texts are AWS's own
// [documented: AWS managed policy reference].

/// AWS's managed policies by their ARN.
package enum ManagedPolicies {
    /// The ARNs of those that are known.
    package static let known: [String] = texts.map(\.arn)

    /// The compiled policy of an ARN, or nil when it is not known here.
    package static func policy(arn: String) -> NamedPolicy? { compiled[arn] }

    private static let compiled: [String: NamedPolicy] = {
        var policies: [String: NamedPolicy] = [:]
        for (arn, text) in texts {
            do {
                let name = arn.split(separator: "/").last.map(String.init) ?? arn
                policies[arn] = NamedPolicy(
                    name: name,
                    owner: "aws",
                    arn: arn,
                    document: try PolicyDocument.parse(text, file: name, kind: .identity)
                )
            } catch {
                preconditionFailure("managed policy \(arn): \(error)")
            }
        }
        return policies
    }()

    private static let texts: [(arn: String, text: String)] = [
        (
            "arn:aws:iam::aws:policy/AdministratorAccess",
            """
            {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"*","Resource":"*"}]}
            """
        ),
        (
            "arn:aws:iam::aws:policy/AmazonS3FullAccess",
            """
            {"Version":"2012-10-17","Statement":[{"Effect":"Allow",\
            "Action":["s3:*","s3-object-lambda:*"],"Resource":"*"}]}
            """
        ),
        (
            "arn:aws:iam::aws:policy/AmazonS3ReadOnlyAccess",
            """
            {"Version":"2012-10-17","Statement":[{"Effect":"Allow",\
            "Action":["s3:Get*","s3:List*","s3:Describe*","s3-object-lambda:Get*",\
            "s3-object-lambda:List*"],"Resource":"*"}]}
            """
        ),
    ]
}
