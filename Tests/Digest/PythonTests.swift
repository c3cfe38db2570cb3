// An independent judge: Python's hashlib, hmac and zlib digest the same bytes.

import Digest
import Glibc
import Testing

@Suite struct PythonTests {
    /// The length of a message to the five digests of it by Python, one line each.
    private static let script = """
        import hashlib, hmac, sys, zlib
        data = sys.stdin.buffer.read()
        for count in map(int, sys.argv[1:]):
            part = data[count // 3:count // 3 + count]
            print(hashlib.sha256(part).hexdigest(), hashlib.md5(part).hexdigest(),
                  hashlib.sha1(part).hexdigest(), "%08x" % zlib.crc32(part),
                  hmac.new(part[:count % 200], part, "sha256").hexdigest())
        """

    @Test(.enabled(if: python != nil, "python3 is not installed: nothing to compare with"))
    func digestsAsPythonDoes() throws {
        let isLong = getenv("TEST_COUNTS").map { String(cString: $0) } == "long"
        let counts = Array(0...(isLong ? 2_000 : 300)) + [4_095, 65_536, 1_000_003]
        let data = sample(2_000_000, seed: 7)
        let lines = try #require(
            run(["python3", "-c", Self.script] + counts.map(String.init), input: data)
        ).split(separator: "\n")
        try #require(lines.count == counts.count)
        for (count, line) in zip(counts, lines) {
            let part = data[count / 3..<count / 3 + count]
            let key = HMACSHA256.Key(part.prefix(count % 200))
            let ours = [
                SHA256.hash(part).hex, MD5.hash(part).hex, SHA1.hash(part).hex,
                CRC32.hash(part).hex, key.code(for: part).hex,
            ]
            #expect(ours.joined(separator: " ") == line, "\(count) bytes")
        }
    }
}

private let python: String? = run(["python3", "-c", "print('here')"], input: [])

/// What a program prints when it is given `input`, or nil when it can't be run or fails.
private func run(_ arguments: [String], input: [UInt8]) -> String? {
    guard let inputFile = tmpfile(), let outputFile = tmpfile() else { return nil }
    defer {
        fclose(inputFile)
        fclose(outputFile)
    }
    fwrite(input, 1, input.count, inputFile)
    fflush(inputFile)
    rewind(inputFile)
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, fileno(inputFile), 0)
    posix_spawn_file_actions_adddup2(&actions, fileno(outputFile), 1)
    var words: [UnsafeMutablePointer<CChar>?] = arguments.map { strdup($0) } + [nil]
    defer { for word in words { free(word) } }
    var process = pid_t()
    guard posix_spawnp(&process, arguments[0], &actions, nil, &words, environ) == 0 else {
        return nil
    }
    var status: Int32 = 0
    while waitpid(process, &status, 0) == -1, errno == EINTR {}
    guard status == 0 else { return nil }
    rewind(outputFile)
    var output: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while case let count = fread(&chunk, 1, chunk.count, outputFile), count > 0 {
        output += chunk[..<count]
    }
    return String(decoding: output, as: UTF8.self)
}
