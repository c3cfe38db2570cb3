// The bounds of everything a client controls in a message's framing. Each is the largest allowed;
// one more is refused.

/// Bounds for request heads and chunked bodies.
package struct HTTPLimits: Sendable {
    /// The whole head: request line, field lines and the empty line, with their line ends.
    ///
    /// At most 65,535, because fields are kept as 16-bit slices; and a head has to fit into one of
    /// the server's small buffers, so the default is that size.
    package var headBytes = 16_384
    /// The request target; beyond it is 414.
    package var targetBytes = 8_192
    /// One field line without its line end.
    package var lineBytes = 8_192
    /// Field lines in a head.
    package var headerCount = 100
    /// A chunk's size with its extensions, without the line end.
    package var chunkLineBytes = 4_096
    /// All trailer lines together, with their line ends.
    package var trailerBytes = 8_192
    /// Field lines in a trailer.
    package var trailerCount = 32

    /// The default bounds.
    package init() {}
}
