// What an acknowledged write has survived when its answer goes out: the choice of `--sync`.

/// What the store waits for before it acknowledges a write.
package enum Durability: String, Sendable, CaseIterable {
    /// Promises nothing about a crash. Today it does the same as `normal`, which costs nothing more.
    case off
    /// Survives a killed process: everything is in the kernel before the answer goes out.
    case normal
    /// Survives a power failure: content, folder and catalog are on the disk before the answer goes
    /// out. Commits run on a thread of their own, because they wait for the disk.
    case full
}
