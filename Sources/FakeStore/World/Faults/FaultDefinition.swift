// A fault as it is written down, in a world's `faults` or in a request to the admin route:
//
//     {"match": {"operation": "PutObject", "key": "exports/*", "nth": 2, "times": 1}, "do": "error SlowDown"}

import JSON
import Policy
import Spelling

/// What goes wrong, and with which requests.
package struct FaultDefinition: Sendable, Equatable {
    package var match: FaultMatch
    package var action: FaultAction

    package init(match: FaultMatch = FaultMatch(), action: FaultAction) {
        self.match = match
        self.action = action
    }

    /// Why the two can't go together; nil when they can.
    package var conflict: (key: String, words: String)? {
        guard case .errorIn200 = action else { return nil }
        let able = FaultAction.operationsThatFailIn200
        let list = able.map { "`\($0)`" }.joined(separator: ", ")
        guard let operation = match.operation else {
            return ("do", "`error-in-200` needs an `operation` in `match`: one of \(list)")
        }
        let pattern = Glob(operation)
        if let other = FaultVocabulary.operations.first(where: {
            pattern.matches($0) && !able.contains($0)
        }) {
            return ("do", "`\(other)` never answers 200 with an error inside: only \(list) do")
        }
        return nil
    }
}

/// Which requests a fault is for, and which of those it strikes.
///
/// The three patterns may have `*` for any characters and `?` for one. Nil takes every request, also one that
/// is about no bucket or no key.
package struct FaultMatch: Sendable, Equatable {
    package var operation: String?
    package var bucket: String?
    package var key: String?
    /// The first of the matching requests that is struck, counted from 1.
    package var nth: Int
    /// How many are struck in a row; 0 for every one from `nth` on.
    package var times: Int

    package init(
        operation: String? = nil,
        bucket: String? = nil,
        key: String? = nil,
        nth: Int = 1,
        times: Int = 1
    ) {
        self.operation = operation
        self.bucket = bucket
        self.key = key
        self.nth = nth
        self.times = times
    }

    /// Whether the request that matches as the `count`th is struck.
    package func strikes(_ count: Int) -> Bool {
        count >= nth && (times == 0 || count - nth < times)
    }
}

// MARK: - Reading and writing

extension FaultDefinition: JSONReadable {
    package init(json node: JSONNode, path: String) throws(JSONError) {
        self = try ObjectReader.read(node, path: path) { reader throws(JSONError) in
            let match =
                try reader.optionalObject("match") { reader throws(JSONError) in
                    try FaultMatch(&reader)
                } ?? FaultMatch()
            let text: String = try reader.required("do")
            let action: FaultAction
            do throws(FaultAction.Unreadable) { action = try FaultAction(text) } catch {
                throw reader.error(at: "do", error.words)
            }
            let fault = FaultDefinition(match: match, action: action)
            if let conflict = fault.conflict {
                throw reader.error(at: conflict.key, conflict.words)
            }
            return fault
        }
    }
}

extension FaultMatch {
    init(_ reader: inout ObjectReader) throws(JSONError) {
        self.init(
            operation: try reader.optional("operation"),
            bucket: try reader.optional("bucket"),
            key: try reader.optional("key"),
            nth: try reader.value("nth", default: 1),
            times: try reader.value("times", default: 1)
        )
        for problem in problems { throw reader.error(at: problem.key, problem.words) }
    }

    /// What is wrong with the numbers and names.
    package var problems: [(key: String, words: String)] {
        var problems: [(key: String, words: String)] = []
        if nth < 1 { problems.append(("nth", "`nth` counts from 1, met \(nth)")) }
        if times < 0 {
            problems.append(("times", "`times` is 0 for always, or more; met \(times)"))
        }
        if let operation {
            let pattern = Glob(operation)
            if !FaultVocabulary.operations.contains(where: { pattern.matches($0) }) {
                let near = Spelling.suggestion(for: operation, among: FaultVocabulary.operations)
                problems.append(("operation", "no call is named `\(operation)`\(near)"))
            }
        }
        return problems
    }
}

extension FaultDefinition: JSONWritable {
    package func write(to writer: inout JSONWriter) {
        writer.object { writeMembers(to: &$0) }
    }

    /// Writes `match` and `do`, in which the defaults are left out.
    package func writeMembers(to writer: inout JSONWriter) {
        writer.object("match") { writer in
            writer.member(ifPresent: "operation", match.operation)
            writer.member(ifPresent: "bucket", match.bucket)
            writer.member(ifPresent: "key", match.key)
            if match.nth != 1 { writer.member("nth", match.nth) }
            if match.times != 1 { writer.member("times", match.times) }
        }
        writer.member("do", action.description)
    }
}
