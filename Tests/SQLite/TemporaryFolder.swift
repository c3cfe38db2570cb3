import Platform

/// A folder for one test, removed with its content when the test is over.
final class TemporaryFolder {
    let path: String

    init() throws { path = try Folder.temporary(prefix: "sqlite-test-") }

    deinit { try? Folder.remove(path) }
}
