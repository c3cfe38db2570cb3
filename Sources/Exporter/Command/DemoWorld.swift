// The clouds of the demo: a reseller's account with the exporter's user, and two customers with a bucket each.

import JSON
import Jobs
import Transfer

/// What exists in the demo.
struct DemoWorld {
    /// A customer of the reseller.
    struct Customer {
        let id: String
        let name: String
        let account: String
        /// The key of the person who looks after the customer's bucket.
        let owner: AWSCredentials

        var bucket: String { "\(id)-billing" }
    }

    static let region = "eu-west-1"
    static let principal = "arn:aws:iam::123456789012:user/exporter"
    /// The file that the exporter delivers, and that AWS itself would.
    static let fileName = "-aws-billing-detailed-line-items-with-resources-and-tags-2026-10.csv"

    let exporter = AWSCredentials(
        accessKeyID: "AKIADEMOEXPORTER0001",
        secretAccessKey: "demo-secret-of-the-exporter"
    )
    let acme = Customer(
        id: "acme",
        name: "Acme",
        account: "111122223333",
        owner: AWSCredentials(
            accessKeyID: "AKIADEMOACME00000001",
            secretAccessKey: "demo-secret-of-acme"
        )
    )
    let globex = Customer(
        id: "globex",
        name: "Globex",
        account: "444455556666",
        owner: AWSCredentials(
            accessKeyID: "AKIADEMOGLOBEX000001",
            secretAccessKey: "demo-secret-of-globex"
        )
    )

    /// The environment in which the set-up finds the exporter's key.
    var environment: [String: String] {
        ["EXPORTER_KEY_ID": exporter.accessKeyID, "EXPORTER_SECRET": exporter.secretAccessKey]
    }

    /// The world with these bucket policies, by customer.
    func text(policies: [String: JSONNode]) -> String {
        var writer = JSONWriter(.pretty)
        writer.object { writer in
            writer.member("region", DemoWorld.region)
            writer.array("accounts") { writer in
                writer.object { writer in
                    writer.member("id", "123456789012")
                    writer.member("name", "example-reseller")
                    writer.array("users") {
                        DemoWorld.user("exporter", exporter, action: "s3:PutObject", to: &$0)
                    }
                }
                for customer in [acme, globex] {
                    writer.object { writer in
                        writer.member("id", customer.account)
                        writer.member("name", customer.id)
                        writer.array("users") {
                            DemoWorld.user("owner", customer.owner, action: "s3:*", to: &$0)
                        }
                        writer.array("buckets") {
                            $0.object {
                                $0.member("name", customer.bucket)
                                $0.member("region", DemoWorld.region)
                                $0.member("policy", policies[customer.id])
                            }
                        }
                    }
                }
            }
        }
        return writer.text + "\n"
    }

    private static func user(
        _ name: String,
        _ key: AWSCredentials,
        action: String,
        to writer: inout JSONWriter
    ) {
        writer.object { writer in
            writer.member("name", name)
            writer.array("accessKeys") {
                $0.object {
                    $0.member("id", key.accessKeyID)
                    $0.member("secret", key.secretAccessKey)
                }
            }
            writer.array("policies") {
                $0.object { writer in
                    writer.member("name", "Work")
                    writer.object("document") { writer in
                        writer.member("Version", "2012-10-17")
                        writer.array("Statement") {
                            $0.object {
                                $0.member("Effect", "Allow")
                                $0.member("Action", action)
                                $0.member("Resource", "*")
                            }
                        }
                    }
                }
            }
        }
    }

    /// The set-up with these customers.
    func setup(endpoint: String, customers: [Customer]) -> String {
        var writer = JSONWriter(.pretty)
        writer.object { writer in
            writer.object("platform") { writer in
                writer.object("aws") { writer in
                    writer.object("accessKeyId") { $0.member("env", "EXPORTER_KEY_ID") }
                    writer.object("secretAccessKey") { $0.member("env", "EXPORTER_SECRET") }
                    writer.member("principal", DemoWorld.principal)
                    writer.member("region", DemoWorld.region)
                }
                writer.object("endpoints") { $0.member("s3", endpoint) }
            }
            writer.array("customers") { writer in
                for customer in customers {
                    writer.object { writer in
                        writer.member("id", customer.id)
                        writer.member("name", customer.name)
                        writer.array("accounts") {
                            $0.object {
                                $0.member("provider", "aws")
                                $0.member("id", customer.account)
                            }
                        }
                        writer.object("export") { writer in
                            writer.object("destination") {
                                $0.member("type", "s3")
                                $0.member("account", customer.account)
                                $0.member("bucket", customer.bucket)
                                $0.member("region", DemoWorld.region)
                            }
                        }
                    }
                }
            }
        }
        return writer.text + "\n"
    }
}
