// How findings are shown: as lines that editors and terminals make clickable, and as JSON.

import JSON

extension Array where Element == CheckedDocument {
    /// How many findings there are of a severity.
    package func count(of severity: Severity) -> Int {
        reduce(0) { $0 + $1.findings.count { $0.severity == severity } }
    }

    /// `FILE:LINE:COLUMN: SEVERITY CODE: MESSAGE` for each finding, below its document, and the sum.
    package var text: String {
        var lines: [String] = []
        for document in self {
            lines.append(
                "\(document.name): \(document.kind.words)\(document.isKindDetected ? " (as the document says; --kind sets it)" : "")"
                    + (document.findings.isEmpty ? ": nothing found" : "")
            )
            for finding in document.findings {
                lines.append(
                    "\(finding.place): \(finding.severity.rawValue) \(finding.code): \(finding.message)"
                )
                if let instead = finding.instead { lines.append("    instead: \(instead)") }
                if let refusal = finding.refusal {
                    lines.append(
                        "    \(document.kind.service) answers: \(refusal.code): \(refusal.message)"
                    )
                }
            }
        }
        let counts = Severity.allCases.compactMap { severity -> String? in
            let count = self.count(of: severity)
            let name = severity.rawValue.replacingDash
            return count == 0 ? nil : "\(count) \(name)\(count == 1 ? "" : "s")"
        }
        let documents = "\(count) document\(count == 1 ? "" : "s")"
        lines.append(
            "\(documents): \(counts.isEmpty ? "nothing found" : counts.joined(separator: ", "))"
        )
        return lines.joined(separator: "\n") + "\n"
    }

    /// `{"files":[{"file","kind","kindDetected","findings":[…]}],"counts":{…}}`, one line.
    package var json: String {
        var writer = JSONWriter()
        writer.object { writer in
            writer.key("files")
            writer.array { writer in
                for document in self { document.write(to: &writer) }
            }
            writer.key("counts")
            writer.object { writer in
                for severity in Severity.allCases {
                    writer.member(severity.rawValue, count(of: severity))
                }
            }
        }
        writer.endLine()
        return String(decoding: writer.bytes, as: UTF8.self)
    }
}

extension String {
    fileprivate var replacingDash: String { String(map { $0 == "-" ? " " : $0 }) }
}

extension CheckedDocument {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("file", name)
            writer.member("kind", kind.rawValue)
            writer.member("kindDetected", isKindDetected)
            writer.key("findings")
            writer.array { writer in
                for finding in findings { finding.write(to: &writer) }
            }
        }
    }
}

extension Finding {
    fileprivate func write(to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("code", code)
            writer.member("severity", severity.rawValue)
            writer.member("line", place.line)
            writer.member("column", place.column)
            writer.member("path", path)
            writer.member("message", message)
            writer.key("instead")
            if let instead { writer.string(instead) } else { writer.null() }
            writer.member(ifPresent: "awsCode", refusal?.code)
            writer.member(ifPresent: "awsMessage", refusal?.message)
        }
    }
}
