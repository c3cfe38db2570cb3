// The bytes of an object on their way in: in memory while they fit into a row, then in a file of their
// own. Nothing refers to them before `Store.put` commits, and a writer that is dropped takes its
// file along.

import Platform

/// Takes the bytes of one new content.
///
/// `@unchecked Sendable` is right because a writer has one owner at a time: the task that fills it,
/// then the mutation that commits it; between them lies the lock of the commit queue.
package final class ContentWriter: @unchecked Sendable {
    /// Contents up to this size are kept in the catalog's file, larger ones in a file each.
    package static let inlineLimitBytes = 16_384

    private enum Storage {
        case memory([UInt8])
        case file(OpenFile, id: Int64)
        /// Complete, but not referred to by a commit.
        case complete(id: Int64)
        /// Referred to by a commit, which owns it now.
        case kept
    }

    private let folder: ContentFolder
    /// Whether so many bytes will come that the first ones go into a file already.
    private let expectsFile: Bool
    private var storage: Storage
    /// How many bytes were appended.
    package private(set) var size: Int64 = 0

    init(folder: ContentFolder, expectedSize: Int64?) {
        self.folder = folder
        expectsFile = (expectedSize ?? 0) > Int64(ContentWriter.inlineLimitBytes)
        var buffer: [UInt8] = []
        if let expectedSize, expectedSize > 0, expectedSize <= ContentWriter.inlineLimitBytes {
            buffer.reserveCapacity(Int(expectedSize))
        }
        storage = .memory(buffer)
    }

    /// Takes the next bytes.
    ///
    /// - Throws: `StoreError.noSpace` when the disk is full; the writer is of no use then.
    package func append(_ bytes: UnsafeRawBufferPointer) throws(StoreError) {
        if bytes.isEmpty { return }
        do {
            switch storage {
            case .memory(var buffer):
                if !expectsFile, buffer.count + bytes.count <= ContentWriter.inlineLimitBytes {
                    // Moved out and in, so that the buffer is not copied.
                    storage = .kept
                    buffer.append(contentsOf: bytes)
                    storage = .memory(buffer)
                } else {
                    try spill(buffer).write(bytes, at: size)
                }
            case .file(let file, _): try file.write(bytes, at: size)
            case .complete, .kept: preconditionFailure("append after put")
            }
            size += Int64(bytes.count)
        } catch {
            throw StoreError(error)
        }
    }

    /// Takes the first `count` bytes of a file, which the kernel copies; few bytes too go into a file.
    func append(_ source: OpenFile, count: Int64) throws(StoreError) {
        do {
            let file: OpenFile
            switch storage {
            case .memory(let buffer): file = try spill(buffer)
            case .file(let open, _): file = open
            case .complete, .kept: preconditionFailure("append after put")
            }
            try file.copy(source, count: count, to: size)
            size += count
        } catch {
            throw StoreError(error)
        }
    }

    /// Goes on in a file with what was in memory.
    private func spill(_ buffer: [UInt8]) throws -> OpenFile {
        let id = folder.newID()
        let file = try folder.create(id)
        storage = .file(file, id: id)
        try buffer.withUnsafeBytes { try file.write($0, at: 0) }
        return file
    }

    /// The bytes, when they are few.
    func withInlineBytes<Result>(
        _ use: (UnsafeRawBufferPointer) throws -> Result
    ) rethrows -> Result? {
        guard case .memory(let buffer) = storage else { return nil }
        return try buffer.withUnsafeBytes(use)
    }

    /// The bytes, when they are few.
    var inlineBytes: [UInt8]? {
        if case .memory(let buffer) = storage { buffer } else { nil }
    }

    /// The file's id, once it is complete.
    var fileID: Int64? {
        if case .complete(let id) = storage { id } else { nil }
    }

    var isInline: Bool {
        if case .memory = storage { true } else { false }
    }

    /// Ends writing, and where that is promised waits until the file is on the disk; the second time there
    /// is nothing to do.
    func complete() throws(SystemError) {
        guard case .file(let file, let id) = storage else { return }
        if folder.isDurable { try file.synchronize() }
        storage = .complete(id: id)
    }

    /// A commit refers to the bytes now.
    func keep() { storage = .kept }

    deinit {
        switch storage {
        case .memory, .kept: break
        case .file(_, let id), .complete(let id): folder.remove([id])
        }
    }
}
