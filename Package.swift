// swift-tools-version: 6.3
// The manifest is the architecture: each target lists exactly what it may import, and everything
// points downwards. Base knows no cloud; FakeStore and Exporter know nothing of each other but for
// `exporter demo`, which starts a FakeStore inside its process.
import PackageDescription

let settings: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    // A nonisolated async call stays on the caller's loop: 9 ns instead of 32 a call.
    .enableUpcomingFeature("NonisolatedNonsendingByDefault"),
    .enableUpcomingFeature("ExistentialAny"),
    // Access checks of class properties cost 2 % of a request; debug builds and tests keep them.
    .unsafeFlags(["-enforce-exclusivity=unchecked"], .when(configuration: .release)),
]

/// The programs carry Swift's library in themselves: they start faster, need 2 MiB less, and run
/// where no Swift is installed.
let selfContained: [LinkerSetting] = [
    .unsafeFlags(["-static-stdlib"], .when(configuration: .release))
]

/// A Swift target of the house, with its tests in `Tests/<name>` where it has some.
func house(_ name: String, in folder: String, uses: [Target.Dependency] = []) -> Target {
    .target(
        name: name,
        dependencies: uses,
        path: "Sources/\(folder)/\(name)",
        swiftSettings: settings
    )
}

func tests(of name: String, uses: [Target.Dependency] = [], exclude: [String] = []) -> Target {
    .testTarget(
        name: "\(name)Tests",
        dependencies: [.target(name: name)] + uses,
        path: "Tests/\(name)",
        exclude: exclude,
        swiftSettings: settings
    )
}

let base: [Target] = [
    .target(
        name: "CSystem",
        path: "Sources/Base/CSystem",
        cSettings: [.treatAllWarnings(as: .error)]
    ),
    .systemLibrary(
        name: "CSQLite",
        path: "Sources/Base/CSQLite",
        providers: [.apt(["libsqlite3-dev"])]
    ),
    house("Platform", in: "Base", uses: ["CSystem"]),
    house("Digest", in: "Base", uses: ["CSystem"]),
    house("Spelling", in: "Base"),
    house("JSON", in: "Base", uses: ["Spelling"]),
    house("XML", in: "Base"),
    house("CommandLine", in: "Base", uses: ["Spelling"]),
    house("SQLite", in: "Base", uses: ["CSQLite", "Platform"]),
    house("EventLoop", in: "Base", uses: ["CSystem", "Platform"]),
    house("HTTP", in: "Base", uses: ["Platform"]),
    house("HTTPServer", in: "Base", uses: ["EventLoop", "HTTP", "Platform"]),
]

let fakeStore: [Target] = [
    house("Policy", in: "FakeStore", uses: ["JSON", "Spelling"]),
    house("Lint", in: "FakeStore", uses: ["JSON", "Policy", "Spelling"]),
    house("Identity", in: "FakeStore", uses: ["Digest", "HTTP", "Platform"]),
    house(
        "World",
        in: "FakeStore",
        uses: ["Digest", "Identity", "JSON", "Platform", "Policy", "Spelling"]
    ),
    house("Store", in: "FakeStore", uses: ["Digest", "EventLoop", "Platform", "SQLite"]),
    house(
        "Cloud",
        in: "FakeStore",
        uses: [
            "Digest", "EventLoop", "HTTP", "JSON", "Platform", "Policy", "Store", "World",
        ]
    ),
    house(
        "S3",
        in: "FakeStore",
        uses: [
            "Cloud", "Digest", "EventLoop", "HTTP", "HTTPServer", "Identity", "JSON", "Platform",
            "Policy", "Store", "World", "XML",
        ]
    ),
    house(
        "QueryProtocol",
        in: "FakeStore",
        uses: [
            "Cloud", "Digest", "EventLoop", "HTTP", "HTTPServer", "Identity", "Platform", "Policy",
            "World", "XML",
        ]
    ),
    house(
        "STS",
        in: "FakeStore",
        uses: ["Cloud", "Identity", "Platform", "Policy", "QueryProtocol", "World", "XML"]
    ),
    house(
        "IAM",
        in: "FakeStore",
        uses: [
            "Cloud", "Digest", "HTTP", "Identity", "JSON", "Platform", "Policy", "QueryProtocol",
            "World", "XML",
        ]
    ),
    house(
        "Inspector",
        in: "FakeStore",
        uses: [
            "Cloud", "EventLoop", "HTTP", "HTTPServer", "JSON", "Platform", "Policy", "Spelling",
            "Store", "World",
        ]
    ),
    .target(
        name: "FakeStore",
        dependencies: [
            "Cloud", "EventLoop", "HTTP", "HTTPServer", "IAM", "Inspector", "JSON", "Platform",
            "Policy", "QueryProtocol", "S3", "STS", "Store", "World",
        ],
        path: "Sources/FakeStore/Library",
        swiftSettings: settings
    ),
    .executableTarget(
        name: "FakeStoreCommand",
        dependencies: [
            "CommandLine", "EventLoop", "FakeStore", "JSON", "Lint", "Platform", "Policy",
        ],
        path: "Sources/FakeStore/Command",
        swiftSettings: settings,
        linkerSettings: selfContained
    ),
]

