// What a server answered: status, header fields, and a bounded body.

import HTTP
import Platform

/// A whole answer; bodies are error documents and the like, so they are held in memory, bounded.
package struct TransferAnswer: Sendable {
    package let status: Int
    /// In the order they came, names as they were sent.
    package let headers: [(name: String, value: String)]
    package let body: [UInt8]

    package init(status: Int, headers: [(name: String, value: String)] = [], body: [UInt8] = []) {
        self.status = status
        self.headers = headers
        self.body = body
    }

    /// The first header of that name, in whatever case it was sent.
    package func header(_ name: String) -> String? {
        headers.first { $0.name.lowercased() == name.lowercased() }?.value
    }

    /// How long Retry-After asks to wait: seconds, or a date, which is read by the server's own clock.
    package var retryAfterSeconds: Int? {
        guard let text = header("Retry-After") else { return nil }
        if let seconds = Array(text.utf8).decimalValue { return seconds }
        let epoch = Timestamp(seconds: 0)
        guard let date = header("Date").flatMap({ HTTPDate.parse($0, now: epoch) }),
            let then = HTTPDate.parse(text, now: date)
        else { return nil }
        return Int(max(0, then.seconds - date.seconds))
    }
}
