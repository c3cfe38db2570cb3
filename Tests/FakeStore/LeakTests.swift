import FakeStore
import Platform
import Testing

@Suite("Nothing is left behind", .serialized)
struct LeakTests {
    /// What the process has open and how many threads it runs.
    private struct Count {
        var descriptors = Int.max
        var threads = Int.max

        /// Other suites run meanwhile, so the least of several counts is what tells.
        mutating func lower(to other: Count) {
            descriptors = min(descriptors, other.descriptors)
            threads = min(threads, other.threads)
        }
    }

    private func cycle() async throws -> Count {
        let store = try await FakeStore.start(buckets: ["reports"])
        let client = try TestClient(port: store.port)
        _ = try client.signed("PUT", "/reports/k", body: [1])
        _ = try client.send("GET", "/_fakestore/requests")
        await store.stop()
        return Count(
            descriptors: try Folder.names(in: "/proc/self/fd").count,
            threads: try Folder.names(in: "/proc/self/task").count
        )
    }

    @Test func startAndStopLeakNoDescriptorsAndNoThreads() async throws {
        var first = Count()
        for _ in 0..<5 { first.lower(to: try await cycle()) }
        var last = Count()
        for _ in 0..<20 { last.lower(to: try await cycle()) }
        // Twenty stores that kept one of either would show.
        #expect(last.descriptors < first.descriptors + 15)
        #expect(last.threads < first.threads + 15)
    }

    @Test func aStoppedStoreIsFreed() async throws {
        weak var server: FakeStore.Server?
        do {
            let store = try await FakeStore.start(buckets: ["reports"])
            server = store
            await store.stop()
        }
        #expect(server == nil)
    }
}
