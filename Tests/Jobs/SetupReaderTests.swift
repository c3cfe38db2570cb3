import JSON
import State
import Testing

@testable import Jobs

@Test func readsASetup() throws {
    let reader = try SetupReader(Array(exampleSetup.utf8), file: "setup.json")
    let setup = try reader.merged(with: Setup(), prune: false)
    #expect(
        setup.platform
            == PlatformSetup(
                accessKeyID: .environment("AK"),
                secretAccessKey: .file("secret"),
                region: "us-east-1",
                s3Endpoint: "http://127.0.0.1:9000"
            )
    )
    #expect(setup.reseller?.name == "Example Reseller")
    // The region of the bucket is the platform's unless it says another.
    #expect(
        setup.reseller?.exports.first?.destination
            == DestinationSetup(
                storage: .s3(bucket: "reseller-cost", region: "us-east-1"),
                account: "123456789012"
            )
    )
    #expect(setup.customers.map(\.id) == ["acme", "tailspin"])
    #expect(setup.customers.map(\.name) == ["Acme", "tailspin"])
    #expect(setup.customers[0].export?.destination.url(key: "k") == "s3://acme-billing/k")
    // A folder's account is the customer's first one unless it says another.
    #expect(setup.customers[1].export?.destination.account == "777788889999")
    #expect(setup.customers[1].export?.destination.url(key: "k") == "file:///tmp/tailspin/k")
}

private func customer(_ members: String) -> String {
    "{\"customers\": [{\"id\": \"acme\", \(members)}]}"
}

private func export(_ members: String) -> String {
    "{\"customers\": [{\"id\": \"acme\", \"export\": {\(members)}}]}"
}

private func destination(_ members: String) -> String {
    "{\"customers\": [{\"id\": \"acme\", \"export\": {\"destination\": {\(members)}}}]}"
}

private let s3 = "\"type\": \"s3\", \"account\": \"111122223333\", \"region\": \"eu-west-1\""

/// A set-up with something wrong, and what is said about it.
struct BrokenSetup: CustomTestStringConvertible, Sendable {
    let text: String
    let message: String

    init(_ text: String, _ message: String...) {
        self.text = text
        self.message = message.joined()
    }

    var testDescription: String { text }
}

