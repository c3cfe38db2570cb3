import Platform
import Testing

private func output(of process: ChildProcess) throws -> String {
    var output: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 7)
    while true {
        let count = try chunk.withUnsafeMutableBytes { try process.read(into: $0) }
        if count == 0 { break }
        output += chunk[..<count]
    }
    try process.finish()
    return String(decoding: output, as: UTF8.self)
}

@Test func givesAProgramsOutput() throws {
    #expect(try output(of: ChildProcess("echo", ["a b", "$HOME", "*"])) == "a b $HOME *\n")
}

@Test func letsAProgramReadAFile() throws {
    let folder = try Folder.temporary(prefix: "child-")
    defer { try? Folder.remove(folder) }
    let file = try OpenFile("\(folder)/x", .update)
    try Array("hello".utf8).withUnsafeBytes { try file.write($0, at: 0) }
    #expect(
        try output(of: ChildProcess("cat", [], standardInput: OpenFile("\(folder)/x", .read)))
            == "hello"
    )
    // Without a file there is nothing to read.
    #expect(try output(of: ChildProcess("cat", [])) == "")
}

@Test func saysWhyAProgramFailed() throws {
    #expect(throws: ChildProcess.Failure.notInstalled(program: "no-such-program")) {
        try ChildProcess("no-such-program", [])
    }
    #expect(throws: ChildProcess.Failure.failed(program: "sh", status: 3, words: "what went wrong"))
    {
        try output(
            of: ChildProcess("sh", ["-c", "echo what went wrong >&2; echo more >&2; exit 3"])
        )
    }
    #expect(throws: ChildProcess.Failure.killed(program: "sh", signal: 9)) {
        try output(of: ChildProcess("sh", ["-c", "kill -9 $$"]))
    }
}

@Test func anAbandonedProgramIsEnded() throws {
    // It would write for ever; the wrapper ends it and waits for its end, or this test would not end.
    let process = try ChildProcess("yes", [])
    var chunk = [UInt8](repeating: 0, count: 2)
    _ = try chunk.withUnsafeMutableBytes { try process.read(into: $0) }
    #expect(chunk == Array("y\n".utf8))
}
