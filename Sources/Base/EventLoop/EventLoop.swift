// One epoll loop on one thread, as the executor of the tasks that live there. A connection is one
// task on its loop: everything it touches (its socket, the loop's buffers and timers) belongs to
// this thread, so nothing on a request's way needs a lock or a hop.
//
// A tick: run the jobs → poll once more without waiting → commit what the phases collected → run
// what that resumed → end the tick → epoll_wait. A job is what Swift enqueues when a task can go
// on; waking a task is appending to an array.

import CSystem
@preconcurrency import Glibc
import Platform

/// An epoll loop and the executor of the tasks on it.
///
/// `@unchecked Sendable` is right because foreign threads reach only `inbox` (behind its lock) and
/// the constants; everything else is touched by the loop's own thread alone.
package final class EventLoop: TaskExecutor, @unchecked Sendable {
    /// The loop's place in its group, for state kept in arrays with one element per loop.
    package let index: Int

    /// The buffers of this loop; for its own thread only.
    package let buffers = BufferPool()

    /// Monotonic nanoseconds as of the last poll; what deadlines are counted from.
    ///
    /// Own thread only.
    package private(set) var now: UInt64 = monotonicNanoseconds()

    /// What other threads hand over.
    private struct Inbox {
        var jobs: [UnownedJob] = []
        var continuations: [UnsafeContinuation<Void, Never>] = []
        /// Whether the loop has been woken for what is in here already.
        var isWoken = false
        /// Tasks spawned and not ended.
        var liveTasks = 0
        var isStopping = false
        /// Set when the thread is about to end; nothing is taken in any more.
        var isClosed = false
    }

    private let inbox = Locked(Inbox())
    private let poller: Int32
    private let waker: Int32

    // Everything below belongs to the loop's thread.
    private var jobs: [UnownedJob] = []
    private var spareJobs: [UnownedJob] = []
    private var deferred: [UnsafeContinuation<Void, Never>] = []
    private var sockets: [Unmanaged<Socket>?] = []
    private var timers = TimerHeap()
    private var phases: [any LoopPhase] = []
    private let events = UnsafeMutableBufferPointer<epoll_event>.allocate(
        capacity: EventLoop.eventsPerPoll
    )
    /// Whether the loop ends as soon as its tasks have; own thread only.
    package private(set) var isStopping = false

    /// A poll takes at most this many events; the rest comes with the next one.
    private static let eventsPerPoll = 256
    /// So many jobs run before the sockets are looked at again, even if the jobs make more jobs.
    private static let jobsPerTurn = 4_096
    /// A tick commits at most so often before it polls again, even if commits make jobs that
    /// make commits.
    private static let commitsPerTick = 8

    init(index: Int) throws(SystemError) {
        self.index = index
        poller = try retrying("epoll_create1") { epoll_create1(Int32(EPOLL_CLOEXEC)) }
        do {
            waker = try retrying("eventfd") { eventfd(0, Int32(EFD_CLOEXEC | EFD_NONBLOCK)) }
        } catch {
            close(poller)
            events.deallocate()
            throw error
        }
        // Edge-triggered: every write to the eventfd is a new edge, so it never has to be read.
        try control(EPOLL_CTL_ADD, waker, EPOLLIN.rawValue | EPOLLET.rawValue)
    }

    // The descriptors close here and not when the thread ends: a thread that has just put something
    // into the inbox may still be about to write to the eventfd, and it holds a reference.
    deinit {
        if poller >= 0 { close(poller) }
        close(waker)
        events.deallocate()
    }

    /// The loop that runs on the calling thread, if any.
    package static var current: EventLoop? {
        guard let pointer = csystem_current_loop() else { return nil }
        return Unmanaged<EventLoop>.fromOpaque(pointer).takeUnretainedValue()
    }

    /// Whether the calling thread is this loop's.
    @inline(__always)
    package var isCurrent: Bool {
        csystem_current_loop() == UnsafeMutableRawPointer(Unmanaged.passUnretained(self).toOpaque())
    }

    // MARK: Tasks

    /// Starts a task on this loop; from any thread.
    ///
    /// The loop stays until it ends.
    ///
    /// - Returns: false when the loop has ended, and nothing was started.
    @discardableResult
    package func spawn(_ body: @escaping @Sendable () async -> Void) -> Bool {
        let isOpen = inbox.withLock { inbox in
            if inbox.isClosed { return false }
            inbox.liveTasks += 1
            return true
        }
        guard isOpen else { return false }
        Task(executorPreference: self) {
            await body()
            self.taskEnded()
        }
        return true
    }

    private func taskEnded() {
        let mustWake = inbox.withLock { inbox in
            inbox.liveTasks -= 1
            // Normally the task ends on the loop, which looks at the count before it waits.
            guard !isCurrent, inbox.isStopping, !inbox.isWoken else { return false }
            inbox.isWoken = true
            return true
        }
        if mustWake { wake() }
    }

    /// Takes a job from the Swift runtime: appended when it comes from this loop, else handed over.
    package func enqueue(_ job: consuming ExecutorJob) {
        let job = UnownedJob(job)
        if isCurrent {
            jobs.append(job)
            return
        }
        enum Next { case nothing, wake, runHere }
        let next: Next = inbox.withLock { inbox in
            if inbox.isClosed { return .runHere }
            inbox.jobs.append(job)
            if inbox.isWoken { return .nothing }
            inbox.isWoken = true
            return .wake
        }
        switch next {
        case .nothing: break
        case .wake: wake()
        // A straggler of a task that was not spawned here and outlived the loop: it must run
        // somewhere, and nobody else runs anything of this loop any more.
        case .runHere: job.runSynchronously(on: asUnownedTaskExecutor())
        }
    }

    // MARK: Waking

    /// Resumes a waiting task on this loop; from any thread.
    package func resumeLater(_ continuation: UnsafeContinuation<Void, Never>) {
        if isCurrent { continuation.resume() } else { post([continuation]) }
    }

    /// Resumes many waiting tasks of this loop with one lock and one wake-up; from any thread.
    package func post(_ continuations: [UnsafeContinuation<Void, Never>]) {
        if continuations.isEmpty { return }
        if isCurrent {
            for continuation in continuations { continuation.resume() }
            return
        }
        enum Next { case nothing, wake, resumeHere }
        let next: Next = inbox.withLock { inbox in
            if inbox.isClosed { return .resumeHere }
            inbox.continuations.append(contentsOf: continuations)
            if inbox.isWoken { return .nothing }
            inbox.isWoken = true
            return .wake
        }
        switch next {
        case .nothing: break
        case .wake: wake()
        case .resumeHere: for continuation in continuations { continuation.resume() }
        }
    }

    /// Lets the loop look at its sockets before the calling task goes on.
    ///
    /// For tasks that would otherwise never wait, such as an upload that is always ahead; own tasks
    /// only.
    package func yieldTurn() async {
        precondition(isCurrent, "yieldTurn called off the loop")
        await withUnsafeContinuation { deferred.append($0) }
    }

    private func wake() {
        var one: UInt64 = 1
        // The eventfd's counter would have to reach 2^64 for this to fail.
        _ = write(waker, &one, 8)
    }

    // MARK: Timers

    /// Waits; own tasks only.
    ///
    /// - Returns: false when the loop is stopping and the time was cut short.
    @discardableResult
    package func sleep(milliseconds: Int) async -> Bool {
        precondition(isCurrent, "sleep called off the loop")
        if isStopping { return false }
        let sleeper = Sleeper()
        sleeper.deadline = deadline(milliseconds: milliseconds)
        await withUnsafeContinuation { continuation in
            sleeper.continuation = continuation
            timers.arm(sleeper)
        }
        return !isStopping
    }

    /// The point on the monotonic clock `milliseconds` after this tick's time.
    package func deadline(milliseconds: Int) -> UInt64 {
        now &+ UInt64(max(0, milliseconds)) &* 1_000_000
    }

    func arm(_ timer: LoopTimer) { timers.arm(timer) }
    func disarm(_ timer: LoopTimer) { timers.remove(timer) }

    private final class Sleeper: LoopTimer {
        var continuation: UnsafeContinuation<Void, Never>?

        override func fire(isStopping: Bool) {
            continuation?.resume()
            continuation = nil
        }
    }

    // MARK: Sockets

    private func control(
        _ operation: Int32,
        _ descriptor: Int32,
        _ interest: UInt32
    ) throws(SystemError) {
        var event = epoll_event()
        event.events = interest
        event.data.fd = descriptor
        try retrying("epoll_ctl") { epoll_ctl(poller, operation, descriptor, &event) }
    }

    /// Watches a socket; edge-triggered, so this is the only epoll_ctl of its life (closing the
    /// descriptor ends it).
    func register(_ socket: Socket) throws(SystemError) {
        precondition(isCurrent, "a socket is registered by its loop")
        let slot = Int(socket.descriptor)
        if slot >= sockets.count {
            sockets.append(contentsOf: repeatElement(nil, count: max(64, slot + 1 - sockets.count)))
        }
        precondition(sockets[slot] == nil, "descriptor \(slot) is registered already")
        try control(
            EPOLL_CTL_ADD,
            socket.descriptor,
            EPOLLIN.rawValue | EPOLLOUT.rawValue | EPOLLRDHUP.rawValue | EPOLLET.rawValue
        )
        sockets[slot] = Unmanaged.passUnretained(socket)
    }

    func unregister(_ socket: Socket) {
        sockets[Int(socket.descriptor)] = nil
        timers.remove(socket)
    }

    // MARK: The thread

    func use(_ phases: [any LoopPhase]) { self.phases = phases }

    /// Tells the loop to end when its tasks have; their sockets and timers stop waiting.
    func stop() {
        let mustWake = inbox.withLock { inbox in
            inbox.isStopping = true
            if inbox.isWoken || inbox.isClosed { return false }
            inbox.isWoken = true
            return true
        }
        if mustWake { wake() }
    }

    /// Runs until `stop` was called and every spawned task has ended.
    func run() {
        csystem_set_current_loop(Unmanaged.passUnretained(self).toOpaque())
        defer {
            csystem_set_current_loop(nil)
            // Phases may hold what holds this loop.
            phases = []
        }
        while true {
            runJobs()
            if !phases.isEmpty { runPhases() }
            if isStopping, hasEnded() { return }
            poll(waits: true)
        }
    }

    private func runJobs() {
        var done = 0
        while !jobs.isEmpty, done < EventLoop.jobsPerTurn {
            // Jobs append to `jobs` while these run; the two arrays take turns and keep their room.
            swap(&jobs, &spareJobs)
            done += spareJobs.count
            let executor = asUnownedTaskExecutor()
            for job in spareJobs { job.runSynchronously(on: executor) }
            spareJobs.removeAll(keepingCapacity: true)
        }
    }

    private func runPhases() {
        if phases.contains(where: { $0.hasPending(on: self) }) {
            poll(waits: false)
            runJobs()
        }
        var rounds = 0
        repeat {
            for phase in phases { phase.commit(on: self) }
            if jobs.isEmpty { break }
            runJobs()
            rounds += 1
        } while rounds < EventLoop.commitsPerTick
        hasUncommitted = rounds == EventLoop.commitsPerTick
        for phase in phases { phase.endTick(on: self) }
    }

    /// Set when a tick gave up committing; the next poll then doesn't wait.
    private var hasUncommitted = false

    private func hasEnded() -> Bool {
        guard jobs.isEmpty, deferred.isEmpty, !hasUncommitted else { return false }
        return inbox.withLock { inbox in
            guard inbox.jobs.isEmpty, inbox.continuations.isEmpty, inbox.liveTasks == 0 else {
                return false
            }
            inbox.isClosed = true
            return true
        }
    }

    private func poll(waits: Bool) {
        let mustNotWait = !waits || !jobs.isEmpty || !deferred.isEmpty || hasUncommitted
        let timeout = mustNotWait ? 0 : timers.millisecondsUntilNext(now: monotonicNanoseconds())
        let count = epoll_wait(poller, events.baseAddress, Int32(events.count), timeout)
        now = monotonicNanoseconds()
        // EINTR is the only failure a valid poller has, and then there is simply nothing yet.
        if count > 0 {
            for event in events[..<Int(count)] {
                if event.data.fd == waker {
                    takeInbox()
                } else if let socket = sockets[Int(event.data.fd)] {
                    // An event of a closed socket may meet a new one under the same descriptor.
                    // Ready bits are hints, so that costs one EAGAIN and nothing else.
                    socket.takeUnretainedValue().take(events: event.events)
                }
            }
        }
        if !deferred.isEmpty, waits {
            let continuations = deferred
            deferred.removeAll(keepingCapacity: true)
            for continuation in continuations { continuation.resume() }
        }
        while let timer = timers.popDue(now: now) { timer.fire(isStopping: isStopping) }
    }

    private func takeInbox() {
        let (newJobs, continuations, mustStop) = inbox.withLock { inbox in
            let taken = (inbox.jobs, inbox.continuations, inbox.isStopping)
            inbox.jobs = []
            inbox.continuations = []
            inbox.isWoken = false
            return taken
        }
        jobs.append(contentsOf: newJobs)
        for continuation in continuations { continuation.resume() }
        if mustStop, !isStopping { stopWaiting() }
    }

    /// Wakes everything that waits, for good: from now on waiting returns at once.
    private func stopWaiting() {
        isStopping = true
        for socket in sockets { socket?.takeUnretainedValue().cut() }
        while let timer = timers.popAny() { timer.fire(isStopping: true) }
    }
}
