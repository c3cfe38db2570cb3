// `{"cases": […]}` in, one line of JSON for each case out: what `fakestore explain --cases` prints.

import JSON

/// Answers a file of cases.
package enum ExplainCases {
    /// Decides and explains every case.
    ///
    /// - Parameters:
    ///   - text: the file, `{"cases": […]}`.
    ///   - file: its name in errors, if it has one.
    /// - Returns: one JSON object a line, in the order of the cases: `id`, `decision` (`allow`,
    ///   `explicitDeny`, `implicitDeny` or `invalidPolicy`), `layer`, `error`, `explanation`.
    /// - Throws: a `JSONError` when the file is not a list of cases; a policy that AWS would refuse is an
    ///   answer and not an error.
    package static func answer(_ text: String, file: String? = nil) throws(JSONError) -> String {
        let node = try JSON.parse(text, file: file)
        let cases = try ObjectReader.read(node) { reader throws(JSONError) in
            try reader.required("cases", as: [ExplainCase].self)
        }
        var writer = JSONWriter()
        for item in cases {
            write(item, to: &writer)
            writer.endLine()
        }
        return writer.text
    }

    /// Answers one case as one JSON object.
    package static func answer(case node: JSONNode) throws(JSONError) -> String {
        var writer = JSONWriter()
        write(try ExplainCase(json: node, path: ""), to: &writer)
        return writer.text
    }

    private static func write(_ item: ExplainCase, to writer: inout JSONWriter) {
        writer.object { writer in
            writer.member("id", item.id)
            switch item.policies {
            case .success(let policies):
                let explanation = explain(item.request, policies)
                writer.member("decision", explanation.decision.verdict.rawValue)
                writer.member("layer", explanation.decision.layer?.rawValue)
                writer.key("error")
                writer.null()
                writer.member("explanation", explanation)
            case .failure(let invalid):
                writer.member("decision", "invalidPolicy")
                writer.key("layer")
                writer.null()
                writer.object("error") { writer in
                    writer.member("code", invalid.error.awsCode)
                    writer.member("message", invalid.error.awsMessage)
                    writer.member("document", invalid.document)
                    writer.member("line", invalid.error.place.line)
                    writer.member("column", invalid.error.place.column)
                }
                writer.object("explanation") { writer in
                    writer.member("reason", "\(invalid.document): \(invalid.error.words)")
                    writer.member("path", invalid.error.path)
                    writer.member(ifPresent: "detail", invalid.error.awsDetail)
                }
            }
        }
    }
}
