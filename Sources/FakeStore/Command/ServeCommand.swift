// `fakestore serve`: starts a store, says where it is, and ends it when a signal says so.

import CommandLine
import EventLoop
import FakeStore
@preconcurrency import Glibc
import JSON
import Platform

/// The command that serves.
enum ServeCommand {
    static let command = Command(
        "serve",
        summary: "serve S3 until SIGTERM or SIGINT",
        details: """
            Prints one line when it is ready, `ready http://127.0.0.1:9000`, and then one line on stderr \
            for each request that it refuses.

            Without --world there is one account, 000000000000, whose user `admin` may do everything with \
            the key \(FakeStore.defaultAccessKey.id) / \(FakeStore.defaultAccessKey.secret). Signatures \
            are always verified.

            Without --data everything lives in a temporary folder that is removed at the end. A data \
            folder keeps its world, too.

            The first signal lets running requests finish; the second one ends at once.
            """,
        options: [
            .integer(
                "port",
                "PORT",
                in: 0...65_535,
                default: 9_000,
                help: "port; 0 takes a free one"
            ),
            .text("host", "ADDRESS", default: "127.0.0.1", help: "address to listen on"),
            .text("world", "FILE", help: "accounts, users, keys, policies and buckets"),
            .flag("replace-world", help: "let --world replace the world that --data holds"),
            .text(
                "bucket",
                "NAME",
                isRepeatable: true,
                help: "make this bucket in the first account if it is missing"
            ),
            .text("data", "FOLDER", help: "keep everything here"),
            .choice(
                "sync",
                of: FakeStore.Durability.allCases.map(\.rawValue),
                default: "normal",
                help: "what an acknowledged write survives: nothing promised, kill -9, power loss"
            ),
            .text("region", "REGION", help: "the world's region, instead of its own or us-east-1"),
            .text(
                "admin-token",
                "TOKEN",
                environment: "FAKESTORE_ADMIN_TOKEN",
                help: "open /_fakestore/ to other machines that send it as Bearer token"
            ),
            .flag("json", help: "print the ready line as JSON"),
            .flag("verbose", short: "v", help: "a line on stderr for every request"),
            .flag("quiet", short: "q", help: "no lines on stderr for requests"),
        ],
        exclusive: [["verbose", "quiet"]],
        examples: [
            (line: "fakestore serve --bucket reports", purpose: "one bucket and the default key"),
            (
                line: "fakestore serve --port 0 --world world.json --data ./state --json",
                purpose: "a world of your own, kept in a folder, on a free port"
            ),
        ]
    )

    /// How long running requests may take to finish after the first signal.
    private static let graceMilliseconds = 60_000

    static func run(_ arguments: Arguments) throws(UsageError) -> FakeStoreCommand.Exit {
        let lines = LineWriter(descriptor: 2)
        defer { lines.close() }
        let options = try options(arguments, log: { lines.write($0) })
        let world = arguments.text("world").map { FakeStore.World.file($0) } ?? .empty
        let isJSON = arguments.has("json")
        let outcome = Locked<Result<FakeStoreCommand.Exit, UsageError>>(.success(.unusable))
        do {
            // Before any thread starts, so that all of them leave the signals to the watch.
            let signals = try SignalWatch([SIGTERM, SIGINT])
            let group = try LoopGroup(count: 1)
            try group.start()
            group.loops[0].spawn {
                let result = await serve(world, options, signals, isJSON: isJSON)
                outcome.withLock { $0 = result }
            }
            // Ends when the task has.
            group.stopAndWait()
        } catch {
            FakeStoreCommand.complain("fakestore: \(error)")
            return .unusable
        }
        switch outcome.withLock({ $0 }) {
        case .success(let exit): return exit
        case .failure(let error): throw error
        }
    }

    private static func options(
        _ arguments: Arguments,
        log: @escaping @Sendable (String) -> Void
    ) throws(UsageError) -> FakeStore.Options {
        var options = FakeStore.Options()
        options.host = arguments.required("host")
        options.port = arguments.integer("port") ?? 9_000
        options.region = arguments.text("region")
        options.buckets = arguments.texts("bucket")
        options.dataFolder = arguments.text("data")
        options.replacesWorld = arguments.has("replace-world")
        options.durability = FakeStore.Durability(rawValue: arguments.required("sync")) ?? .normal
        options.adminToken = arguments.text("admin-token")
        options.logLevel =
            arguments.has("quiet") ? .nothing : arguments.has("verbose") ? .everything : .refusals
        options.log = log
        if options.replacesWorld, !arguments.has("world") {
            throw arguments.error("`--replace-world` needs the `--world` that it is about")
        }
        if let token = options.adminToken, token.utf8.count < 8 {
            throw arguments.error("an admin token must have at least 8 characters")
        }
        return options
    }

    private static func serve(
        _ world: FakeStore.World,
        _ options: FakeStore.Options,
        _ signals: SignalWatch,
        isJSON: Bool
    ) async -> Result<FakeStoreCommand.Exit, UsageError> {
        do {
            let store = try await FakeStore.start(world: world, options: options)
            warnIfReachable(options)
            announce(store, asJSON: isJSON)
            return .success(await end(store, signals))
        } catch FakeStore.StartError.bucketName(let text) {
            return .failure(UsageError(command: "fakestore serve", message: "`--bucket`: \(text)"))
        } catch {
            FakeStoreCommand.complain("fakestore: \(error)")
            return .success(.unusable)
        }
    }

    /// Prints the ready line, the first thing on stdout.
    private static func announce(_ store: FakeStore.Server, asJSON: Bool) {
        guard asJSON else { return FakeStoreCommand.write("ready \(store.url)\n", to: 1) }
        var writer = JSONWriter()
        writer.object {
            $0.member("ready", true)
            $0.member("url", store.url)
            $0.member("pid", Int(getpid()))
        }
        writer.endLine()
        FakeStoreCommand.write(writer.text, to: 1)
    }

    private static func warnIfReachable(_ options: FakeStore.Options) {
        let host = options.host
        let isLoopback =
            host == "localhost" || host.hasPrefix("127.") || host == "::1" || host == "[::1]"
        if isLoopback { return }
        let admin =
            options.adminToken == nil
            ? "the admin routes stay closed to them" : "with the admin token they may do everything"
        FakeStoreCommand.complain(
            "fakestore: warning: other machines can reach `\(host)`; this is a test double, and \(admin)"
        )
    }

    /// Waits for a signal and ends the store: gracefully, or at once when a second one comes.
    private static func end(
        _ store: FakeStore.Server,
        _ signals: SignalWatch
    ) async -> FakeStoreCommand.Exit {
        _ = await signals.next()
        return await withTaskGroup { group in
            group.addTask {
                await store.stop(graceMilliseconds: graceMilliseconds)
                signals.stop()
                return FakeStoreCommand.Exit.done
            }
            group.addTask {
                guard await signals.next() != nil else { return .done }
                store.abandon()
                exit(FakeStoreCommand.Exit.interrupted.rawValue)
            }
            return await group.next() ?? .done
        }
    }
}
