// Assertions on the journal: what a test wants to know, answered in one request.

import Cloud
import HTTPServer
import JSON
import Policy

extension AdminRoutes {
    /// Answers 200 when the journal is as expected, else 409 with what is not.
    func assert(_ call: AdminCall) async throws(AdminError) -> Response {
        let assertion: JournalAssertion
        do {
            assertion = try JournalAssertion(try await call.document())
        } catch let error as JSONError {
            throw AdminError(error)
        } catch let error as AdminError {
            throw error
        } catch {
            preconditionFailure("unexpected error: \(error)")
        }
        let journal = cloud.journal
        let failures = await offLoop { assertion.failures(in: journal.entries().entries) }
        if failures.isEmpty { return done() }
        var writer = JSONWriter()
        writer.object { writer in
            writer.member("ok", false)
            writer.member("failures", failures.map(\.words))
            let ids = failures.flatMap(\.requests).prefix(JournalAssertion.shownRequests)
            writer.member("requests", ids.map(\.description))
        }
        return Response(status: 409, json: writer)
    }
}

/// What the journal should hold.
struct JournalAssertion: Sendable {
    /// An expectation that was not met.
    struct Failure: Sendable {
        let words: String
        let requests: [RequestID]
    }

    /// By what requests are told apart before they are counted.
    enum Grouping: String, CaseIterable, JSONReadable {
        case key, bucket, operation, principal
    }

    /// At most so many ids in an answer.
    static let shownRequests = 100

    private typealias Member = @Sendable (JournalEntry) -> String?

    private enum Expectation {
        case count(Int)
        case atLeast(Int)
        case atMost(Int)
        case every(header: String, equals: String)
    }

    /// A member must match one of its patterns.
    private var patterns: [(member: Member, anyOf: [Glob])] = []
    private var status: Int?
    private var isDenied: Bool?
    private var since: UInt64 = 0
    private var expectations: [Expectation] = []
    private var grouping: Grouping?

    init(_ node: JSONNode) throws(JSONError) {
        var reader = try ObjectReader(node)
        try reader.optionalObject("where") { reader throws(JSONError) in
            for (name, member) in JournalAssertion.members {
                guard let node = reader.presentNode(name) else { continue }
                let path = reader.path(to: name)
                let texts =
                    node.array == nil
                    ? [try String(json: node, path: path)] : try [String](json: node, path: path)
                patterns.append((member, texts.map { Glob($0) }))
            }
            status = try reader.optional("status")
            isDenied = try reader.optional("denied")
            since = try reader.value("since", default: 0)
        }
        try reader.object("expect") { reader throws(JSONError) in
            grouping = try reader.optional("per")
            if let count: Int = try reader.optional("count") { expectations.append(.count(count)) }
            if let count: Int = try reader.optional("atLeast") {
                expectations.append(.atLeast(count))
            }
            if let count: Int = try reader.optional("atMost") {
                expectations.append(.atMost(count))
            }
            if try reader.optional("none") ?? false { expectations.append(.count(0)) }
            try reader.optionalObject("every") { reader throws(JSONError) in
                expectations.append(
                    .every(
                        header: try reader.required("header"),
                        equals: try reader.required("equals")
                    )
                )
            }
            if expectations.isEmpty {
                throw reader.error("expected `count`, `atLeast`, `atMost`, `none` or `every`")
            }
        }
        try reader.finish()
    }

    private static let members: [(String, Member)] = [
        ("operation", { $0.operation }), ("method", { $0.method }), ("bucket", { $0.bucket }),
        ("key", { $0.keyText }), ("principal", { $0.principal }), ("code", { $0.code }),
        ("fault", { $0.fault }),
    ]

    /// What is not as expected.
    func failures(in entries: [JournalEntry]) -> [Failure] {
        let matching = entries.filter(matches)
        var groups: [(name: String?, entries: [JournalEntry])] = []
        if let grouping {
            for (name, entries) in Dictionary(grouping: matching, by: { $0.name(of: grouping) })
                .sorted(by: { $0.key < $1.key })
            {
                groups.append((name, entries))
            }
            // No group at all is a group that nothing is in.
            if groups.isEmpty { groups = [(nil, [])] }
        } else {
            groups = [(nil, matching)]
        }
        return expectations.flatMap { expectation in
            groups.compactMap { failure(of: expectation, name: $0.name, entries: $0.entries) }
        }
    }

    private func matches(_ entry: JournalEntry) -> Bool {
        guard entry.sequence > since else { return false }
        if let status, entry.status != status { return false }
        if let isDenied, isDenied != (entry.decision.map { !$0.isAllowed } ?? false) {
            return false
        }
        return patterns.allSatisfy { pattern in
            let text = pattern.member(entry) ?? ""
            return pattern.anyOf.contains { $0.matches(text) }
        }
    }

    private func failure(
        of expectation: Expectation,
        name: String?,
        entries: [JournalEntry]
    ) -> Failure? {
        let place = name.map { " for `\($0)`" } ?? ""
        let count = entries.count
        switch expectation {
        case .count(let wanted) where count != wanted:
            return Failure(
                words: "expected \(wanted) requests\(place), found \(count)",
                requests: entries.map(\.id)
            )
        case .atLeast(let wanted) where count < wanted:
            return Failure(
                words: "expected at least \(wanted) requests\(place), found \(count)",
                requests: entries.map(\.id)
            )
        case .atMost(let wanted) where count > wanted:
            return Failure(
                words: "expected at most \(wanted) requests\(place), found \(count)",
                requests: entries.map(\.id)
            )
        case .every(let header, let value):
            let others = entries.filter { $0.headers.first(named: header) != value }
            if others.isEmpty { return nil }
            return Failure(
                words: "\(others.count) of \(count) requests\(place) lack `\(header): \(value)`",
                requests: others.map(\.id)
            )
        case .count, .atLeast, .atMost: return nil
        }
    }
}

extension JournalEntry {
    fileprivate var keyText: String? { key.map { String(decoding: $0, as: UTF8.self) } }

    fileprivate func name(of grouping: JournalAssertion.Grouping) -> String {
        switch grouping {
        case .key: "\(bucket ?? "")/\(keyText ?? "")"
        case .bucket: bucket ?? ""
        case .operation: operation
        case .principal: principal ?? ""
        }
    }
}
