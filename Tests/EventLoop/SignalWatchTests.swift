import EventLoop
@preconcurrency import Glibc
import Testing

/// That a signal arrives can only be tested in a process of its own, where every thread blocks it: the
/// tests of the commands end them with SIGTERM.
@Suite struct SignalWatchTests {
    @Test func stoppingEndsTheWait() async throws {
        let watch = try SignalWatch([SIGWINCH])
        async let next = watch.next()
        watch.stop()
        #expect(await next == nil)
        #expect(await watch.next() == nil)
    }
}
