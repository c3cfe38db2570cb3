// The demo's steps as they are told: a document for programs, a story for people.

import JSON

/// One step of the demo.
struct DemoStep {
    let name: String
    /// Whose export it is about, where the document says so.
    let customer: String?
    let outcome: String
    /// What else the document says about it, after these.
    let details: (inout JSONWriter) -> Void
}

/// What was told so far.
struct DemoStory {
    private(set) var steps: [DemoStep] = []
    private var parts: [String] = []
    private var chapter = 0

    /// Starts a chapter of the story.
    mutating func begin(_ title: String) {
        chapter += 1
        parts.append("\n\(chapter). \(title)")
    }

    mutating func tell(_ text: String) { parts.append(text) }

    /// Tells a long sentence, after `lead`.
    mutating func tell(_ text: String, lead: String) {
        parts += wrapped(text, lead: lead, width: 110)
    }

    mutating func add(
        _ name: String,
        of customer: String? = nil,
        _ outcome: String,
        _ details: @escaping (inout JSONWriter) -> Void = { _ in }
    ) {
        steps.append(DemoStep(name: name, customer: customer, outcome: outcome, details: details))
    }

    /// The story for people: chapters with a line between them.
    var text: String { parts.joined(separator: "\n") }
}

extension DemoStep: JSONWritable {
    func write(to writer: inout JSONWriter) {
        writer.object {
            $0.member("step", name)
            $0.member(ifPresent: "customer", customer)
            $0.member("outcome", outcome)
            details(&$0)
        }
    }
}
