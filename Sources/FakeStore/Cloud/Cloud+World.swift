// The world at the start, its replacement and the way back to the start. The store keeps the world's
// document and, row by row, the buckets; where both speak of a bucket, the row is right.
//
// A change of the whole world takes many commits. So the document is saved first, marked as not
// settled; a start that finds such a document finishes the change before anything else.

import JSON
import Policy
import Store
import World

/// The world that a cloud starts with.
package struct WorldStart: Sendable {
    package var definition = WorldDefinition()
    /// Whether someone asked for this world; else a data folder's own goes before it.
    package var isGiven = false
    /// Whether it replaces a different world that the data folder holds.
    package var replaces = false
    /// Buckets to make where they are missing, in the first account.
    package var buckets: [String] = []

    package init() {}
}

/// Why a world can't become the cloud's.
package enum WorldError: Error, CustomStringConvertible {
    /// The data folder holds another world.
    case differs(folder: String)
    /// The data folder's document can't be read.
    case unreadable(folder: String, reason: String)
    /// A bucket would change its owner or its place.
    case moves(bucket: String, path: String)
    /// An object's file can't be read.
    case noFile(path: String, reason: String)
    /// `--bucket` in a world without accounts.
    case noAccount(bucket: String)

    package var description: String {
        switch self {
        case .differs(let folder):
            "`\(folder)` holds a different world: start without a world to keep it, "
                + "or with --replace-world to replace it"
        case .unreadable(let folder, let reason):
            "`\(folder)` holds a world that can't be read: \(reason)"
        case .moves(let bucket, let path):
            "\(path): the bucket `\(bucket)` can't move to another account or region: "
                + "delete it first"
        case .noFile(let path, let reason): "\(path): \(reason)"
        case .noAccount(let bucket):
            "the bucket `\(bucket)` can't be made: the world has no account"
        }
    }
}

extension Cloud {
    /// Brings the start's world, or the data folder's, to life; once, before requests are answered.
    package func begin(_ start: WorldStart) async throws {
        self.start.withLock { $0 = start }
        try await changes.pass {
            guard let text = try store.worldDocument() else {
                return try await install(start.definition, buckets: start.buckets)
            }
            let document = try WorldDocument(text, folder: store.folder)
            sealing.withLock { $0 = document.sealer }
            try restore(document.world)
            let isSame = start.definition == document.origin || start.definition == document.world
            if start.isGiven, !isSame {
                guard start.replaces else { throw WorldError.differs(folder: store.folder) }
                try await replace(start.definition, origin: start.definition)
            } else if !document.isSettled {
                try await replace(document.world, origin: document.origin, isResumed: true)
            }
            try await makeMissing(start.buckets)
        }
    }

    /// Takes everything back to the state right after the start: world, objects, journal, faults and clock.
    package func reset(clock setting: CloudClock.Setting = .real) async throws {
        try await changes.pass {
            let start = self.start.withLock { $0 }
            try await store.clear()
            // Sessions end with the world they were of.
            sealing.withLock { $0 = SessionSealer() }
            publish(CloudState(world: WorldSnapshot(WorldDefinition()), buckets: [:]))
            try await install(start.definition, buckets: start.buckets)
            clock.set(setting)
            faults.restart(with: start.definition.faults)
            journal.clear()
        }
    }

    /// Makes this world the cloud's.
    ///
    /// Buckets that it doesn't name go with their objects; the objects
    /// of the others stay, and those it names for the first time are read from their files.
    package func replaceWorld(_ definition: WorldDefinition) async throws {
        try await changes.pass {
            try await replace(definition, origin: definition)
        }
    }

    /// Changes the accounts of the world and what is in them, starting from what they are when it is this
    /// change's turn; durable and visible when this returns.
    ///
    /// Buckets can't come, go or move in this way; their policies may change.
    ///
    /// - Parameter edit: Changes the definition, or throws to leave everything as it was.
    /// - Returns: What `edit` returned.
    /// - Throws: What `edit` throws, or the store's failure.
    @discardableResult
    package func editWorld<Result>(
        _ edit: (inout WorldDefinition) throws -> Result
    ) async throws -> Result {
        try await changes.pass {
            let before = state
            var definition = before.world.definition
            let result = try edit(&definition)
            if definition == before.world.definition { return result }
            let target = snapshot(definition)
            let changed = target.buckets.values.filter { bucket in
                before.bucket(bucket.name).map { $0.bucket.settings != bucket.settings } ?? false
            }
            var document = WorldDocument(
                origin: try savedOrigin() ?? definition,
                world: definition,
                isSettled: changed.isEmpty,
                sealer: sealer
            )
            try await store.saveWorld(document.text)
            var buckets = before.buckets
            for bucket in changed {
                buckets[bucket.name] = try await settle(bucket, present: before.bucket(bucket.name))
            }
            publish(CloudState(world: target, buckets: buckets))
            if !changed.isEmpty {
                document.isSettled = true
                try await store.saveWorld(document.text)
            }
            return result
        }
    }

    /// The world that the data folder's world began as.
    private func savedOrigin() throws -> WorldDefinition? {
        guard let text = try store.worldDocument() else { return nil }
        return try WorldDocument(text, folder: store.folder).origin
    }

    // MARK: Inside a change

    private func install(_ definition: WorldDefinition, buckets: [String]) async throws {
        try await replace(definition, origin: definition)
        try await makeMissing(buckets)
    }

    /// Makes the kept world visible.
    private func restore(_ definition: WorldDefinition) throws {
        publish(try Cloud.state(of: definition, try store.buckets(), sealer: sealer))
        faults.replaceWorlds(definition.faults)
    }

