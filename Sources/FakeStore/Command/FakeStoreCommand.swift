// `fakestore`: a fake Amazon S3 as a program. Reads the command line, and leaves the rest to the library.

import CommandLine
import FakeStore
@preconcurrency import Glibc

/// The program.
@main
enum FakeStoreCommand {
    /// How the program ended.
    enum Exit: Int32 {
        case done = 0
        /// The answer is no.
        static let refused = Exit.interrupted
        /// The end came in a hurry: running requests were cut.
        case interrupted = 1
        /// The command line is wrong.
        case usage = 2
        /// A file, the port or the data folder is unusable.
        case unusable = 3
    }

    static let command = Command(
        "fakestore",
        summary: "a local Amazon S3 that verifies signatures and enforces policies",
        subcommands: [
            ServeCommand.command, EnvCommand.command, ExplainCommand.command, CheckCommand.command,
        ],
        version: FakeStore.version
    )

    /// Commands that the design has and this version has not.
    private static let later = ["replay"]

    /// Synchronous, because an asynchronous one would start Dispatch's threads, which the program has
    /// no use for, and would not run on the main thread, whose signals it has to block.
    static func main() {
        // A reader of our output that went away must not take the server along.
        signal(SIGPIPE, SIG_IGN)
        exit(run(Array(Swift.CommandLine.arguments.dropFirst())).rawValue)
    }

    private static func run(_ words: [String]) -> Exit {
        if let name = words.first, later.contains(name) {
            complain("fakestore \(name): not in this version")
            return .usage
        }
        do {
            switch try command.parse(words, environment: environment) {
            case .text(let text):
                write(text, to: 1)
                return .done
            case .run(let arguments):
                switch arguments.words {
                case ["env"]: return EnvCommand.run(arguments)
                case ["explain"]: return ExplainCommand.run(arguments)
                case ["check"]: return try CheckCommand.run(arguments)
                default: return try ServeCommand.run(arguments)
                }
            }
        } catch {
            complain("\(error)")
            return .usage
        }
    }

    private static func environment(_ name: String) -> String? {
        getenv(name).map { String(cString: $0) }
    }

    /// Says on stderr what is wrong.
    static func complain(_ text: String) { write("\(text)\n", to: 2) }

    /// Writes all of a text; what can't be written is nobody's to read.
    static func write(_ text: String, to descriptor: Int32) {
        var text = text
        text.withUTF8 { bytes in
            var done = 0
            while done < bytes.count {
                let rest = UnsafeRawBufferPointer(rebasing: UnsafeRawBufferPointer(bytes)[done...])
                let count = Glibc.write(descriptor, rest.baseAddress, rest.count)
                if count < 0, errno == EINTR { continue }
                guard count > 0 else { return }
                done += count
            }
        }
    }
}
