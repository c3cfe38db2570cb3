// What a client may take of the server: sizes, times, and connections. Every wait for a peer has a
// bound here.

import HTTP

/// The server's bounds.
///
/// Times are those without progress, except for the head's, which is for all of it.
package struct ServerLimits: Sendable {
    /// Bounds of the message framing.
    package var http = HTTPLimits()
    /// From a head's first byte, or from the connection's start, to the head's end; then 408.
    package var headMilliseconds = 10_000
    /// Without one more byte of a request body; then the body fails with `BodyError.timeout`.
    package var bodyMilliseconds = 30_000
    /// Without a next request on a connection that stays open; then it is closed.
    package var idleMilliseconds = 75_000
    /// Without the peer taking one more byte of an answer; then the connection is cut.
    package var writeMilliseconds = 30_000
    /// How long a connection that ends with an unread request is still read, so that the answer is
    /// not lost to a reset.
    package var lingerMilliseconds = 2_000
    /// An unread rest of a body up to this size is read and dropped to keep the connection.
    package var drainedBodyBytes: Int64 = 64 << 10
    /// Open connections; one more is answered 503 and closed.
    package var connections = 20_000
    /// Connections beyond the bound that are answered 503 at the same time; more are just closed.
    package var refusals = 64

    /// The default bounds.
    package init() {}
}
