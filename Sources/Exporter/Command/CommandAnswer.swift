// What a command has to say: for people and for programs, and the exit status.

import JSON

/// How the program ends.
enum ExitStatus: Int32 {
    /// Done, or nothing to do.
    case done = 0
    /// A delivery or Verify failed or was refused.
    case refused = 1
    /// The command line or the set-up is wrong.
    case usage = 2
    /// The state or a file is unusable.
    case unusable = 3
}

/// The answer of a command.
struct CommandAnswer {
    /// The text for people, without a line end at its end; empty when there is nothing to say.
    let text: String
    /// The document for `--json`.
    let document: String
    /// What standard error gets beside the answer.
    let complaint: String?
    let status: ExitStatus

    init(text: String, json value: some JSONWritable, status: ExitStatus = .done) {
        var writer = JSONWriter()
        writer.value(value)
        self.text = text
        document = writer.text
        complaint = nil
        self.status = status
    }

    /// An answer whose document is an object with the members that `body` writes.
    init(
        text: String,
        complaint: String? = nil,
        status: ExitStatus = .done,
        _ body: (inout JSONWriter) -> Void
    ) {
        var writer = JSONWriter()
        writer.object(body)
        self.text = text
        document = writer.text
        self.complaint = complaint
        self.status = status
    }
}
