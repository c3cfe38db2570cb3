// The clouds of the demo: a reseller's account with the exporter's user, and two customers with a bucket each.

import Destinations
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
        /// What the reseller told the customer to have the role ask for.
        let externalID: String
        /// The key of the person who looks after the customer's account.
        let admin: AWSCredentials

        var bucket: String { "\(id)-billing" }
        var roleARN: String { "arn:aws:iam::\(account):role/\(DemoWorld.role)" }
        var policyARN: String { "arn:aws:iam::\(account):policy/\(DemoWorld.policy)" }
    }

    static let role = "BillingExport"
    static let policy = "BillingExportWrite"
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
        externalID: "acme-4711",
        admin: AWSCredentials(
            accessKeyID: "AKIADEMOACME00000001",
            secretAccessKey: "demo-secret-of-acme"
        )
    )
    let globex = Customer(
        id: "globex",
        name: "Globex",
        account: "444455556666",
        externalID: "globex-0815",
        admin: AWSCredentials(
            accessKeyID: "AKIADEMOGLOBEX000001",
            secretAccessKey: "demo-secret-of-globex"
        )
    )

    /// The environment in which the set-up finds the exporter's key.
    var environment: [String: String] {
        ["EXPORTER_KEY_ID": exporter.accessKeyID, "EXPORTER_SECRET": exporter.secretAccessKey]
    }

    /// The world before anybody has set up anything: the reseller's user may take roles of this name and ask
    /// what its own policies say, and each customer has an administrator and a bucket.
    func text() -> String {
        var writer = JSONWriter(.pretty)
        writer.object { writer in
            writer.member("region", DemoWorld.region)
            writer.array("accounts") { writer in
                writer.object { writer in
                    writer.member("id", "123456789012")
                    writer.member("name", "example-reseller")
                    writer.array("users") {
                        DemoWorld.user("exporter", exporter, to: &$0) {
                            $0.value(
                                PolicyText.assume(role: "arn:aws:iam::*:role/\(DemoWorld.role)")
                            )
                            $0.value(PolicyText.simulate(principal: DemoWorld.principal))
                        }
                    }
                }
                for customer in [acme, globex] {
                    writer.object { writer in
                        writer.member("id", customer.account)
                        writer.member("name", customer.id)
                        writer.array("users") {
                            DemoWorld.user("admin", customer.admin, to: &$0) {
                                $0.value("arn:aws:iam::aws:policy/AdministratorAccess")
                            }
                        }
                        writer.array("buckets") {
                            $0.object {
                                $0.member("name", customer.bucket)
                                $0.member("region", DemoWorld.region)
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
        to writer: inout JSONWriter,
        policies: (inout JSONWriter) -> Void
    ) {
        writer.object { writer in
            writer.member("name", name)
            writer.array("accessKeys") {
                $0.object {
                    $0.member("id", key.accessKeyID)
                    $0.member("secret", key.secretAccessKey)
                }
            }
            writer.array("policies", policies)
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
                writer.object("endpoints") {
                    $0.member("s3", endpoint)
                    $0.member("sts", endpoint)
                }
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
                                $0.member("roleArn", customer.roleARN)
                                $0.member("externalId", customer.externalID)
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
