// Answers without a server: what policies say of a case.

import JSON
import Policy

extension FakeStore {
    /// Answers a file of explain cases, `{"cases": […]}`, with one JSON object a line.
    ///
    /// - Parameters:
    ///   - cases: the file's text.
    ///   - file: its name in errors.
    /// - Returns: for each case its `id`, `decision`, `layer`, `error` and `explanation`, in order.
    /// - Throws: a `CaseError` when the text is not a list of cases.
    public static func explain(cases: String, file: String? = nil) throws(CaseError) -> String {
        do {
            return try ExplainCases.answer(cases, file: file)
        } catch {
            throw CaseError(description: error.description)
        }
    }

    /// A text that is not a list of cases.
    public struct CaseError: Error, Sendable, CustomStringConvertible {
        /// What is wrong, with its place: `cases.json:1:11: cases[0]: …`.
        public let description: String
    }
}
