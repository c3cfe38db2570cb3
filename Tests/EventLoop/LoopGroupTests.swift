// Loops as executors: where tasks run, what wakes them, the order of a tick, and the end.

import EventLoop
@preconcurrency import Glibc
import Platform
import Testing

/// A started group that ends with the test.
func withGroup(
    count: Int = 2,
    phases: [any LoopPhase] = [],
    _ body: (LoopGroup) async throws -> Void
) async throws {
    let group = try LoopGroup(count: count)
    for phase in phases { group.add(phase) }
    try group.start()
    do {
        try await body(group)
    } catch {
        await group.stop()
        throw error
    }
    await group.stop()
}

extension EventLoop {
    /// Runs `body` on the loop and returns what it returns.
    func result<Value: Sendable>(_ body: @escaping @Sendable () async -> Value) async -> Value {
        await withCheckedContinuation { continuation in
            let isStarted = spawn { continuation.resume(returning: await body()) }
            precondition(isStarted, "the loop has ended")
        }
    }
}

@Suite struct LoopGroupTests {
    @Test func runsATaskOnTheLoopItWasSpawnedOn() async throws {
        try await withGroup { group in
            for loop in group.loops {
                #expect(await loop.result { EventLoop.current === loop })
            }
            #expect(EventLoop.current == nil)
        }
    }

    @Test func comesBackToTheLoopAfterWaitingElsewhere() async throws {
        try await withGroup { group in
            let (first, second) = (group.loops[0], group.loops[1])
            let isBack = await first.result {
                await second.result { precondition(EventLoop.current === second) }
                let afterOther = EventLoop.current === first
                await Counter().increase()
                let afterActor = EventLoop.current === first
                async let child = EventLoop.current === first
                return await [afterOther, afterActor, child, EventLoop.current === first]
            }
            #expect(isBack == [true, true, true, true])
        }
    }

    @Test func handsOutLoopsInTurn() throws {
        let group = try LoopGroup(count: 3)
        let turns = (0..<6).map { _ in group.next().index }
        #expect(turns == [1, 2, 0, 1, 2, 0])
    }

    @Test func resumesWhatForeignThreadsPost() async throws {
        try await withGroup(count: 1) { group in
            let loop = group.loops[0]
            let waiting = Locked<[UnsafeContinuation<Void, Never>]>([])
            let ended = Locked(0)
            for _ in 0..<100 {
                loop.spawn {
                    await withUnsafeContinuation { continuation in
                        waiting.withLock { $0.append(continuation) }
                    }
                    precondition(loop.isCurrent)
                    ended.withLock { $0 += 1 }
                }
            }
            while waiting.withLock({ $0.count }) < 100 { await Task.yield() }
            loop.post(waiting.withLock { $0 })
            while ended.withLock({ $0 }) < 100 { await Task.yield() }
        }
    }

    @Test func manyThreadsWakeALoopWithoutLosingAnything() async throws {
        try await withGroup { group in
            let count = getenv("TEST_COUNTS").map { String(cString: $0) } == "long" ? 20_000 : 500
            let sum = await withTaskGroup(of: Int.self) { tasks in
                for number in 0..<count {
                    tasks.addTask { await group.loops[number % 2].result { number } }
                }
                return await tasks.reduce(0, +)
            }
            #expect(sum == count * (count - 1) / 2)
        }
    }

    @Test func lettingOthersHaveATurnLooksAtThem() async throws {
        try await withGroup(count: 1) { group in
            let loop = group.loops[0]
            let isDone = Locked(false)
            let turns = await loop.result {
                // The other task comes from a foreign thread: it is found only by polling.
                Task.detached { loop.spawn { isDone.withLock { $0 = true } } }
                var turns = 0
                while !isDone.withLock({ $0 }) {
                    await loop.yieldTurn()
                    turns += 1
                }
                return turns
            }
            #expect(turns > 0)
        }
    }

    // MARK: The end

    @Test func waitsForItsTasksAndEndsTheirSleep() async throws {
        let group = try LoopGroup(count: 2)
        try group.start()
        let slept = Locked<[Bool]>([])
        for loop in group.loops {
            await loop.result {}
            loop.spawn {
                let isWhole = await loop.sleep(milliseconds: 1_000_000)
                slept.withLock { $0.append(isWhole) }
            }
        }
        await group.stop()
        #expect(slept.withLock { $0 } == [false, false])
        #expect(!group.loops[0].spawn {}, "nothing starts on a loop that has ended")
        await group.stop()
    }

    @Test func leavesNoThreadsAndDescriptorsBehind() async throws {
        // Other tests run beside this one, so it counts what it made: the loops' own descriptors.
        for _ in 0..<50 {
            try await withGroup(count: 3) { group in
                for loop in group.loops { await loop.result {} }
            }
        }
        let open = try Folder.names(in: "/proc/self/fd").count
        #expect(
            open < 2_000,
            "50 groups of 3 loops with 2 descriptors each would stay behind otherwise"
        )
        let loops = try Folder.names(in: "/proc/self/task").count
        #expect(loops < 150)
    }

    // MARK: Phases

    @Test func commitsAfterTheJobsAndEndsTheTickAfterWhatThatResumed() async throws {
        let phase = RecordingPhase()
        try await withGroup(count: 1, phases: [phase]) { group in
            let loop = group.loops[0]
            await loop.result {
                phase.record("job")
                await phase.submit()
                phase.record("resumed")
                await phase.submit()
                phase.record("resumed again")
            }
        }
        #expect(
            phase.events.prefix(6)
                == ["job", "commit 1", "resumed", "commit 1", "resumed again", "end"]
        )
    }

    @Test func commitsTogetherWhatCameInOneTick() async throws {
        let phase = RecordingPhase()
        try await withGroup(count: 1, phases: [phase]) { group in
            let loop = group.loops[0]
            let done = Locked(0)
            await loop.result {
                for _ in 0..<10 {
                    loop.spawn {
                        await phase.submit()
                        done.withLock { $0 += 1 }
                    }
                }
            }
            while done.withLock({ $0 }) < 10 { await Task.yield() }
        }
        #expect(phase.events.contains("commit 10"))
    }
}

private actor Counter {
    private var count = 0
    func increase() { count += 1 }
}

/// Writes down what happens on its single loop.
private final class RecordingPhase: LoopPhase {
    private struct State {
        var events: [String] = []
        var waiting: [UnsafeContinuation<Void, Never>] = []
    }

    private let state = Locked(State())

    var events: [String] { state.withLock { $0.events } }

    func record(_ event: String) { state.withLock { $0.events.append(event) } }

    func submit() async {
        await withUnsafeContinuation { continuation in
            state.withLock { $0.waiting.append(continuation) }
        }
    }

    func hasPending(on loop: EventLoop) -> Bool { state.withLock { !$0.waiting.isEmpty } }

    func commit(on loop: EventLoop) {
        let waiting = state.withLock { state in
            if state.waiting.isEmpty { return [UnsafeContinuation<Void, Never>]() }
            defer { state.waiting = [] }
            state.events.append("commit \(state.waiting.count)")
            return state.waiting
        }
        for continuation in waiting { continuation.resume() }
    }

    func endTick(on loop: EventLoop) {
        state.withLock { state in
            if let last = state.events.last, last != "end" { state.events.append("end") }
        }
    }
}
