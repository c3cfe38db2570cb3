// `fakestore explain --cases FILE`: what policies say of cases that bring all their documents.

import CommandLine
import FakeStore
import Platform

/// The command that explains decisions.
enum ExplainCommand {
    static let command = Command(
        "explain",
        summary: "decide cases, and explain each decision",
        details: """
            FILE holds {"cases": [...]}: caller, policies and request of each. Each answer is a line of JSON: \
            decision, layer, what AWS says of a policy that it would refuse, and the trace.
            """,
        options: [
            .text(
                "cases",
                "FILE",
                isRequired: true,
                help: "the cases; - reads them from the standard input"
            )
        ]
    )

    /// The largest file of cases.
    private static let limitBytes = 1 << 30

    static func run(_ arguments: Arguments) -> FakeStoreCommand.Exit {
        let path = arguments.required("cases")
        let isInput = path == "-"
        do {
            let bytes = try OpenFile.contents(
                of: isInput ? "/dev/stdin" : path,
                limitBytes: limitBytes
            )
            guard let text = String(validating: bytes, as: UTF8.self) else {
                FakeStoreCommand.complain("fakestore: `\(path)` is not UTF-8")
                return .unusable
            }
            FakeStoreCommand.write(
                try FakeStore.explain(cases: text, file: isInput ? nil : path),
                to: 1
            )
            return .done
        } catch let error as SystemError {
            FakeStoreCommand.complain("fakestore: `\(path)`: \(error)")
            return .unusable
        } catch {
            FakeStoreCommand.complain("fakestore: \(error)")
            return .unusable
        }
    }
}