    /// A kept world with the buckets that the rows tell of.
    static func state(
        of definition: WorldDefinition,
        _ records: [BucketRecord],
        sealer: SessionSealer
    ) throws -> CloudState {
        var definition = definition
        var buckets: [String: CloudBucket] = [:]
        for record in records { buckets[record.name] = try CloudBucket(record) }
        for account in definition.accounts {
            for bucket in account.buckets where buckets[bucket.name] == nil {
                definition.remove(bucket: bucket.name)
            }
        }
        let accounts = Set(definition.accounts.map(\.id))
        for (_, bucket) in buckets.sorted(by: { $0.key < $1.key })
        where accounts.contains(bucket.account) {
            definition.set(bucket.bucket)
        }
        return CloudState(
            world: WorldSnapshot(definition, sealer: sealer),
            buckets: buckets
        )
    }

    private func replace(
        _ definition: WorldDefinition,
        origin: WorldDefinition,
        isResumed: Bool = false
    ) async throws {
        let before = state
        let target = snapshot(definition)
        // 1. What can't be done is refused before anything is.
        for bucket in target.buckets.values {
            guard let present = before.bucket(bucket.name) else { continue }
            guard present.account == bucket.account, present.region == bucket.region else {
                throw WorldError.moves(bucket: bucket.name, path: "buckets")
            }
        }
        let objects = newObjects(of: definition, beside: before, isResumed: isResumed)
        for object in objects { try object.check() }
        // 2. From here on a crash leads to the new world.
        var document = WorldDocument(
            origin: origin,
            world: definition,
            isSettled: false,
            sealer: sealer
        )
        try await store.saveWorld(document.text)
        // 3. New names and settings become visible together, the old ones stop being so.
        var buckets: [String: CloudBucket] = [:]
        for bucket in target.buckets.values.sorted(by: { $0.name < $1.name }) {
            buckets[bucket.name] = try await settle(bucket, present: before.bucket(bucket.name))
        }
        publish(CloudState(world: target, buckets: buckets))
        if definition.faults != before.world.definition.faults {
            faults.replaceWorlds(definition.faults)
        }
        for bucket in before.buckets.values where buckets[bucket.name] == nil {
            try await removeWithObjects(bucket)
        }
        for object in objects {
            guard let bucket = buckets[object.bucket] else { continue }
            try await put(object, into: bucket)
        }
        document.isSettled = true
        try await store.saveWorld(document.text)
    }

    /// The bucket as the new world has it, in the store.
    private func settle(_ bucket: Bucket, present: CloudBucket?) async throws -> CloudBucket {
        guard let present else {
            return try await makeBucket(
                bucket.name,
                account: bucket.account,
                region: bucket.region,
                settings: bucket.settings
            )
        }
        if present.bucket.settings != bucket.settings {
            try await store.updateBucket(present.id, settings: bucket.settings.json)
        }
        return CloudBucket(
            bucket: bucket,
            id: present.id,
            created: present.created,
            dialect: present.dialect
        )
    }

    private func makeMissing(_ names: [String]) async throws {
        for name in names where state.bucket(name) == nil {
            guard let account = state.world.definition.accounts.first else {
                throw WorldError.noAccount(bucket: name)
            }
            let bucket = try await makeBucket(
                name,
                account: account.id,
                region: region,
                settings: state.world.definition.defaults.settings
            )
            publish(state.setting(bucket))
        }
    }

    /// Deletes a bucket that requests can't find any more.
    private func removeWithObjects(_ bucket: CloudBucket) async throws {
        while true {
            var query = ListQuery()
            query.limit = 1_000
            let page = try store.list(bucket: bucket.id, query)
            for case .object(let record) in page.entries {
                _ = try await store.delete(bucket: bucket.id, key: record.key)
            }
            guard page.entries.isEmpty else { continue }
            do {
                return try await store.deleteBucket(bucket.id)
            } catch StoreError.bucketNotEmpty {
                // A put that was on its way when the bucket disappeared; one more round takes it.
                continue
            } catch StoreError.noSuchBucket {
                return
            }
        }
    }
}

/// The form in which the store keeps a world: the living one and the one it began as.
struct WorldDocument {
    /// The world as it was given, by which the same file is known again.
    var origin: WorldDefinition
    var world: WorldDefinition
    /// Whether buckets and objects are as the world says.
    var isSettled: Bool
    /// What sealed the tokens of the world's sessions.
    var sealer: SessionSealer

    init(
        origin: WorldDefinition,
        world: WorldDefinition,
        isSettled: Bool,
        sealer: SessionSealer
    ) {
        self.origin = origin
        self.world = world
        self.isSettled = isSettled
        self.sealer = sealer
    }

    init(_ text: String, folder: String) throws(WorldError) {
        do {
            let node = try JSON.parse(text, file: "world of \(folder)")
            var reader = try ObjectReader(node)
            let world = try reader.requiredNode("world").text()
            let origin = try reader.optional("origin", as: JSONNode.self)?.text() ?? world
            isSettled = try reader.required("settled")
            // Folders of earlier versions have none, and no sessions either.
            sealer =
                try reader.optional("sealer").flatMap { SessionSealer(text: $0) }
                ?? SessionSealer()
            try reader.finish()
            self.world = try WorldDefinition.parse(world)
            self.origin = try WorldDefinition.parse(origin)
        } catch {
            throw .unreadable(folder: folder, reason: error.description)
        }
    }

    /// A JSON text, secrets included: the data folder is the cloud's own.
    var text: String {
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("settled", isSettled)
            writer.member("sealer", sealer.text)
            writer.key("world")
            writer.raw(world.json(secrets: true, layout: .compact).utf8)
            if origin != world {
                writer.key("origin")
                writer.raw(origin.json(secrets: true, layout: .compact).utf8)
            }
        }
        return writer.text
    }
}
