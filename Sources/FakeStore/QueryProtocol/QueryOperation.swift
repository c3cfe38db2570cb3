// One call of a service that speaks the query protocol.

import XML

/// What a call answers: the content of its `…Result` element; nil for calls whose answer has none.
package struct QueryResult {
    let write: ((inout XMLWriter) -> Void)?

    package init(_ write: @escaping (inout XMLWriter) -> Void) { self.write = write }

    private init() { write = nil }

    /// The answer of a call that only does something.
    package static var done: QueryResult { QueryResult() }
}

/// One call.
package struct QueryOperation: Sendable {
    /// AWS's name of it, for example `AssumeRole`.
    package let name: String
    /// Checks its parameters, asks for its permission, and does it; called once the caller is known.
    let perform: @Sendable (QueryExchange) async throws(QueryError) -> QueryResult

    package init(
        _ name: String,
        perform: @escaping @Sendable (QueryExchange) async throws(QueryError) -> QueryResult
    ) {
        self.name = name
        self.perform = perform
    }
}
