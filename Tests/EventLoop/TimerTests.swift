import EventLoop
import Platform
import Testing

@Suite struct TimerTests {
    @Test func wakesInTheOrderOfTheDeadlines() async throws {
        try await withGroup(count: 1) { group in
            let loop = group.loops[0]
            let woken = Locked<[Int]>([])
            await loop.result {
                for milliseconds in [9, 3, 7, 1, 5, 8, 2, 6, 4] {
                    loop.spawn {
                        let isWhole = await loop.sleep(milliseconds: milliseconds * 3)
                        precondition(isWhole && loop.isCurrent)
                        woken.withLock { $0.append(milliseconds) }
                    }
                }
            }
            while woken.withLock({ $0.count }) < 9 { await loop.result { await loop.yieldTurn() } }
            #expect(woken.withLock { $0 } == [1, 2, 3, 4, 5, 6, 7, 8, 9])
        }
    }

    @Test func neverWakesEarly() async throws {
        try await withGroup(count: 1) { group in
            let loop = group.loops[0]
            let nanoseconds = await loop.result {
                await loop.yieldTurn()
                let start = loop.now
                await loop.sleep(milliseconds: 5)
                return monotonicNanoseconds() - start
            }
            #expect(nanoseconds >= 5_000_000)
        }
    }

    @Test func sleepingForNoTimeReturns() async throws {
        try await withGroup(count: 1) { group in
            let loop = group.loops[0]
            #expect(await loop.result { await loop.sleep(milliseconds: 0) })
        }
    }
}
