// The emulated cloud's time of day. Tests move it to see sessions expire and bills age; signatures
// are checked against real time unless the caller says otherwise, because the clients' clocks are
// real.

import Platform
import Synchronization

/// The cloud's clock: real time, real time with an offset, or a fixed moment.
package final class CloudClock: Sendable {
    /// What the clock shows.
    package enum Setting: Equatable, Sendable {
        case offset(microseconds: Int64)
        case fixed(Timestamp)

        /// Real time.
        package static let real = Setting.offset(microseconds: 0)
    }

    /// One word tells the whole story, so that a reader never sees half a change: the offset or the
    /// moment in microseconds, shifted left by two, with two flags below.
    private let word: Atomic<Int64>
    private static let fixedFlag: Int64 = 1
    private static let skewFlag: Int64 = 2

    private let realTime: @Sendable () -> Timestamp

    /// A clock that shows `setting` of the real time that `realTime` gives.
    package init(
        _ setting: Setting = .real,
        realTime: @escaping @Sendable () -> Timestamp = { .now() }
    ) {
        word = Atomic(CloudClock.word(of: setting, skewIsShifted: false))
        self.realTime = realTime
    }

    /// The time for LastModified, expiry and `aws:CurrentTime`.
    package func now() -> Timestamp { read().now }

    /// The time that signatures are compared with: real, unless the skew check was shifted too.
    package func signatureTime() -> Timestamp { read().forSignatures }

    /// Both times of one moment: what the clock shows, and what signatures are compared with.
    package func read() -> (now: Timestamp, forSignatures: Timestamp) {
        let current = word.load(ordering: .relaxed)
        let real = realTime()
        let now = time(of: current, real)
        return (now, current & CloudClock.skewFlag == 0 ? real : now)
    }

    /// What the clock shows at present.
    package var setting: Setting {
        let current = word.load(ordering: .relaxed)
        let value = current >> 2
        return current & CloudClock.fixedFlag == 0
            ? .offset(microseconds: value) : .fixed(Timestamp(microseconds: value))
    }

    /// Whether signatures are compared with the shown time instead of real time.
    package var skewIsShifted: Bool { word.load(ordering: .relaxed) & CloudClock.skewFlag != 0 }

    /// Changes what the clock shows, for everyone at once.
    package func set(_ setting: Setting, skewIsShifted: Bool = false) {
        word.store(CloudClock.word(of: setting, skewIsShifted: skewIsShifted), ordering: .relaxed)
    }

    private func time(of word: Int64, _ real: Timestamp) -> Timestamp {
        let value = word >> 2
        if word & CloudClock.fixedFlag != 0 { return Timestamp(microseconds: value) }
        return Timestamp(microseconds: real.microseconds + value)
    }

    private static func word(of setting: Setting, skewIsShifted: Bool) -> Int64 {
        // Invariant: 62 bits of microseconds reach 73,000 years either way; callers give years.
        let skew = skewIsShifted ? skewFlag : 0
        switch setting {
        case .offset(let microseconds): return microseconds << 2 | skew
        case .fixed(let timestamp): return timestamp.microseconds << 2 | fixedFlag | skew
        }
    }
}