private let brokenSetups: [BrokenSetup] = [
    // Not JSON, wrong types, unknown keys.
    BrokenSetup(
        "{",
        "setup.json:1:2: expected a key in double quotes or `}`, met the end of the text"
    ),
    BrokenSetup("[]", "setup.json:1:1: expected an object, met an array"),
    BrokenSetup(
        "{\"customer\": []}",
        "setup.json:1:2: unknown key `customer`; did you mean `customers`?"
    ),
    BrokenSetup(
        "{\"customers\": [{\"id\": \"a\", \"id\": \"b\"}]}",
        "setup.json:1:28: duplicate key `id`; the first is in line 1, column 17"
    ),
    BrokenSetup(
        "{\"customers\": [{\"name\": \"A\"}]}",
        "setup.json:1:16: customers[0]: `id` is missing"
    ),
    BrokenSetup(
        "{\"customers\": [{\"id\": 7}]}",
        "setup.json:1:23: customers[0].id: expected a string, met a number"
    ),
    BrokenSetup(
        "{\"customers\": [{\"id\": \"a/b\"}]}",
        "setup.json:1:23: customers[0].id: `a/b` is no customer id: 1 to 64 letters, digits, `.`, `_` and `-`"
    ),
    BrokenSetup(
        customer("\"acounts\": []"),
        "setup.json:1:31: customers[0]: unknown key `acounts`; did you mean `accounts`?"
    ),
    // Secrets.
    BrokenSetup(
        "{\"platform\": {\"aws\": {\"secretAccessKey\": \"topsecret\"}}}",
        "setup.json:1:42: platform.aws.secretAccessKey: expected a reference, `{\"env\": \"NAME\"}`, ",
        "`{\"file\": \"PATH\"}` or `{\"profile\": \"NAME\"}`: a set-up holds no secrets"
    ),
    BrokenSetup(
        "{\"platform\": {\"aws\": {\"accessKeyId\": {\"env\": \"A\", \"file\": \"B\"}}}}",
        "setup.json:1:38: platform.aws.accessKeyId: expected one of `{\"env\": \"NAME\"}`, ",
        "`{\"file\": \"PATH\"}` or `{\"profile\": \"NAME\"}`"
    ),
    BrokenSetup(
        "{\"platform\": {\"aws\": {\"accessKeyId\": {\"env\": \"A\"}}}}",
        "setup.json:1:22: platform.aws: `secretAccessKey` is missing: the two go together"
    ),
    BrokenSetup(
        "{\"platform\": {\"endpoints\": {\"s3\": \"127.0.0.1:9000\"}}}",
        "setup.json:1:35: platform.endpoints.s3: `127.0.0.1:9000` is no endpoint: expected `http://…` or `https://…`"
    ),
    // What comes later.
    BrokenSetup(
        "{\"platform\": {\"gcs\": {\"keyFile\": {\"file\": \"sa.json\"}}}}",
        "setup.json:1:22: platform.gcs: Google Cloud Storage is not supported yet"
    ),
    BrokenSetup(
        customer("\"accounts\": [{\"provider\": \"azure\", \"id\": \"x\"}]"),
        "setup.json:1:57: customers[0].accounts[0].provider: `azure` is not supported yet"
    ),
    BrokenSetup(
        customer(
            "\"accounts\": [{\"provider\": \"aws\", \"id\": \"111122223333\", \"roleArn\": \"arn:aws:iam::1:role/x\"}]"
        ),
        "setup.json:1:97: customers[0].accounts[0].roleArn: `arn:aws:iam::1:role/x` is no ARN of a role: ",
        "expected `arn:aws:iam::ACCOUNT:role/NAME`"
    ),
    BrokenSetup(
        customer(
            "\"accounts\": [{\"provider\": \"aws\", \"id\": \"111122223333\", \"roleArn\":"
                + " \"arn:aws:iam::111122223333:role/x\", \"externalId\": \" cust-7f3a\"}]"
        ),
        "setup.json:1:147: customers[0].accounts[0].externalId: ` cust-7f3a` is no external id: ",
        "2 to 1224 letters, digits and `_+=,.@:/-`, no spaces"
    ),
    BrokenSetup(
        customer(
            "\"accounts\": [{\"provider\": \"aws\", \"id\": \"111122223333\", \"externalId\": \"x1\"}]"
        ),
        "setup.json:1:100: customers[0].accounts[0].externalId: ",
        "an external id goes with a `roleArn`"
    ),
    BrokenSetup(
        export("\"providers\": [\"aws\", \"azure\"], \"destination\": {}"),
        "setup.json:1:55: customers[0].export.providers: `azure` is not supported yet; `aws` is"
    ),
    BrokenSetup(
        export("\"formats\": {\"aws\": [\"focus\"]}, \"destination\": {}"),
        "setup.json:1:62: customers[0].export.formats.aws[0]: the format `focus` is not supported yet; ",
        "`dbr-rt` and `dbr` are"
    ),
    BrokenSetup(
        export("\"formats\": {\"azure\": [\"daily\"]}, \"destination\": {}"),
        "setup.json:1:63: customers[0].export.formats.azure: `azure` is not supported yet"
    ),
    BrokenSetup(
        destination("\"type\": \"gcs\", \"bucket\": \"acme-exports\""),
        "setup.json:1:66: customers[0].export.destination.type: `gcs` is not supported yet; `s3` and `folder` are"
    ),
    BrokenSetup(
        destination("\(s3), \"bucket\": \"acme\", \"compression\": \"zip\""),
        "setup.json:1:155: customers[0].export.destination.compression: ",
        "`compression: zip` is not supported yet; `none` is"
    ),
    BrokenSetup(
        destination("\(s3), \"bucket\": \"acme\", \"replace\": \"always\""),
        "setup.json:1:151: customers[0].export.destination.replace: ",
        "unknown value `always`; expected `conditional` or `own`"
    ),
    // Values that can't be.
    BrokenSetup(
        customer("\"accounts\": [{\"provider\": \"aws\", \"id\": \"1111\"}]"),
        "setup.json:1:70: customers[0].accounts[0].id: `1111` is no AWS account id: 12 digits"
    ),
    BrokenSetup(
        customer("\"accounts\": [{\"provider\": \"amazon\", \"id\": \"1\"}]"),
        "setup.json:1:57: customers[0].accounts[0].provider: expected one of `aws`, `azure`, `gcp`, met `amazon`"
    ),
    BrokenSetup(
        export("\"view\": \"costs\", \"destination\": {}"),
        "setup.json:1:50: customers[0].export.view: expected one of `cost`, `resale`, met `costs`; ",
        "did you mean `cost`?"
    ),
    BrokenSetup(
        export("\"tags\": \"some\", \"destination\": {}"),
        "setup.json:1:50: customers[0].export.tags: expected `with-data`, `all` or an array of tag columns, met `some`"
    ),
    BrokenSetup(
        export("\"enabled\": true"),
        "setup.json:1:41: customers[0].export: `destination` is missing"
    ),
    BrokenSetup(
        export("\"providers\": [], \"destination\": {}"),
        "setup.json:1:55: customers[0].export.providers: expected at least one provider"
    ),
    BrokenSetup(
        destination("\"type\": \"s4\""),
        "setup.json:1:66: customers[0].export.destination.type: unknown type `s4`; expected `s3` or `folder`"
    ),
    BrokenSetup(
        destination("\(s3), \"bucket\": \"Acme\""),
        "setup.json:1:132: customers[0].export.destination.bucket: `Acme` is no bucket name: 3 to 63 lowercase ",
        "letters, digits, `.` and `-`, beginning and ending with a letter or digit"
    ),
    BrokenSetup(
        destination("\"type\": \"s3\", \"account\": \"111122223333\", \"bucket\": \"acme\""),
        "setup.json:1:57: customers[0].export.destination: `region` is missing: the region of the bucket"
    ),
    BrokenSetup(
        destination("\"type\": \"s3\", \"region\": \"eu-west-1\", \"bucket\": \"acme\""),
        "setup.json:1:57: customers[0].export.destination: ",
        "`account` is missing: the file names of customer `acme` begin with it"
    ),
    BrokenSetup(
        destination("\(s3), \"bucket\": \"acme\", \"prefix\": \"/x\""),
        "setup.json:1:150: customers[0].export.destination.prefix: ",
        "`/x` begins with `/`: the key would begin with it"
    ),
    BrokenSetup(
        destination("\(s3), \"bucket\": \"acme\", \"prefix\": \"a/../b\""),
        "setup.json:1:150: customers[0].export.destination.prefix: `a/../b` has `.` or `..` between slashes"
    ),
    BrokenSetup(
        destination("\(s3), \"bucket\": \"acme\", \"path\": \"/x\""),
        "setup.json:1:140: customers[0].export.destination: unknown key `path`"
    ),
    // What may be there once only.
    BrokenSetup(
        "{\"customers\": [{\"id\": \"a\"},\n{\"id\": \"a\"}]}",
        "setup.json:2:8: customers: customer `a` is there twice"
    ),
    BrokenSetup(
        """
        {"customers": [
          {"id": "a", "accounts": [{"provider": "aws", "id": "111122223333"}]},
          {"id": "b", "accounts": [{"provider": "aws", "id": "111122223333"}]}]}
        """,
        "setup.json:3:54: customers: account `111122223333` belongs to customer `a` already"
    ),
    BrokenSetup(
        """
        {"customers": [
          {"id": "a", "export": {"destination": {"type": "s3", "account": "111122223333", "bucket": "one", "region": "r"}}},
          {"id": "b", "export": {"destination": {"type": "s3", "account": "111122223333", "bucket": "one", "region": "r"}}}]}
        """,
        "setup.json:3:41: destination: the files of customer `b` would have the same bucket and key as those of ",
        "customer `a`: `s3://one/111122223333-aws-billing-detailed-line-items-with-resources-and-tags-…`; ",
        "each needs a bucket or prefix of its own"
    ),
]

