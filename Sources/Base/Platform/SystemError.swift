// A failed system call, in the words a person can act on: which call, on what, and why.

@preconcurrency import Glibc

/// A system call that failed, with its errno and, where there is one, the path it was about.
package struct SystemError: Error, Equatable, CustomStringConvertible {
    /// The call's name as in its manual page, for example `open`.
    package let call: String
    /// The value of errno right after the call.
    package let code: Int32
    /// The file or folder the call was about, if any.
    package let path: String?

    package init(call: String, code: Int32 = errno, path: String? = nil) {
        self.call = call
        self.code = code
        self.path = path
    }

    package var description: String {
        let reason = String(cString: strerror(code))
        guard let path else { return "\(call): \(reason)" }
        return "`\(path)`: \(call): \(reason)"
    }
}

/// Calls `body` until it does not fail with EINTR, and throws a `SystemError` when it returns -1.
///
/// This is the only place where EINTR is retried.
@discardableResult
package func retrying<Result: FixedWidthInteger & SignedInteger>(
    _ call: StaticString,
    path: @autoclosure () -> String? = nil,
    _ body: () -> Result
) throws(SystemError) -> Result {
    while true {
        let result = body()
        if result != -1 { return result }
        let code = errno
        if code != EINTR { throw SystemError(call: "\(call)", code: code, path: path()) }
    }
}
