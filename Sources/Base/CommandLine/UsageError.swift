// A command line that can't be understood, said to whoever typed it.

/// What is wrong with a command line, and where to read what would be right.
package struct UsageError: Error, Hashable, Sendable, CustomStringConvertible {
    /// The command's words, `fakestore serve`.
    package let command: String
    /// What is wrong: lower case, no full stop.
    package let message: String

    package init(command: String, message: String) {
        self.command = command
        self.message = message
    }

    /// Two lines for stderr: the message, and how to get the help.
    package var description: String { "\(command): \(message)\nTry `\(command) --help`." }
}
