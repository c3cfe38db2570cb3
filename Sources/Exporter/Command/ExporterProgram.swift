// The table of commands, and what they have in common: the state, the time, the two forms of an answer, and
// which error ends with which status.

import CommandLine
import FakeStore
@preconcurrency import Glibc
import JSON
import Jobs
import Platform
import Rating
import State
import Transfer

/// The program.
enum ExporterProgram {
    static let version = FakeStore.version

    /// What a command is given.
    struct Surroundings {
        let arguments: Arguments
        let environment: [String: String]
        /// `--now`, or the clock.
        let now: @Sendable () -> Timestamp

        /// The state folder that the command line names.
        func openState() throws -> State { try State(folder: arguments.required("state")) }

        /// The platform of a state, ready to deliver.
        func platform(_ state: State) throws -> DeliveryPlatform {
            DeliveryPlatform(
                setup: try state.setup().platform,
                environment: environment,
                transport: CurlTransport(userAgent: "exporter/\(ExporterProgram.version)")
            )
        }

        /// `--cycle`, if given.
        func cycle() throws(UsageError) -> BillingCycle? {
            try arguments.value("cycle", expected: "a cycle such as 2026-10") { BillingCycle($0) }
        }
    }

    /// Runs a command line and returns the exit status.
    static func run(_ line: [String]) async -> Int32 {
        let isJSON = line.contains("--json")
        do {
            if let word = line.first(where: { !$0.hasPrefix("-") }), laterCommands.contains(word) {
                throw UsageError(command: "exporter", message: "`\(word)` is not in this version")
            }
            switch try program.parse(line, environment: { getenv($0).map { String(cString: $0) } })
            {
            case .text(let text):
                Terminal.print(text.hasSuffix("\n") ? String(text.dropLast()) : text)
                return ExitStatus.done.rawValue
            case .run(let arguments):
                let answer = try await carryOut(arguments)
                Terminal.print(arguments.has("json") ? answer.document : answer.text)
                if let complaint = answer.complaint { Terminal.complain("exporter: \(complaint)") }
                return answer.status.rawValue
            }
        } catch {
            if isJSON {
                var writer = JSONWriter()
                writer.object { $0.member("error", "\(error)") }
                Terminal.print(writer.text)
            }
            Terminal.complain(error is UsageError ? "\(error)" : "exporter: \(error)")
            return status(of: error).rawValue
        }
    }

    private static func carryOut(_ arguments: Arguments) async throws -> CommandAnswer {
        let fixed = try arguments.value("now", expected: "a time such as 2026-11-20T09:00:00Z") {
            Timestamp(iso8601: $0)
        }
        let surroundings = Surroundings(
            arguments: arguments,
            environment: processEnvironment(),
            now: { fixed ?? Timestamp.now() }
        )
        switch arguments.words {
        case ["apply"]: return try applyCommand(surroundings)
        case ["verify"]: return try verifyCommand(surroundings)
        case ["import"]: return try importCommand(surroundings)
        case ["run"]: return try runCommand(surroundings)
        case ["render"]: return try renderCommand(surroundings)
        case ["status"]: return try statusCommand(surroundings)
        case ["history"]: return try historyCommand(surroundings)
        case ["rate"]: return try rateCommand(surroundings)
        case ["explain-line"]: return try explainLineCommand(surroundings)
        case ["demo"]: return try await demoCommand(surroundings)
        default: preconditionFailure("no command for \(arguments.words)")
        }
    }

    /// Which status an error ends with.
    private static func status(of error: any Error) -> ExitStatus {
        switch error {
        case is UsageError, is JSONError, is ExplainError, is DeliveryPlatform.Unusable,
            ImportError.unsupported:
            .usage
        default: .unusable
        }
    }

    private static func processEnvironment() -> [String: String] {
        var variables: [String: String] = [:]
        var next = environ
        while let entry = next.pointee {
            let parts = String(cString: entry).split(
                separator: "=",
                maxSplits: 1,
                omittingEmptySubsequences: false
            )
            if parts.count == 2 { variables[String(parts[0])] = String(parts[1]) }
            next += 1
        }
        return variables
    }
}
