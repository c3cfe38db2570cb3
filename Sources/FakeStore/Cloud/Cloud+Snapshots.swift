// Snapshots of the whole cloud. They are changes of the world like others: one after the other, and a request
// works with the world that it met, before or after.

import Store
import World

extension Cloud {
    /// Keeps world, buckets, objects and uploads as they are under a name.
    package func makeSnapshot(_ name: SnapshotName) async throws -> SnapshotRecord {
        // Between two changes, so that the world's document and the buckets agree.
        try await changes.pass { try await store.makeSnapshot(name) }
    }

    /// Makes everything as it was when the snapshot was made, for everybody at once.
    ///
    /// Journal, clock and the faults that were added stay as they are.
    ///
    /// - Throws: `StoreError.noSuchSnapshot`, `WorldError.unreadable` and others; then nothing has changed.
    package func restoreSnapshot(_ name: SnapshotName) async throws {
        try await changes.pass {
            let folder = store.folder
            try await store.restoreSnapshot(name) { text, buckets in
                let document = try WorldDocument(text, folder: folder)
                let (world, sealer) = (document.world, document.sealer)
                let state = try Cloud.state(of: world, buckets, sealer: sealer)
                return {
                    let before = self.state.world.definition
                    self.sealing.withLock { $0 = sealer }
                    self.publish(state)
                    if world.faults != before.faults { self.faults.replaceWorlds(world.faults) }
                }
            }
        }
    }
}