let exporter: [Target] = [
    .systemLibrary(
        name: "CLibCurl",
        path: "Sources/Exporter/CLibCurl",
        providers: [.apt(["libcurl4-openssl-dev"])]
    ),
    .target(
        name: "CCurl",
        dependencies: ["CLibCurl"],
        path: "Sources/Exporter/CCurl",
        cSettings: [.treatAllWarnings(as: .error)],
        // By name, because a bare machine has no pkg-config to ask.
        linkerSettings: [.linkedLibrary("curl")]
    ),
    house("CSV", in: "Exporter"),
    house("Rating", in: "Exporter", uses: ["JSON"]),
    house("Bills", in: "Exporter", uses: ["CSV", "JSON", "Rating", "Spelling"]),
    house("Transfer", in: "Exporter", uses: ["CCurl", "HTTP", "Platform"]),
    house(
        "Destinations",
        in: "Exporter",
        uses: ["Digest", "HTTP", "JSON", "Platform", "Transfer", "XML"]
    ),
    house("State", in: "Exporter", uses: ["JSON", "Platform", "Rating", "SQLite"]),
    house(
        "Jobs",
        in: "Exporter",
        uses: [
            "Bills", "CSV", "Destinations", "Digest", "JSON", "Platform", "Rating", "Spelling",
            "State", "Transfer",
        ]
    ),
    // `#embed` is C23's.
    .target(
        name: "SampleBill",
        path: "Sources/Exporter/SampleBill",
        exclude: [
            "123456789012-aws-billing-detailed-line-items-with-resources-and-tags-2026-10.csv"
        ],
        cSettings: [.treatAllWarnings(as: .error), .unsafeFlags(["-std=c2x"])]
    ),
    .executableTarget(
        name: "ExporterCommand",
        dependencies: [
            "Bills", "CommandLine", "Destinations", "Digest", "FakeStore", "JSON", "Jobs",
            "Platform", "Rating", "SampleBill", "State", "Transfer",
        ],
        path: "Sources/Exporter/Command",
        swiftSettings: settings,
        linkerSettings: selfContained
    ),
]

let allTests: [Target] = [
    tests(of: "Platform"),
    tests(of: "Digest"),
    tests(of: "Spelling"),
    tests(of: "JSON"),
    tests(of: "XML"),
    tests(of: "CommandLine"),
    tests(of: "SQLite", uses: ["Platform"]),
    tests(of: "EventLoop", uses: ["Platform"]),
    tests(of: "HTTP", uses: ["Platform"]),
    tests(of: "HTTPServer", uses: ["EventLoop", "HTTP", "Platform"]),
    tests(of: "Policy", uses: ["JSON"]),
    tests(of: "Lint", uses: ["JSON", "Policy"]),
    tests(of: "Identity", uses: ["Digest", "HTTP", "JSON", "Platform"]),
    tests(of: "World", uses: ["Identity", "JSON", "Platform", "Policy"]),
    tests(of: "Store", uses: ["Digest", "EventLoop", "Platform", "SQLite"]),
    tests(
        of: "Cloud",
        uses: ["EventLoop", "HTTP", "JSON", "Platform", "Policy", "Store", "World"]
    ),
    tests(of: "S3", uses: ["Digest", "HTTP", "Identity", "Platform", "Policy", "Store", "World"]),
    tests(of: "QueryProtocol", uses: ["Identity", "Platform"]),
    tests(of: "STS", uses: ["QueryProtocol", "World"]),
    tests(of: "IAM", uses: ["JSON", "Policy", "QueryProtocol", "World"]),
    tests(of: "FakeStore", uses: ["Digest", "EventLoop", "HTTP", "JSON", "Platform"]),
    tests(of: "CSV"),
    tests(of: "Rating", uses: ["JSON"]),
    tests(of: "Bills", uses: ["CSV", "JSON", "Platform", "Rating"], exclude: ["Samples"]),
    tests(of: "Transfer", uses: ["EventLoop", "HTTP", "HTTPServer", "Platform"]),
    tests(of: "Destinations", uses: ["Digest", "JSON", "Platform", "Transfer"]),
    tests(of: "State", uses: ["JSON", "Platform", "Rating", "SQLite"]),
    tests(
        of: "Jobs",
        uses: [
            "Bills", "Destinations", "Digest", "FakeStore", "JSON", "Platform", "Rating",
            "State", "Transfer",
        ]
    ),
]

let package = Package(
    name: "FakeStore",
    products: [
        .executable(name: "fakestore", targets: ["FakeStoreCommand"]),
        .executable(name: "exporter", targets: ["ExporterCommand"]),
        .library(name: "FakeStore", targets: ["FakeStore"]),
    ],
    targets: base + fakeStore + exporter + allTests
)