@Test(arguments: brokenSetups)
func refusesABrokenSetup(_ broken: BrokenSetup) {
    #expect(throws: (any Error).self) {
        do {
            _ = try SetupReader(Array(broken.text.utf8), file: "setup.json").merged(
                with: Setup(),
                prune: false
            )
        } catch {
            #expect("\(error)" == broken.message)
            throw error
        }
    }
}

@Test func aLiteralSecretIsNotRepeated() {
    let text = "{\"platform\": {\"aws\": {\"secretAccessKey\": \"topsecret\"}}}"
    do {
        _ = try SetupReader(Array(text.utf8), file: "setup.json")
        Issue.record("a literal secret was taken")
    } catch {
        #expect(!"\(error)".contains("topsecret"))
    }
}

@Test func exportsWithDifferentFileNamesMayShareABucket() throws {
    // Same bucket, another account or another prefix: other keys.
    for second in [("222222222222", ""), ("111111111111", "b/")] {
        let text = """
            {"customers": [
              {"id": "a", "export": {"destination": {"type": "s3", "account": "111111111111", "bucket": "one",
                "region": "r"}}},
              {"id": "b", "export": {"destination": {"type": "s3", "account": "\(second.0)", "bucket": "one",
                "region": "r", "prefix": "\(second.1)"}}}]}
            """
        let setup = try SetupReader(Array(text.utf8), file: "s").merged(with: Setup(), prune: false)
        #expect(setup.customers.count == 2)
    }
}
