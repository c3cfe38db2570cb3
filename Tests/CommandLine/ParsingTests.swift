import CommandLine
import Testing

@Suite struct ParsingTests {
    private func parse(_ line: String, environment: [String: String] = [:]) throws -> Arguments {
        let words = line.split(separator: " ", omittingEmptySubsequences: true).map(String.init)
        guard
            case .run(let arguments) = try storeProgram.parse(
                words,
                environment: { environment[$0] }
            )
        else {
            throw Unexpected()
        }
        return arguments
    }

    private struct Unexpected: Error {}

    @Test func givesDefaultsWhenNothingIsGiven() throws {
        let arguments = try parse("serve")
        #expect(arguments.words == ["serve"])
        #expect(arguments.command == "store serve")
        #expect(arguments.integer("port") == 9000)
        #expect(arguments.required("sync") == "normal")
        #expect(arguments.text("data") == nil)
        #expect(arguments.texts("bucket") == [])
        #expect(!arguments.has("port"))
        #expect(!arguments.has("json"))
    }

    @Test(arguments: [
        "serve --port 80", "serve --port=80", "serve -p 80", "serve -p80", "serve -vp80",
        "serve -vp 80 --json",
    ])
    func readsAValueInEveryForm(line: String) throws {
        #expect(try parse(line).integer("port") == 80)
    }

    @Test func collectsRepeatedValuesInTheirOrder() throws {
        #expect(
            try parse("serve --bucket a --bucket=b --bucket c=d").texts("bucket") == [
                "a", "b", "c=d",
            ]
        )
    }

    @Test(arguments: [
        "--json serve", "serve --json", "cycle --json close 2026-11", "cycle close 2026-11 --json",
    ])
    func takesCommonOptionsBeforeAndAfterTheCommand(line: String) throws {
        #expect(try parse(line).has("json"))
    }

    @Test(arguments: [
        ("check a b", ["a", "b"]), ("check -", ["-"]), ("check -- --json -x", ["--json", "-x"]),
        ("check a --json b", ["a", "b"]),
    ])
    func collectsOperands(line: String, operands: [String]) throws {
        #expect(try parse(line).operands("FILE") == operands)
    }

    @Test func findsOperandsByTheirNames() throws {
        let both = try parse("cycle show 2026-11 cost")
        #expect(both.words == ["cycle", "show"])
        #expect(both.requiredOperand("CYCLE") == "2026-11")
        #expect(both.operand("VIEW") == "cost")
        #expect(try parse("cycle show 2026-11").operand("VIEW") == nil)
    }

    @Test func takesAnEmptyValueOnlyWithAnEqualsSign() throws {
        #expect(try parse("serve --host=").text("host") == "")
    }

    @Test func asksTheEnvironmentAfterTheLine() throws {
        let environment = ["STORE_DATA": "/e"]
        #expect(try parse("serve", environment: environment).text("data") == "/e")
        #expect(try parse("serve --data /l", environment: environment).text("data") == "/l")
        #expect(try parse("serve", environment: ["STORE_DATA": ""]).text("data") == nil)
    }

    @Test func readsValuesOfOtherTypes() throws {
        let arguments = try parse("serve --host 7")
        #expect(try arguments.value("host", expected: "a number", { Int($0) }) == 7)
        #expect(
            throws: UsageError(
                command: "store serve",
                message: "`--host`: expected a letter, met `7`"
            )
        ) {
            try arguments.value("host", expected: "a letter") { _ in Int?.none }
        }
    }

    @Test(arguments: [
        ("", "store: expected a command: `serve`, `check`, `explain`, `cycle`"),
        ("cycle", "store cycle: expected a command: `close`, `show`"),
        ("sevre", "store: unknown command `sevre`; did you mean `serve`?"),
        ("x", "store: unknown command `x`; expected `serve`, `check`, `explain`, `cycle`"),
        ("serve --prot 1", "store serve: unknown option `--prot`; did you mean `--port`?"),
        ("serve --prot=1", "store serve: unknown option `--prot`; did you mean `--port`?"),
        ("serve --colour", "store serve: unknown option `--colour`"),
        (
            "--port 1 serve",
            "store: unknown option `--port` here; it follows the command, as in `store serve --port`"
        ),
        ("serve -x", "store serve: unknown option `-x`"),
        ("serve -vx", "store serve: unknown option `-x` in `-vx`"),
        ("serve --port", "store serve: `--port` needs a value: --port PORT"),
        ("serve -p", "store serve: `-p` needs a value: --port PORT"),
        (
            "serve --host --json",
            "store serve: `--host` needs a value, met `--json`; if that is the value, write `--host=--json`"
        ),
        ("serve --json=1", "store serve: `--json` takes no value"),
        (
            "serve --port 65536",
            "store serve: `--port`: expected a whole number from 0 to 65535, met `65536`"
        ),
        (
            "serve --port -1",
            "store serve: `--port`: expected a whole number from 0 to 65535, met `-1`"
        ),
        ("serve -p x", "store serve: `-p`: expected a whole number from 0 to 65535, met `x`"),
        (
            "serve --sync ful",
            "store serve: `--sync`: expected one of `off`, `normal`, `full`, met `ful`; did you mean `full`?"
        ),
        ("serve --port 1 --port 2", "store serve: `--port` is given twice"),
        ("serve -v -v", "store serve: `--verbose` is given twice"),
        ("serve -v -q", "store serve: `--verbose` and `--quiet` exclude each other"),
        ("serve x", "store serve: unexpected `x`"),
        ("check", "store check: FILE is missing: a policy document; `-` reads standard input"),
        ("cycle close", "store cycle close: CYCLE is missing: as in 2026-11"),
        ("cycle show a b c", "store cycle show: unexpected `c`"),
        ("explain", "store explain: `--principal` is missing: --principal ARN"),
    ])
    func refuses(line: String, message: String) {
        let error = #expect(throws: UsageError.self) { try parse(line) }
        #expect(error.map { "\($0.command): \($0.message)" } == message)
    }

    @Test func refusesAWrongValueOfTheEnvironment() {
        let program = Command(
            "p",
            summary: "x",
            options: [.integer("jobs", "N", environment: "JOBS", help: "how many")]
        )
        let error = #expect(throws: UsageError.self) {
            try program.parse([], environment: { $0 == "JOBS" ? "many" : nil })
        }
        #expect(error?.message == "`$JOBS`: expected a whole number from 0, met `many`")
    }

    @Test func saysWhereTheHelpIs() {
        #expect(
            UsageError(command: "store serve", message: "unexpected `x`").description
                == "store serve: unexpected `x`\nTry `store serve --help`."
        )
    }

    @Test func leavesTheStandardLibrarysNameAlone() {
        #expect(!CommandLine.arguments.isEmpty)
    }
}
