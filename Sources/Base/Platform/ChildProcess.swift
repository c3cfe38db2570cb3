// Another program, run for its output: `gzip`, `unzip`, `openssl`. Never through a shell.

import CSystem
@preconcurrency import Glibc

/// A program that runs, with its standard output to be read.
///
/// It is killed and reaped when the last reference goes before it ended. One thread at a time.
package final class ChildProcess {
    /// Why a program did not do its part.
    package enum Failure: Error, Equatable, CustomStringConvertible {
        /// There is no such program on this machine.
        case notInstalled(program: String)
        /// It ended with something else than 0; `words` is what it said.
        case failed(program: String, status: Int32, words: String)
        /// A signal ended it.
        case killed(program: String, signal: Int32)

        package var description: String {
            switch self {
            case .notInstalled(let program): "`\(program)` is not installed and is needed here"
            case .failed(let program, let status, let words):
                "`\(program)` failed with \(status)\(words.isEmpty ? "" : ": \(words)")"
            case .killed(let program, let signal): "`\(program)` was ended by signal \(signal)"
            }
        }
    }

    /// What is kept of a program's complaints.
    private static let wordsBytes = 4_096

    private let program: String
    private let process: pid_t
    private let output: Int32
    private let complaints: Int32
    private var isReaped = false

    /// Starts a program, found in `$PATH`.
    ///
    /// - Parameters:
    ///   - program: its name.
    ///   - arguments: what follows the name.
    ///   - standardInput: a file that it reads; nothing when nil.
    /// - Throws: `Failure.notInstalled`, or a `SystemError`.
    package init(_ program: String, _ arguments: [String], standardInput: OpenFile? = nil) throws {
        self.program = program
        let outputPipe = try ChildProcess.makePipe()
        let complaintsPipe: (read: Int32, write: Int32)
        do {
            complaintsPipe = try ChildProcess.makePipe()
        } catch {
            close(outputPipe.read)
            close(outputPipe.write)
            throw error
        }
        (output, complaints) = (outputPipe.read, complaintsPipe.read)
        var actions = posix_spawn_file_actions_t()
        posix_spawn_file_actions_init(&actions)
        if let standardInput {
            posix_spawn_file_actions_adddup2(&actions, standardInput.descriptor, 0)
        } else {
            posix_spawn_file_actions_addopen(&actions, 0, "/dev/null", O_RDONLY, 0)
        }
        posix_spawn_file_actions_adddup2(&actions, outputPipe.write, 1)
        posix_spawn_file_actions_adddup2(&actions, complaintsPipe.write, 2)
        var words = ([program] + arguments).map { strdup($0) }
        words.append(nil)
        var started: pid_t = 0
        let code = posix_spawnp(&started, program, &actions, nil, words, environ)
        words.forEach { free($0) }
        posix_spawn_file_actions_destroy(&actions)
        close(outputPipe.write)
        close(complaintsPipe.write)
        process = started
        guard code == 0 else {
            isReaped = true
            throw code == ENOENT
                ? Failure.notInstalled(program: program)
                : SystemError(call: "posix_spawn", code: code, path: program)
        }
    }

    deinit {
        close(output)
        close(complaints)
        if !isReaped {
            kill(process, SIGKILL)
            var status: Int32 = 0
            _ = try? retrying("waitpid") { waitpid(process, &status, 0) }
        }
    }

    /// Reads up to `buffer.count` bytes of the output; 0 at its end.
    package func read(into buffer: UnsafeMutableRawBufferPointer) throws(SystemError) -> Int {
        try retrying("read", path: program) { Glibc.read(output, buffer.baseAddress, buffer.count) }
    }

    /// Waits for the end; call it when the output was read to its end.
    ///
    /// - Throws: a `Failure` when the program was not content.
    package func finish() throws {
        var words = [UInt8](repeating: 0, count: ChildProcess.wordsBytes)
        var count = 0
        while count < words.count {
            let got = try words.withUnsafeMutableBytes { buffer in
                let rest = UnsafeMutableRawBufferPointer(rebasing: buffer[count...])
                return try retrying("read", path: program) {
                    Glibc.read(complaints, rest.baseAddress, rest.count)
                }
            }
            if got == 0 { break }
            count += got
        }
        var status: Int32 = 0
        try retrying("waitpid") { waitpid(process, &status, 0) }
        isReaped = true
        // <bits/waitstatus.h>: the low seven bits are the signal, the next byte the exit status.
        let signal = status & 0x7F
        guard signal == 0 else { throw Failure.killed(program: program, signal: signal) }
        let exit = (status >> 8) & 0xFF
        guard exit == 0 else {
            let text = String(decoding: words[..<count], as: UTF8.self)
            let line = text.split(whereSeparator: \.isNewline).first.map(String.init) ?? ""
            throw Failure.failed(program: program, status: exit, words: line)
        }
    }

    private static func makePipe() throws(SystemError) -> (read: Int32, write: Int32) {
        var ends: [Int32] = [0, 0]
        try retrying("pipe2") { csystem_pipe(&ends) }
        return (ends[0], ends[1])
    }
}
