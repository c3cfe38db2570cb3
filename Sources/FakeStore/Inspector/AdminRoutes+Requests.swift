// The journal: its pages, and one request with the trace of its decisions.

import Cloud
import EventLoop
@preconcurrency import Glibc
import HTTP
import HTTPServer
import JSON
import Platform
import Policy

/// The query of `GET requests`.
enum JournalQuery {
    static let parameters = ["since", "bucket", "principal", "operation", "denied", "limit"]
    static let usualLimit = 1_000
    /// A page is one answer in memory.
    static let highestLimit = 10_000

    static func filter(_ query: AdminQuery) throws(AdminError) -> JournalFilter {
        JournalFilter(
            since: UInt64(try query.number("since", in: 0...Int.max) ?? 0),
            bucket: query["bucket"],
            principal: query["principal"],
            operation: query["operation"],
            isDenied: try query.flag("denied") ?? false,
            limit: try query.number("limit", in: 1...highestLimit) ?? usualLimit
        )
    }
}

extension AdminRoutes {
    /// A page of the journal.
    func requests(_ call: AdminCall) async throws(AdminError) -> Response {
        let filter = try JournalQuery.filter(call.query)
        let journal = cloud.journal
        let writer = await offLoop {
            let page = journal.entries(filter)
            var writer = JSONWriter(reservingBytes: page.entries.count * 1_024)
            writer.object { writer in
                writer.array("requests") { writer in
                    for entry in page.entries {
                        writer.object { entry.writeMembers(to: &$0) }
                    }
                }
                writer.member("next", page.next)
            }
            return writer
        }
        return Response(json: writer)
    }

    /// One request, with every question that was put to the policies and how each statement met it.
    func trace(_ call: AdminCall) async throws(AdminError) -> Response {
        guard let id = RequestID(call.rest) else {
            throw AdminError(
                404,
                "`\(call.rest)` is no request id: it must be the 16 digits of `x-amz-request-id`"
            )
        }
        let journal = cloud.journal
        guard let entry = await offLoop({ journal.entry(id) }) else {
            throw AdminError(404, "the journal has no request `\(id)`: it keeps the last 100,000")
        }
        var writer = JSONWriter(.pretty)
        writer.object { writer in
            entry.writeMembers(to: &writer)
            writer.array("trace") { writer in
                for authorization in entry.authorizations {
                    writer.value(explain(authorization.request, authorization.policies))
                }
            }
        }
        return Response(json: writer)
    }

    /// Does work that takes milliseconds, in which the loop has other connections to serve.
    ///
    /// On a thread of its own and not on Swift's pool: a test suite in this process may be waiting for
    /// our answer on all of the pool's threads.
    func offLoop<Result: Sendable>(_ work: @escaping @Sendable () -> Result) async -> Result {
        let result = Locked<Result?>(nil)
        let loop = EventLoop.current
        await withUnsafeContinuation { (continuation: UnsafeContinuation<Void, Never>) in
            let run = { @Sendable in
                let value = work()
                result.withLock { $0 = value }
                if let loop { loop.post([continuation]) } else { continuation.resume() }
            }
            if let thread = try? startThread(named: "journal", run) {
                pthread_detach(thread)
            } else {
                run()
            }
        }
        guard let value = result.withLock({ $0 }) else { preconditionFailure("resumed too early") }
        return value
    }
}

extension JournalEntry {
    /// Writes what the journal's list shows of a request.
    func writeMembers(to writer: inout JSONWriter) {
        writer.member("id", id.description)
        writer.member("sequence", sequence)
        writer.member("time", time.iso8601(milliseconds: true))
        writer.member("dialect", dialect.name)
        writer.member("operation", operation.isEmpty ? nil : operation)
        writer.member("method", method)
        writer.member("bucket", bucket)
        writer.member("key", key.map { String(decoding: $0, as: UTF8.self) })
        writer.member("principal", principal)
        writer.member("decision", decision?.verdict.rawValue)
        writer.member("layer", decision?.layer?.rawValue)
        writer.member("status", status)
        writer.member("code", code)
        writer.member("bytesIn", bytesIn)
        writer.member("bytesOut", bytesOut)
        writer.member("microseconds", microseconds)
        writer.object("headers") { writer in
            for (name, value) in joinedHeaders { writer.member(name, value) }
        }
        writer.member("fault", fault)
    }

    /// Header fields by their lower-case names, those that repeat joined as RFC 9110, 5.3 allows.
    var joinedHeaders: [(name: String, value: String)] {
        var joined: [(name: String, value: String)] = []
        for field in headers {
            let name = field.loweredName
            if let index = joined.firstIndex(where: { $0.name == name }) {
                joined[index].value += ", \(field.valueText)"
            } else {
                joined.append((name, field.valueText))
            }
        }
        return joined
    }
}
