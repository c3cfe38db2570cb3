// `fakestore check FILE…`: what is wrong with policies, before anybody meets a 403.

import CommandLine
import Glibc
import Lint
import Platform
import Policy

/// The command that checks policy documents.
enum CheckCommand {
    static let command = Command(
        "check",
        summary: "check policy documents: what is wrong, where, and what to write instead",
        details: """
            A document tells by itself whether it is an identity, bucket, trust or key policy; --kind says it \
            for the others. A FILE that is a world has all its documents checked, with its buckets, roles and \
            accounts as known names. Codes are those of IAM Access Analyzer where it has one. Exit: 0 no \
            error, 1 errors were found, 2 usage, 3 a file can't be read.
            """,
        operands: [
            Operand("FILE", .any, help: "a policy or a world; `-` reads the standard input")
        ],
        options: [
            .choice(
                "kind",
                of: PolicyDocument.Kind.allCases.map(\.rawValue),
                help: "what the documents are attached to"
            ),
            .text(
                "bucket",
                "NAME",
                isRepeatable: true,
                help: "a bucket that exists; a bucket policy belongs to the one that is given"
            ),
            .text(
                "world",
                "FILE",
                help: "a world whose documents are checked, and its names known"
            ),
            .flag("strict", help: "warnings and security warnings, too, make the exit 1"),
            .flag("json", help: "one JSON document in place of lines"),
        ]
    )

    static func run(_ arguments: Arguments) throws(UsageError) -> FakeStoreCommand.Exit {
        let files = arguments.operands("FILE")
        let world = arguments.text("world")
        guard !files.isEmpty || world != nil else {
            throw arguments.error("expected a FILE or --world")
        }
        let kind = arguments.text("kind").flatMap(PolicyDocument.Kind.init)
        let buckets = arguments.texts("bucket")
        var names = KnownNames(buckets: buckets)
        var documents: [CheckedDocument] = []
        do {
            if let world {
                let text = try text(of: world)
                documents += try check(world: text, file: world, names: names)
                names = names.adding(namesOfWorld: text)
            }
            for file in files {
                let text = try text(of: file)
                if kind == nil, Linter.isWorld(text) {
                    documents += try check(world: text, file: file, names: names)
                    continue
                }
                documents.append(
                    Linter(names: names).check(
                        text,
                        file: file == "-" ? "(standard input)" : file,
                        kind: kind,
                        attachment: Attachment(bucket: buckets.count == 1 ? buckets[0] : nil)
                    )
                )
            }
        } catch {
            FakeStoreCommand.complain("fakestore: `\(error.file)`: \(error.reason)")
            return .unusable
        }
        FakeStoreCommand.write(
            arguments.has("json") ? documents.json : documents.text,
            to: 1
        )
        let isStrict = arguments.has("strict")
        let isBad =
            documents.count(of: .error) > 0
            || isStrict
                && documents.count(of: .warning) + documents.count(of: .securityWarning) > 0
        return isBad ? .refused : .done
    }

    /// A file that can't be read.
    private struct Unreadable: Error {
        let file: String
        let reason: String
    }

    private static func check(
        world text: String,
        file: String,
        names: KnownNames
    ) throws(Unreadable) -> [CheckedDocument] {
        let folder = file.lastIndex(of: "/").map { String(file[...$0]) } ?? ""
        return try Linter.check(world: text, file: file, names: names) {
            path throws(Unreadable) in
            let name = path.hasPrefix("/") ? path : folder + path
            return (try Self.text(of: name), name)
        }
    }

    private static func text(of file: String) throws(Unreadable) -> String {
        let bytes: [UInt8]
        do {
            bytes =
                file == "-"
                ? try standardInput() : try OpenFile.contents(of: file, limitBytes: limitBytes)
        } catch {
            throw Unreadable(file: file, reason: "\(error)")
        }
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw Unreadable(file: file, reason: "it is not UTF-8")
        }
        return text
    }

    /// All of the standard input, which may be a pipe.
    private static func standardInput() throws(SystemError) -> [UInt8] {
        var bytes: [UInt8] = []
        var buffer = [UInt8](repeating: 0, count: 65_536)
        while bytes.count < limitBytes {
            let count = read(0, &buffer, buffer.count)
            if count < 0, errno == EINTR { continue }
            guard count >= 0 else { throw SystemError(call: "read") }
            guard count > 0 else { break }
            bytes += buffer[..<count]
        }
        return bytes
    }

    /// The largest file that is read; a world may hold many documents.
    private static let limitBytes = 64 << 20
}
