import EventLoop
import Platform
import Testing

@Suite struct LoopGroupTests {
    @Test func runsATaskOnTheLoopItWasSpawnedOn() async throws {
        let group = try LoopGroup(count: 2)
        try group.start()
        for loop in group.loops {
            let isThere = await withCheckedContinuation { continuation in
                _ = loop.spawn { continuation.resume(returning: EventLoop.current === loop) }
            }
            #expect(isThere)
        }
        #expect(EventLoop.current == nil)
        await group.stop()
    }
}
