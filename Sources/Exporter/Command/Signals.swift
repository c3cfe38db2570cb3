// SIGTERM and SIGINT ask the program to end soon: what is being uploaded is finished, nothing else is begun.
// A second one ends it at once.

@preconcurrency import Glibc
import Synchronization

/// The signals that ask the program to end.
enum Signals {
    /// Set by the handler; a lock-free atomic is what a handler may touch.
    private static let stopRequested = Atomic(false)

    /// Whether the program was asked to end.
    static var isStopping: Bool { stopRequested.load(ordering: .relaxed) }

    /// Installs the handlers; a peer that closes its connection must not end the program (SIGPIPE).
    static func prepare() {
        _ = isStopping
        signal(SIGPIPE, SIG_IGN)
        for number in [SIGTERM, SIGINT] {
            signal(number) { number in
                Signals.stopRequested.store(true, ordering: .relaxed)
                signal(number, SIG_DFL)
            }
        }
    }
}
