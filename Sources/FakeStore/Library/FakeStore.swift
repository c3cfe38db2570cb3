// The library's face: a fake S3 inside the process of a test suite.
//
//     let store = try await FakeStore.start(world: .file("world.json"))
//     … point the client at store.url …
//     #expect(try await store.requests(operation: "PutObject").count == 1)
//     await store.stop()
//
// No signal handlers, no globals, as many at once as you like. Everything public is nested in this
// enum, because a type that is named like its module hides it.

/// A fake Amazon S3 that verifies signatures and enforces policies.
public enum FakeStore {
    /// The version of this package.
    public static let version = "0.1.0"

    /// The world of accounts, users, keys, policies and buckets that a store starts with.
    public enum World: Sendable {
        /// One account `000000000000` with the administrator's key `defaultAccessKey`, and no bucket.
        case empty
        /// A world file; paths in it begin at its folder.
        case file(String)
        /// The text of a world file; paths in it begin at the working folder.
        case json(String)
    }

    /// A key to sign requests with.
    public struct AccessKey: Sendable, Hashable {
        /// The key's id, as it stands in requests.
        public let id: String
        /// The secret that signs them.
        public let secret: String
    }

    /// The key of the world `empty`.
    public static let defaultAccessKey = AccessKey(
        id: "AKIAFAKESTORE0000000",
        secret: "fakestore-secret-key-not-for-production"
    )

    /// What an acknowledged write survives.
    public enum Durability: String, Sendable, CaseIterable {
        /// Nothing is promised.
        case off
        /// A killed process.
        case normal
        /// A power failure.
        case full
    }

    /// Which requests are told to `Options.log`.
    public enum LogLevel: Sendable {
        case nothing
        /// Requests that were refused: errors, but for what merely says that something is or is not
        /// there (404 of a key, 412).
        case refusals
        /// All of them.
        case everything
    }

    /// How a store is started; the defaults suit a test.
    public struct Options: Sendable {
        /// The address to listen on.
        public var host = "127.0.0.1"
        /// The port to listen on; 0 takes a free one.
        public var port = 0
        /// The world's region; nil leaves it to the world, which says `us-east-1` when it says nothing.
        public var region: String?
        /// Buckets to make in the world's first account where they are missing.
        public var buckets: [String] = []
        /// Where everything is kept; nil for a temporary folder that `stop` removes.
        public var dataFolder: String?
        /// Whether the world replaces a different one that the data folder holds.
        public var replacesWorld = false
        /// What an acknowledged write survives.
        public var durability = Durability.normal
        /// The token that opens the admin routes to others than programs on this machine.
        public var adminToken: String?
        /// The number of threads that serve; nil for one for each core.
        public var threads: Int?
        /// Which requests `log` is told of.
        public var logLevel = LogLevel.nothing
        /// Takes a line for each of these requests; called on the serving threads, so it must not block.
        public var log: (@Sendable (String) -> Void)?

        public init() {}
    }

    /// Why a store could not be started.
    public enum StartError: Error, CustomStringConvertible {
        /// The world can't be read: file, line, column and what is wrong.
        case world(String)
        /// The data folder can't be used, or holds another world.
        case data(String)
        /// The address can't be listened on.
        case address(String)
        /// A name in `Options.buckets` is none that a bucket may have.
        case bucketName(String)
        /// The system refused something else.
        case system(String)

        public var description: String {
            switch self {
            case .world(let text), .data(let text), .address(let text), .bucketName(let text),
                .system(let text):
                text
            }
        }
    }

    /// Starts a store.
    ///
    /// - Parameters:
    ///   - world: What there is at the start.
    ///   - options: Where it listens, where it keeps its data, and so on.
    /// - Returns: The running store; `stop` it when it is not needed any more.
    /// - Throws: A `StartError` that says what can't be used, and why.
    public static func start(
        world: World = .empty,
        options: Options = Options()
    ) async throws(StartError) -> Server {
        try await Server(world: world, options: options)
    }

    /// Starts a store of its own for a test, with these buckets.
    ///
    /// - Parameters:
    ///   - world: What there is at the start.
    ///   - buckets: Buckets to make in the world's first account where they are missing.
    /// - Returns: The running store; `stop` it when it is not needed any more.
    /// - Throws: A `StartError` that says what can't be used, and why.
    public static func start(
        world: World = .empty,
        buckets: [String]
    ) async throws(StartError) -> Server {
        var options = Options()
        options.buckets = buckets
        return try await start(world: world, options: options)
    }
}
