// One running store: loops, data folder, cloud, HTTP server, started and stopped in order.

import Cloud
import EventLoop
import HTTP
import HTTPServer
import IAM
import Inspector
import JSON
import Platform
import QueryProtocol
import S3
import STS
import Store
import World

extension FakeStore {
    /// A running store.
    public final class Server: Sendable {
        /// Where clients find it: `http://127.0.0.1:49152`.
        public let url: String
        /// The port it listens on.
        public let port: Int

        let cloud: Cloud
        private let group: LoopGroup
        private let server: HTTPServer
        /// The folder to remove at the end.
        private let temporaryFolder: String?
        private let ending = Locked(Ending.running)

        private enum Ending {
            case running
            case stopping([UnsafeContinuation<Void, Never>])
            case stopped
        }

        init(world: World, options: Options) async throws(StartError) {
            let start = try WorldStart(world, options)
            let parts = try Parts(options)
            do {
                try parts.group.start()
                let cloud = parts.cloud
                // On a loop, where the store's commits belong.
                try await Task(executorPreference: parts.group.next()) {
                    try await cloud.begin(start)
                }.value
                let handler = TopHandler(
                    s3: S3Dialect(parts.cloud),
                    sts: STS.dialect(parts.cloud),
                    iam: IAM.dialect(parts.cloud),
                    admin: AdminRoutes(
                        parts.cloud,
                        token: options.adminToken,
                        version: FakeStore.version
                    )
                )
                server = HTTPServer(group: parts.group, handler: handler)
                port = try server.listen(host: options.host, port: options.port)
            } catch {
                await parts.close()
                throw StartError(error, folder: parts.folder)
            }
            cloud = parts.cloud
            group = parts.group
            temporaryFolder = parts.temporaryFolder
            url = "http://\(Server.authority(options.host)):\(port)"
        }

        /// The host as clients can use it: an address that means all of them is reached by loopback.
        private static func authority(_ host: String) -> String {
            switch host {
            case "*", "0.0.0.0": "127.0.0.1"
            case "::", "[::]": "[::1]"
            default: host.contains(":") && !host.hasPrefix("[") ? "[\(host)]" : host
            }
        }

        /// Ends the store: accepts nothing more, finishes the requests that are running, for at most
        /// `graceMilliseconds`, closes the data folder, and removes it if it was a temporary one.
        ///
        /// The second call waits for the first.
        public func stop(graceMilliseconds: Int = 10_000) async {
            let isFirst = ending.withLock { ending in
                guard case .running = ending else { return false }
                ending = .stopping([])
                return true
            }
            guard isFirst else { return await waitForTheEnd() }
            await server.drain(graceMilliseconds: graceMilliseconds)
            await Parts.close(group, cloud.store, temporaryFolder)
            let waiters = ending.withLock { ending -> [UnsafeContinuation<Void, Never>] in
                defer { ending = .stopped }
                guard case .stopping(let waiters) = ending else { return [] }
                return waiters
            }
            for waiter in waiters { waiter.resume() }
        }

        private func waitForTheEnd() async {
            await withUnsafeContinuation { continuation in
                let isOver = ending.withLock { ending in
                    guard case .stopping(let waiters) = ending else { return true }
                    ending = .stopping(waiters + [continuation])
                    return false
                }
                if isOver { continuation.resume() }
            }
        }

        /// Removes what must not outlive the process, without waiting for anything; for an end in a
        /// hurry.
        package func abandon() {
            if let temporaryFolder { try? Folder.remove(temporaryFolder) }
        }
    }
}

/// Admin routes first, the dialects for everything else.
private struct TopHandler: Handler {
    let s3: S3Dialect
    let sts: QueryDialect
    let iam: QueryDialect
    let admin: AdminRoutes

    func respond(to request: Request) async -> Response {
        if AdminRoutes.isAddressed(by: request.head) { return await admin.respond(to: request) }
        return switch DialectChoice(request.head) {
        case .s3: await s3.respond(to: request)
        case .sts: await sts.respond(to: request)
        case .iam: await iam.respond(to: request)
        }
    }

    func refuse(_ error: HeadError) -> Response { s3.refuse(error) }
}

/// What a store is made of, before anything of it runs.
private struct Parts {
    let group: LoopGroup
    let cloud: Cloud
    let folder: String
    let temporaryFolder: String?

    init(_ options: FakeStore.Options) throws(FakeStore.StartError) {
        do throws(SystemError) {
            group = try LoopGroup(count: options.threads)
            if let folder = options.dataFolder {
                self.folder = folder
                temporaryFolder = nil
            } else {
                folder = try Folder.temporary(prefix: "fakestore-")
                temporaryFolder = folder
            }
        } catch {
            throw .system(error.description)
        }
        let clock = CloudClock()
        do {
            let store = try Store(
                folder: folder,
                group: group,
                durability: options.durability.forStore,
                clock: { clock.now() }
            )
            cloud = Cloud(
                store: store,
                journal: Journal(observer: RequestLog(options).observer),
                clock: clock,
                requestIDs: RequestIDs(seed: UInt64.random(in: 0...UInt64.max)),
                group: group
            )
        } catch {
            if let temporaryFolder { try? Folder.remove(temporaryFolder) }
            throw .data("\(error)")
        }
    }

    func close() async { await Parts.close(group, cloud.store, temporaryFolder) }

    static func close(_ group: LoopGroup, _ store: Store, _ temporaryFolder: String?) async {
        await group.stop()
        store.close()
        if let temporaryFolder { try? Folder.remove(temporaryFolder) }
    }
}

extension FakeStore.Durability {
    fileprivate var forStore: Durability {
        switch self {
        case .off: .off
        case .normal: .normal
        case .full: .full
        }
    }
}

extension FakeStore.StartError {
    /// What went wrong after the parts were there.
    fileprivate init(_ error: any Error, folder: String) {
        switch error {
        case let error as ListenError: self = .address("\(error)")
        case WorldError.differs, WorldError.unreadable: self = .data("\(error)")
        case let error as WorldError: self = .world("\(error)")
        case let error as StoreError: self = .data("`\(folder)`: \(error)")
        default: self = .system("\(error)")
        }
    }
}

extension WorldStart {
    /// Reads the world.
    fileprivate init(
        _ world: FakeStore.World,
        _ options: FakeStore.Options
    ) throws(FakeStore.StartError) {
        self.init()
        for name in options.buckets {
            if let fault = BucketName.fault(in: name) {
                throw .bucketName("`\(name)` is no bucket name: \(fault)")
            }
        }
        do {
            switch world {
            case .empty: definition = .standard()
            case .file(let path): definition = try .load(path: path)
            case .json(let text): definition = try .parse(text, folder: "")
            }
        } catch {
            throw .world("\(error)")
        }
        if let region = options.region { definition.region = region }
        if case .empty = world { isGiven = false } else { isGiven = true }
        buckets = options.buckets
        replaces = options.replacesWorld
    }
}
