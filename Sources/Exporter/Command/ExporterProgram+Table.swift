// The command line as a table. Commands of later versions are not in it; asking for one is answered in words.

import CommandLine

extension ExporterProgram {
    private static let cycleOption = CommandOption.text(
        "cycle",
        "YYYY-MM",
        help: "only this billing cycle"
    )
    private static let customerOption = CommandOption.text(
        "customer",
        "ID",
        help: "only this customer"
    )
    private static let jobsOption = CommandOption.integer(
        "jobs",
        "N",
        in: 1...64,
        default: 4,
        help: "how many files are delivered at a time"
    )

    static let program = Command(
        "exporter",
        summary: "delivers detailed billing reports into the buckets of customers and resellers",
        details: """
            Imports the detailed bills of cloud providers and delivers to each customer a file of their own
            lines, under the name that the provider would give it, never overwriting a file it did not write.

            Exit: 0 done or nothing to do, 1 a delivery or Verify failed or was refused, 2 usage or an error
            in the set-up, 3 the state or a file is unusable.
            """,
        options: [
            .text(
                "state",
                "DIR",
                default: "./exporter-state",
                environment: "EXPORTER_STATE",
                help: "the folder that the exporter remembers everything in"
            ),
            .flag("json", help: "print one JSON document on standard output"),
            .text(
                "now",
                "TIME",
                help: "take this for the current time, as in 2026-11-20T09:00:00Z; for tests"
            ),
        ],
        subcommands: [
            Command(
                "demo",
                summary: "the whole flow on a sample bill, against a FakeStore inside the process",
                options: [
                    .text(
                        "keep",
                        "DIR",
                        help: "keep the set-up, the world, the bill and the state here"
                    )
                ],
                examples: [
                    (
                        "exporter demo",
                        "see what the exporter does; needs nothing and leaves nothing"
                    )
                ]
            ),
            Command(
                "apply",
                summary: "make the state what a set-up file says",
                operands: [Operand("SETUP.json", help: "the set-up; `-` reads standard input")],
                options: [
                    .flag("dry-run", help: "only show what would change"),
                    .flag("prune", help: "remove customers that the file does not name"),
                ],
                examples: [("exporter apply setup.json", "set up customers, accounts and exports")]
            ),
            Command(
                "verify",
                summary: "find out whether the exports' destinations can be written to",
                details: """
                    Writes one small marker, exporter-access-test.txt, create-only, and then tries to replace it
                    under a condition. s3:PutObject is all it needs. For a refusal it says what may be wrong,
                    who has to change what, and prints the JSON to paste.
                    """,
                options: [
                    customerOption,
                    .choice(
                        "reseller",
                        of: ["cost", "resale"],
                        help: "only the reseller's export of this view"
                    ),
                ],
                exclusive: [["customer", "reseller"]]
            ),
            Command(
                "import",
                summary: "check bills, keep them, and deliver what is due",
                operands: [
                    Operand(
                        "FILE",
                        .oneOrMore,
                        help: "a bill, also packed as .gz or .zip; `-` reads standard input"
                    )
                ],
                options: [
                    .choice(
                        "provider",
                        of: ["aws", "azure", "gcp"],
                        isRequired: true,
                        help: "whose bills they are"
                    ),
                    .text(
                        "cycle",
                        "YYYY-MM",
                        help: "the billing cycle they are said to be for; it is compared"
                    ),
                    .flag("no-deliver", help: "only import"), jobsOption,
                ],
                examples: [
                    (
                        "exporter import bill.csv.zip --provider aws",
                        "import a bill and deliver the files made from it"
                    )
                ]
            ),
            Command(
                "run",
                summary: "deliver what is due",
                options: [
                    cycleOption, customerOption, jobsOption,
                    .flag(
                        "estimated",
                        help: "deliver estimated bills also where the file can't be corrected later"
                    ),
                    .flag("dry-run", help: "only say what would be delivered"),
                ]
            ),
            Command(
                "render",
                summary: "write the file of an export, exactly the bytes that run would deliver",
                operands: [Operand("CUSTOMER", help: "a customer's id, or `reseller`")],
                options: [
                    .choice(
                        "provider",
                        of: ["aws", "azure", "gcp"],
                        default: "aws",
                        help: "whose bill it is made from"
                    ),
                    .text("cycle", "YYYY-MM", isRequired: true, help: "the billing cycle"),
                    .choice(
                        "view",
                        of: ["cost", "resale"],
                        help: "the view; the export's own by default"
                    ),
                    .choice(
                        "format",
                        of: ["dbr-rt", "dbr"],
                        help: "the format; the export's first by default"
                    ),
                    .text(
                        "output",
                        "FILE",
                        isRequired: true,
                        help: "where to; `-` is standard output"
                    ),
                ]
            ),
            Command(
                "rate",
                summary: "price a bill by a config, without any state",
                details: """
                    Prints each customer's lines with their prices and the rules that made them, the added lines,
                    and the totals. The config names provider, period, view, currency, pricebooks and customers.
                    """,
                operands: [
                    Operand("BILL", help: "a bill: plain, .gz or .zip")
                ],
                options: [
                    .text("config", "CONFIG.json", isRequired: true, help: "the rating config")
                ],
                examples: [
                    (
                        "exporter rate bill.csv --config prices.json --json",
                        "see what each line would cost the customers"
                    )
                ]
            ),
            Command(
                "explain-line",
                summary: "which rule priced a line of a bill for a customer, and how",
                details: """
                    Explains the resale price, also where the customer's export is at cost. ROW counts the records of
                    the imported bill, the header being 1, as `rate` does.
                    """,
                operands: [
                    Operand("CUSTOMER", help: "the customer's id"),
                    Operand("CYCLE", help: "the billing cycle, as in 2026-10"),
                    Operand("ROW", help: "the line's row in the bill, or its RecordId"),
                ],
                options: [
                    .flag(
                        "record-id",
                        help: "ROW is a RecordId, which delivered files have like the bill"
                    )
                ],
                examples: [("exporter explain-line acme 2026-10 17", "see how row 17 was priced")]
            ),
            Command(
                "status",
                summary: "what each export should have, what it has, and what is waited for",
                options: [cycleOption, customerOption]
            ),
            Command(
                "history",
                summary: "changes and deliveries with their times",
                options: [
                    cycleOption,
                    .integer(
                        "limit",
                        "N",
                        in: 1...1_000_000,
                        default: 100,
                        help: "at most so many changes, the latest"
                    ),
                ]
            ),
        ],
        version: version
    )

    /// Commands of the design that this version does not have.
    static let laterCommands = ["cycle", "console"]
}
