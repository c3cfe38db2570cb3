// What a person set up: customers, their accounts and prices, their exports and where these go. The values here are
// valid ones; reading SETUP.json and refusing what is wrong in it is the set-up reader's part.

import Rating

/// A secret's whereabouts.
///
/// The state keeps the reference and never the secret.
package enum SecretReference: Hashable, Sendable {
    /// The value of an environment variable.
    case environment(String)
    /// The content of a file, without a line end at its end.
    case file(String)
    /// A profile of the AWS configuration files.
    case profile(String)
}

/// What the platform itself brings: its credentials and, for tests, other endpoints.
package struct PlatformSetup: Hashable, Sendable {
    package var accessKeyID: SecretReference?
    package var secretAccessKey: SecretReference?
    package var sessionToken: SecretReference?
    /// The ARN of the user or role that the credentials are; policies for pasting name it.
    package var principal: String?
    package var region: String?
    /// How long a session in a customer's role shall last; nil for AWS's default, an hour.
    package var roleSessionSeconds: Int?
    package var s3Endpoint: String?
    package var stsEndpoint: String?
    package var iamEndpoint: String?
    package var gcsEndpoint: String?

    package init(
        accessKeyID: SecretReference? = nil,
        secretAccessKey: SecretReference? = nil,
        sessionToken: SecretReference? = nil,
        principal: String? = nil,
        region: String? = nil,
        roleSessionSeconds: Int? = nil,
        s3Endpoint: String? = nil,
        stsEndpoint: String? = nil,
        iamEndpoint: String? = nil,
        gcsEndpoint: String? = nil
    ) {
        self.accessKeyID = accessKeyID
        self.secretAccessKey = secretAccessKey
        self.sessionToken = sessionToken
        self.principal = principal
        self.region = region
        self.roleSessionSeconds = roleSessionSeconds
        self.s3Endpoint = s3Endpoint
        self.stsEndpoint = stsEndpoint
        self.iamEndpoint = iamEndpoint
        self.gcsEndpoint = gcsEndpoint
    }
}

/// Where an export's files go.
package struct DestinationSetup: Hashable, Sendable {
    /// The kind of storage, with what locates it.
    package enum Storage: Hashable, Sendable {
        case s3(bucket: String, region: String)
        case folder(path: String)
    }

    package var storage: Storage
    /// The account that owns the bucket; the file names of AWS exports begin with it.
    package var account: String
    /// What comes before the file name in the key, as given: `billing/`, or nothing.
    package var prefix: String
    /// What may happen to a file of ours when its content changes.
    package var replaceRule: ReplaceRule

    package init(
        storage: Storage,
        account: String,
        prefix: String = "",
        replaceRule: ReplaceRule = .conditional
    ) {
        self.storage = storage
        self.account = account
        self.prefix = prefix
        self.replaceRule = replaceRule
    }

    /// The place of a file: `s3://bucket/key` or `file:///folder/key`; two exports may not share one.
    package func url(key: String) -> String {
        switch storage {
        case .s3(let bucket, _): "s3://\(bucket)/\(key)"
        case .folder(let path): "file://\(path)\(path.hasSuffix("/") ? "" : "/")\(key)"
        }
    }
}

/// One export: what goes to one destination.
package struct ExportSetup: Hashable, Sendable {
    package var isEnabled: Bool
    package var view: BillView
    package var providers: [Provider]
    /// The formats of each provider in `providers`, in order.
    package var formats: [Provider: [ExportFormat]]
    package var tags: TagChoice
    package var destination: DestinationSetup

    package init(
        isEnabled: Bool = true,
        view: BillView = .cost,
        providers: [Provider] = [.aws],
        formats: [Provider: [ExportFormat]] = [.aws: [.detailedWithResources]],
        tags: TagChoice = .withData,
        destination: DestinationSetup
    ) {
        self.isEnabled = isEnabled
        self.view = view
        self.providers = providers
        self.formats = formats
        self.tags = tags
        self.destination = destination
    }
}

/// An account, subscription or project of a customer.
package struct AccountSetup: Hashable, Sendable {
    /// What names it; two customers can't have the same.
    package struct ID: Hashable, Sendable {
        package let provider: Provider
        package let id: String

        package init(provider: Provider, id: String) {
            self.provider = provider
            self.id = id
        }
    }

    package var provider: Provider
    package var id: String
    /// The role that the platform takes to write into this account's buckets; nil to write as itself.
    package var roleARN: String?
    /// What the role's trust policy asks for; never without a role.
    package var externalID: String?

    package init(
        provider: Provider,
        id: String,
        roleARN: String? = nil,
        externalID: String? = nil
    ) {
        self.provider = provider
        self.id = id
        self.roleARN = roleARN
        self.externalID = externalID
    }

    package var name: ID { ID(provider: provider, id: id) }
}

/// A customer with everything of theirs.
package struct CustomerSetup: Hashable, Sendable {
    package var id: String
    package var name: String
    package var accounts: [AccountSetup]
    /// What the customer pays beside what the bills say.
    package var terms: CustomerTerms
    package var export: ExportSetup?

    package init(
        id: String,
        name: String,
        accounts: [AccountSetup] = [],
        terms: CustomerTerms = CustomerTerms(),
        export: ExportSetup? = nil
    ) {
        self.id = id
        self.name = name
        self.accounts = accounts
        self.terms = terms
        self.export = export
    }
}

/// The reseller's own exports; they hold the lines of all accounts.
package struct ResellerSetup: Hashable, Sendable {
    package var name: String
    /// At most one of each view.
    package var exports: [ExportSetup]

    package init(name: String, exports: [ExportSetup] = []) {
        self.name = name
        self.exports = exports
    }
}

/// A whole set-up.
package struct Setup: Hashable, Sendable {
    package var platform: PlatformSetup
    package var pricebooks: [String: Pricebook]
    package var reseller: ResellerSetup?
    /// In the file's order.
    package var customers: [CustomerSetup]

    package init(
        platform: PlatformSetup = PlatformSetup(),
        pricebooks: [String: Pricebook] = [:],
        reseller: ResellerSetup? = nil,
        customers: [CustomerSetup] = []
    ) {
        self.platform = platform
        self.pricebooks = pricebooks
        self.reseller = reseller
        self.customers = customers
    }
}
