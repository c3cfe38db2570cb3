// A line for a request: status, operation, what it was about, who asked, and why it was refused.

import Cloud
import Policy

/// Turns journal entries into lines for whoever asked for them.
struct RequestLog: Sendable {
    private let level: FakeStore.LogLevel
    private let write: (@Sendable (String) -> Void)?

    init(_ options: FakeStore.Options) {
        level = options.logLevel
        write = options.log
    }

    /// What the journal tells its entries; nil when nobody wants to know.
    var observer: (@Sendable (JournalEntry) -> Void)? {
        guard let write else { return nil }
        switch level {
        case .nothing: return nil
        case .refusals:
            return { entry in if entry.isRefusal { write(RequestLog.line(entry)) } }
        case .everything:
            return { entry in write(RequestLog.line(entry)) }
        }
    }

    /// The line of a request.
    ///
    /// `403 PutObject acme-billing/x.csv exporter: no identity-based policy allows s3:PutObject
    /// (ExportWrite statement 1: Resource lacks /*)`
    static func line(_ entry: JournalEntry) -> String {
        var line = "\(entry.status) \(entry.operation.isEmpty ? entry.method : entry.operation)"
        if let bucket = entry.bucket {
            line += " " + printable(bucket)
            if let key = entry.key { line += "/" + printable(String(decoding: key, as: UTF8.self)) }
        }
        line += " " + (entry.principal.map(shortName) ?? "-")
        if let fault = entry.fault { return line + ": fault " + fault }
        guard entry.status >= 400 else { return line }
        if let last = entry.authorizations.last, !last.decision.isAllowed {
            return line + ": " + explain(last.request, last.policies).line
        }
        if let code = entry.code { line += ": \(code)" }
        return line
    }

    /// What comes after the first slash of an ARN's last part: the user, or role and session.
    private static func shortName(_ arn: String) -> String {
        let name = arn.split(separator: ":", maxSplits: 5, omittingEmptySubsequences: false).last
        guard let name, let slash = name.firstIndex(of: "/") else {
            return name.map(String.init) ?? arn
        }
        // A user's path is no part of the name; a session's role is.
        if name.hasPrefix("user/") { return String(name.split(separator: "/").last ?? name) }
        return String(name[name.index(after: slash)...])
    }

    /// The text without what would end a line or move a terminal's cursor.
    private static func printable(_ text: String) -> String {
        guard text.unicodeScalars.contains(where: { $0.properties.generalCategory == .control })
        else { return text }
        var result = ""
        for scalar in text.unicodeScalars {
            if scalar.properties.generalCategory == .control {
                result += "\\u{\(String(scalar.value, radix: 16))}"
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
        return result
    }
}

extension JournalEntry {
    /// Whether the answer was an error that somebody should look at.
    ///
    /// That a key does not exist, or
    /// that a condition does not hold, is what clients ask about. What a fault did is never what they asked for.
    var isRefusal: Bool {
        if fault != nil { return true }
        return switch status {
        case ..<400: false
        case 404: code == "NoSuchBucket"
        case 412: false
        default: true
        }
    }
}
