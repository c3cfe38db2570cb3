// Answers that don't arrive, on purpose: what a handler asks for with `Response.loss`.

import EventLoop
import HTTP

extension HTTPConnection {
    /// Ends the connection as the answer asks for, instead of after it.
    func lose(_ response: Response, _ loss: Response.Loss, to head: RequestHead) async {
        switch loss {
        case .close:
            await endGently(hasUnreadInput: !body.isComplete || start < end)
        case .reset:
            socket.resetOnClose()
        case .cut(let bodyBytes):
            if await sendStart(of: response, bodyBytes: bodyBytes, to: head) { await handOver() }
            socket.resetOnClose()
        }
    }

    /// Waits until what was written has left this machine's sending queue, which a reset would empty: the
    /// client gets every byte that was promised, and then the reset.
    private func handOver() async {
        let deadline = home.loop.deadline(milliseconds: limits.writeMilliseconds)
        while socket.unsentBytes > 0, home.loop.now < deadline {
            guard await home.loop.sleep(milliseconds: 1) else { return }
        }
    }
}
