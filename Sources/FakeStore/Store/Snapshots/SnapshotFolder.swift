// Where snapshots are: a folder each, `snapshots/NAME@NUMBER`, with a catalog of its own and hard links to the
// contents in files. The number grows, so that a name can be given again: the new folder is there whole before
// the old one goes, and after a crash in between the higher number counts.

@preconcurrency import Glibc
import Platform

/// The folder `snapshots` of a data folder; used by one thread at a time.
struct SnapshotFolder {
    /// One snapshot's folder.
    struct Place {
        let path: String

        var catalogPath: String { "\(path)/catalog.sqlite" }

        /// The link to a content's file.
        ///
        /// All in one folder: to remove one takes a file system 4 ms, to remove a file 10 µs.
        func path(of content: Int64) -> String {
            "\(contentsPath)/\(ContentFolder.name(of: content))"
        }

        var contentsPath: String { "\(path)/contents" }
    }

    /// One that is being filled, and one that is being removed.
    private static let (incoming, removed) = ("incoming", "removed")

    let root: String
    private var numbers: [SnapshotName: Int] = [:]
    private var lastNumber = 0

    /// Looks at what there is, and removes what a crash left behind.
    init(dataFolder: String) throws(SystemError) {
        root = "\(dataFolder)/snapshots"
        guard fileExists(root) else { return }
        for entry in try Folder.names(in: root) {
            if entry == SnapshotFolder.incoming || entry == SnapshotFolder.removed {
                try Folder.remove("\(root)/\(entry)")
            }
            // Other names are left alone.
            guard let (name, number) = SnapshotFolder.parse(entry) else { continue }
            let other = numbers.updateValue(max(number, numbers[name] ?? 0), forKey: name)
            if let other { try Folder.remove("\(root)/\(name)@\(min(number, other))") }
            lastNumber = max(lastNumber, number)
        }
    }

    private static func parse(_ entry: String) -> (SnapshotName, Int)? {
        let parts = entry.split(separator: "@", omittingEmptySubsequences: false)
        guard parts.count == 2, let number = Int(parts[1]),
            let name = try? SnapshotName(String(parts[0]))
        else { return nil }
        return (name, number)
    }

    /// The names in order.
    var names: [SnapshotName] { numbers.keys.sorted { $0.description < $1.description } }

    /// The folder of a snapshot, or nil when there is none.
    func place(of name: SnapshotName) -> Place? {
        numbers[name].map { Place(path: "\(root)/\(name)@\($0)") }
    }

    /// A new folder to fill, which is nobody's snapshot yet.
    func begin() throws(SystemError) -> Place {
        let path = "\(root)/\(SnapshotFolder.incoming)"
        // What a failed attempt left.
        try Folder.remove(path)
        try Folder.create("\(path)/contents")
        return Place(path: path)
    }

    /// Makes the filled folder the snapshot of a name, in place of the one that has it.
    mutating func publish(
        _ filled: Place,
        as name: SnapshotName,
        isDurable: Bool
    ) throws(SystemError) {
        lastNumber += 1
        let before = place(of: name)
        let target = "\(root)/\(name)@\(lastNumber)"
        if rename(filled.path, target) != 0 { throw SystemError(call: "rename", path: target) }
        if isDurable { try Folder.synchronize(root) }
        numbers[name] = lastNumber
        if let before { try Folder.remove(before.path) }
    }

    /// Removes a snapshot.
    ///
    /// - Returns: false when there was none.
    mutating func remove(_ name: SnapshotName) throws(SystemError) -> Bool {
        guard let place = place(of: name) else { return false }
        // Out of sight first, so that a crash leaves no half of it.
        let trash = "\(root)/\(SnapshotFolder.removed)"
        try Folder.remove(trash)
        if rename(place.path, trash) != 0 { throw SystemError(call: "rename", path: place.path) }
        numbers[name] = nil
        try Folder.remove(trash)
        return true
    }
}
