import CommandLine
import Testing

@Suite struct HelpTests {
    private func text(_ words: String...) throws -> String {
        guard case .text(let text) = try storeProgram.parse(words) else { return "no text" }
        return text
    }

    @Test func showsTheProgram() throws {
        #expect(
            try text("--help") == """
                Usage: store [--json] COMMAND ...

                A local stand-in for an object store.

                It verifies signatures and enforces policies, and explains each refusal down to the statement that
                made it.

                Exit: 0 done, 1 the answer is no, 2 usage, 3 a file or the port is unusable.

                Commands:
                  serve    run the server until SIGTERM
                  check    validate policy documents
                  explain  say why a request is allowed or denied
                  cycle    billing cycles

                Options:
                      --json     print JSON
                  -h, --help     show this help
                      --version  show the version

                Try `store COMMAND --help` for more about a command.

                """
        )
    }

    @Test func showsACommand() throws {
        #expect(
            try text("serve", "--help") == """
                Usage: store serve [--port PORT] [--host HOST] [--bucket NAME]... [--data DIR]
                                   [--sync off|normal|full] [--verbose | --quiet]

                Run the server until SIGTERM.

                Options:
                  -p, --port PORT             port; 0 picks a free one (default 9000)
                      --host HOST             address to listen on (default 127.0.0.1)
                      --bucket NAME...        make this bucket at the start
                      --data DIR              keep everything in this folder (else $STORE_DATA)
                      --sync off|normal|full  what a commit waits for (default normal)
                  -v, --verbose               report every request
                  -q, --quiet                 report none

                Common options:
                      --json                  print JSON
                  -h, --help                  show this help

                Examples:
                  # a server on a free port with a bucket
                  store serve --port 0 --bucket a

                """
        )
    }

    @Test func wrapsTheColumnOfMeanings() throws {
        #expect(
            try text("explain", "-h") == """
                Usage: store explain --principal ARN [--context KEY=VALUE]...

                Say why a request is allowed or denied.

                Options:
                      --principal ARN         who asks (required)
                      --context KEY=VALUE...  a condition key and its value; give the option again for more keys or
                                              more values of one key

                Common options:
                      --json                  print JSON
                  -h, --help                  show this help

                """
        )
    }

    @Test func showsOperands() throws {
        let help = try text("check", "--help")
        #expect(help.hasPrefix("Usage: store check FILE...\n"))
        #expect(
            help.contains("Arguments:\n  FILE...  a policy document; `-` reads standard input\n")
        )
    }

    @Test(arguments: [
        ["serve", "--help"], ["help", "serve"], ["serve", "-h"], ["serve", "-vh"],
        ["--help", "serve"],
    ])
    func isAskedForInEveryForm(words: [String]) throws {
        guard case .text(let text) = try storeProgram.parse(words) else {
            Issue.record("no help for \(words)")
            return
        }
        #expect(text.hasPrefix("Usage: store serve "))
    }

    @Test func isGivenEvenIfSomethingIsMissing() throws {
        #expect(try text("cycle", "close", "--help").hasPrefix("Usage: store cycle close CYCLE\n"))
    }

    @Test func showsTheVersion() throws {
        #expect(try text("--version") == "store 1.2\n")
    }

    @Test func staysWithinAHundredColumns() throws {
        for words in [[], ["serve"], ["check"], ["explain"], ["cycle"], ["cycle", "show"]] {
            guard case .text(let text) = try storeProgram.parse(words + ["--help"]) else {
                continue
            }
            for line in text.split(separator: "\n") { #expect(line.count <= 100, "\(line)") }
        }
    }
}
