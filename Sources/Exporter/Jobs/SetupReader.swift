// Reads SETUP.json. What is wrong is refused at its place, unknown keys with the one that was probably meant,
// and what the exporter can't do yet in words, so that nothing a person wrote is silently ignored.

import JSON
import Rating
import State

extension Provider: JSONReadable {}
extension BillView: JSONReadable {}

/// A set-up as a file says it, with the places that later checks point at.
struct SetupReader {
    /// A customer and where what can clash stands.
    struct Customer {
        let setup: CustomerSetup
        let place: Place
        let accountPlaces: [Place]
        let bookReferences: [BookReference]
        let destinationPlace: Place
    }

    /// The whole set-up of a file.
    let platform: PlatformSetup
    let pricebooks: [String: Pricebook]
    let reseller: ResellerSetup?
    let resellerDestinationPlaces: [Place]
    let customers: [Customer]

    /// Reads the text of a file.
    ///
    /// - Parameters:
    ///   - text: the content.
    ///   - file: its name for errors.
    ///   - folder: what its paths are relative to; they stay as they are when it is empty.
    /// - Throws: an error at the place of the first thing that is wrong.
    init(_ text: [UInt8], file: String, folder: String = "") throws(JSONError) {
        let document = try JSON.parse(text, file: file, limits: JSON.Limits(bytes: 64 << 20))
        var reader = try ObjectReader(document)
        let platform =
            try reader.optionalObject("platform", SetupReader.platform) ?? PlatformSetup()
        let pricebooks = try SetupReader.pricebooks(&reader)
        var resellerPlaces: [Place] = []
        let reseller = try reader.optionalObject("reseller") { reader throws(JSONError) in
            try SetupReader.reseller(&reader, platform, places: &resellerPlaces)
        }
        let customers = try reader.objects("customers") { reader throws(JSONError) in
            try SetupReader.customer(&reader, platform)
        }
        try reader.finish()
        self.pricebooks = pricebooks
        self.platform = platform.resolved(in: folder)
        self.reseller = reseller?.resolved(in: folder)
        self.customers = customers.map { $0.resolved(in: folder) }
        resellerDestinationPlaces = resellerPlaces
    }

    private static func reseller(
        _ reader: inout ObjectReader,
        _ platform: PlatformSetup,
        places: inout [Place]
    ) throws(JSONError) -> ResellerSetup {
        let name = try reader.required("name", as: String.self)
        var destinations: [Place] = []
        let exports = try reader.objects("exports") { reader throws(JSONError) in
            let (setup, place) = try export(
                &reader,
                platform,
                owner: "the reseller",
                defaultAccount: nil
            )
            destinations.append(place)
            return setup
        }
        guard Set(exports.map(\.view)).count == exports.count else {
            throw reader.error(at: "exports", "at most one export of each view")
        }
        places = destinations
        return ResellerSetup(name: name, exports: exports)
    }

    private static func customer(
        _ reader: inout ObjectReader,
        _ platform: PlatformSetup
    ) throws(JSONError) -> Customer {
        let id = try reader.required("id", as: String.self)
        guard isName(id) else {
            throw reader.error(
                at: "id",
                "`\(id)` is no customer id: 1 to 64 letters, digits, `.`, `_` and `-`"
            )
        }
        let name = try reader.value("name", default: id)
        var places: [Place] = []
        let accounts = try reader.objects("accounts") { reader throws(JSONError) in
            let account = try account(&reader)
            places.append(reader.error(at: "id", "").place)
            return account
        }
        let (terms, bookReferences) = try terms(&reader, accounts: accounts.map(\.id))
        var destinationPlace = reader.place
        let exportSetup = try reader.optionalObject("export") { reader throws(JSONError) in
            let (setup, place) = try export(
                &reader,
                platform,
                owner: "customer `\(id)`",
                defaultAccount: accounts.first?.id
            )
            destinationPlace = place
            return setup
        }
        return Customer(
            setup: CustomerSetup(
                id: id,
                name: name,
                accounts: accounts,
                terms: terms,
                export: exportSetup
            ),
            place: reader.error(at: "id", "").place,
            accountPlaces: places,
            bookReferences: bookReferences,
            destinationPlace: destinationPlace
        )
    }

    private static func account(_ reader: inout ObjectReader) throws(JSONError) -> AccountSetup {
        let provider = try reader.required("provider", as: Provider.self)
        guard provider == .aws else {
            throw reader.error(at: "provider", "`\(provider.rawValue)` is not supported yet")
        }
        let id = try reader.required("id", as: String.self)
        guard isAccountID(id) else {
            throw reader.error(at: "id", "`\(id)` is no AWS account id: 12 digits")
        }
        let (role, externalID) = try role(&reader)
        return AccountSetup(provider: provider, id: id, roleARN: role, externalID: externalID)
    }

    private static func export(
        _ reader: inout ObjectReader,
        _ platform: PlatformSetup,
        owner: String,
        defaultAccount: String?
    ) throws(JSONError) -> (ExportSetup, Place) {
        let isEnabled = try reader.value("enabled", default: true)
        let view = try reader.value("view", default: BillView.cost)
        let providers = try reader.value("providers", default: [Provider.aws])
        if let other = providers.first(where: { $0 != .aws }) {
            throw reader.error(
                at: "providers",
                "`\(other.rawValue)` is not supported yet; `aws` is"
            )
        }
        guard providers.count == 1 else {
            throw reader.error(
                at: "providers",
                providers.isEmpty ? "expected at least one provider" : "a provider is named twice"
            )
        }
        let formats: [ExportFormat] =
            try reader.optionalObject("formats", readFormats) ?? [.detailedWithResources]
        let tags = try reader.value("tags", default: TagChoice.withData)
        let place = try reader.requiredNode("destination").place
        let destination = try reader.object("destination") { reader throws(JSONError) in
            try SetupReader.destination(
                &reader,
                platform,
                owner: owner,
                defaultAccount: defaultAccount
            )
        }
        let setup = ExportSetup(
            isEnabled: isEnabled,
            view: view,
            providers: providers,
            formats: [.aws: formats],
            tags: tags,
            destination: destination
        )
        return (setup, place)
    }

    private static func readFormats(
        _ reader: inout ObjectReader
    ) throws(JSONError) -> [ExportFormat] {
        for provider in ["azure", "gcp"] {
            try reader.refuse(provider, because: "`\(provider)` is not supported yet")
        }
        let formats = try reader.elements("aws") { node, path throws(JSONError) -> ExportFormat in
            let name = try String(json: node, path: path)
            if let format = ExportFormat(rawValue: name) { return format }
            throw node.error(
                name == "focus"
                    ? "the format `focus` is not supported yet; `dbr-rt` and `dbr` are"
                    : "unknown format `\(name)`; expected `dbr-rt` or `dbr`",
                path: path
            )
        }
        guard Set(formats).count == formats.count else {
            throw reader.error(at: "aws", "a format is named twice")
        }
        return formats.isEmpty ? [.detailedWithResources] : formats
    }
}
