// A request as a handler sees it.

import EventLoop
import HTTP
import Platform

/// One request: its head, who sent it, and its body still to be read.
///
/// It belongs to its connection's task. A handler may keep the head; the body ends with the answer.
package final class Request {
    /// The head as it was read.
    package internal(set) var head: RequestHead
    /// The body, to be read at most once.
    package internal(set) var body: RequestBody
    /// Who sent it.
    package let peer: PeerAddress
    /// When the head was complete, in monotonic nanoseconds.
    package internal(set) var received: UInt64

    init(head: RequestHead, body: RequestBody, peer: PeerAddress, received: UInt64) {
        self.head = head
        self.body = body
        self.peer = peer
        self.received = received
    }

    /// A request made inside the process, with its whole body.
    package init(
        head: RequestHead,
        bytes: [UInt8] = [],
        peer: PeerAddress = PeerAddress(127, 0, 0, 1, port: 0)
    ) {
        self.head = head
        body = RequestBody(bytes: bytes)
        self.peer = peer
        received = monotonicNanoseconds()
    }
}
