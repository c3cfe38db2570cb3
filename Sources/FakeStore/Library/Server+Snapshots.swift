// Snapshots for Swift test suites: set up once, come back before each test.

import Cloud
import Store

extension FakeStore.Server {
    /// Keeps world, buckets, objects and uploads as they are, to come back to.
    ///
    /// - Parameter name: 1 to 64 letters, digits, `-`, `_` or `.`; what was kept under it before is replaced.
    /// - Throws: `ChangeError.refused` for a bad name, or `.failed` when the store can't keep it.
    public func makeSnapshot(_ name: String) async throws(FakeStore.ChangeError) {
        let name = try snapshotName(name)
        try await changing { _ = try await self.cloud.makeSnapshot(name) }
    }

    /// Makes everything as it was when the snapshot was made; the journal, the clock and the faults that were
    /// added stay.
    ///
    /// - Throws: `ChangeError.refused` when there is no such snapshot.
    public func restoreSnapshot(_ name: String) async throws(FakeStore.ChangeError) {
        let name = try snapshotName(name)
        try await changing { try await self.cloud.restoreSnapshot(name) }
    }

    /// Forgets a snapshot; one that is not there is fine.
    public func removeSnapshot(_ name: String) async throws(FakeStore.ChangeError) {
        let name = try snapshotName(name)
        try await changing { _ = try await self.cloud.store.removeSnapshot(name) }
    }

    private func snapshotName(_ text: String) throws(FakeStore.ChangeError) -> SnapshotName {
        do { return try SnapshotName(text) } catch { throw .refused("\(error)") }
    }
}
