import CommandLine

/// A program much like `fakestore`.
let storeProgram = Command(
    "store",
    summary: "a local stand-in for an object store",
    details: """
        It verifies signatures and enforces policies, and explains each refusal down to the statement that
        made it.

        Exit: 0 done, 1 the answer is no, 2 usage, 3 a file or the port is unusable.
        """,
    options: [.flag("json", help: "print JSON")],
    subcommands: [
        Command(
            "serve",
            summary: "run the server until SIGTERM",
            options: [
                .integer(
                    "port",
                    "PORT",
                    in: 0...65535,
                    short: "p",
                    default: 9000,
                    help: "port; 0 picks a free one"
                ),
                .text("host", "HOST", default: "127.0.0.1", help: "address to listen on"),
                .text("bucket", "NAME", isRepeatable: true, help: "make this bucket at the start"),
                .text(
                    "data",
                    "DIR",
                    environment: "STORE_DATA",
                    help: "keep everything in this folder"
                ),
                .choice(
                    "sync",
                    of: ["off", "normal", "full"],
                    default: "normal",
                    help: "what a commit waits for"
                ),
                .flag("verbose", short: "v", help: "report every request"),
                .flag("quiet", short: "q", help: "report none"),
            ],
            exclusive: [["verbose", "quiet"]],
            examples: [("store serve --port 0 --bucket a", "a server on a free port with a bucket")]
        ),
        Command(
            "check",
            summary: "validate policy documents",
            operands: [
                Operand("FILE", .oneOrMore, help: "a policy document; `-` reads standard input")
            ]
        ),
        Command(
            "explain",
            summary: "say why a request is allowed or denied",
            options: [
                .text("principal", "ARN", isRequired: true, help: "who asks"),
                .text(
                    "context",
                    "KEY=VALUE",
                    isRepeatable: true,
                    help:
                        "a condition key and its value; give the option again for more keys or more values of one key"
                ),
            ]
        ),
        Command(
            "cycle",
            summary: "billing cycles",
            subcommands: [
                Command(
                    "close",
                    summary: "freeze a cycle",
                    operands: [Operand("CYCLE", help: "as in 2026-11")]
                ),
                Command(
                    "show",
                    summary: "show cycles",
                    operands: [
                        Operand("CYCLE", help: "as in 2026-11"),
                        Operand("VIEW", .optional, help: "cost or resale"),
                    ]
                ),
            ]
        ),
    ],
    version: "1.2"
)
