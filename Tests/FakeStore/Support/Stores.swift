// Stores for tests: started with a world of one account, always stopped.

import FakeStore
import Platform

/// Runs `body` with a store, and stops it whatever happens.
func withStore(
    _ world: FakeStore.World = .empty,
    _ options: FakeStore.Options = FakeStore.Options(),
    _ body: (FakeStore.Server) async throws -> Void
) async throws {
    var options = options
    if options.threads == nil { options.threads = 1 }
    let store = try await FakeStore.start(world: world, options: options)
    do {
        try await body(store)
    } catch {
        await store.stop()
        throw error
    }
    await store.stop()
}

/// Runs `body` with a folder that is removed afterwards.
func withFolder(_ body: (String) async throws -> Void) async throws {
    let folder = try Folder.temporary(prefix: "fakestore-test-")
    do {
        try await body(folder)
    } catch {
        try? Folder.remove(folder)
        throw error
    }
    try Folder.remove(folder)
}

func write(_ text: String, to path: String) throws {
    let file = try OpenFile(path, .replace)
    try Array(text.utf8).withUnsafeBytes { try file.write($0, at: 0) }
}

/// The account of the exporter: its user may only write, and only says so for the bucket itself.
let exporterWorld = """
    {"accounts":[{"id":"111122223333","name":"acme","users":[{"name":"exporter","path":"/bills/",
    "accessKeys":[{"id":"AKIAEXAMPLE000000001","secret":"exporter-secret-exporter"}],
    "policies":[{"name":"ExportWrite","document":{"Version":"2012-10-17","Statement":[
    {"Effect":"Allow","Action":"s3:PutObject","Resource":"arn:aws:s3:::acme-billing"}]}}]}],
    "buckets":[{"name":"acme-billing"}]}]}
    """

/// Signs as the user of `exporterWorld`.
let exporter = TestSigner(accessKey: "AKIAEXAMPLE000000001", secret: "exporter-secret-exporter")
