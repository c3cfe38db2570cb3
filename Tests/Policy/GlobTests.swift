import Testing

@testable import Policy

@Suite struct GlobTests {
    /// iam.md section 2: `*` is any run, `?` one character, nothing else is special.
    @Test(arguments: [
        ("", "", true), ("", "a", false), ("*", "", true), ("*", "a/b:c", true), ("**", "", true),
        ("a", "a", true), ("a", "A", false), ("a", "ab", false), ("ab", "a", false),
        ("a*", "a", true), ("a*", "abc", true), ("a*", "ba", false),
        ("*a", "a", true), ("*a", "bca", true), ("*a", "ab", false), ("*ab", "b", false),
        ("a*b", "ab", true), ("a*b", "aXb", true), ("a*b", "abX", false), ("a*b", "a", false),
        ("a*a", "a", false), ("ab*ba", "aba", false), ("ab*ba", "abba", true),
        ("*b*", "abc", true), ("*b*", "ac", false), ("a*b*c", "a1b2c", true),
        ("a*b*c", "a1c2b", false),
        ("*ab*ab", "abab", true), ("*ab*ab", "aab", false), ("*aab", "aaab", true),
        ("?", "a", true), ("?", "", false), ("?", "ab", false), ("a?c", "abc", true),
        ("a?c", "ac", false),
        ("?", "é", true), ("?", "日", true), ("??", "é", false), ("a?c", "a日c", true),
        ("*?", "日", true),
        ("?*", "é", true), ("*??", "é", false), ("*?é", "日é", true), ("x*?y", "x日y", true),
        ("x*?y", "xy", false), ("[a]", "a", false), (".", "a", false), ("a+", "aa", false),
        ("bucket/*", "bucket", false), ("bucket/*", "bucket/", true),
        ("bucket*", "bucket-old/x", true),
    ])
    func matches(_ example: (pattern: String, text: String, matches: Bool)) {
        #expect(
            Glob(example.pattern).matches(example.text) == example.matches,
            "\(example.pattern) on \(example.text)"
        )
    }

    @Test func foldsCaseOnlyWhenAsked() {
        #expect(Glob("s3:Put*", foldsCase: true).matches("S3:PUTOBJECT"))
        #expect(!Glob("s3:Put*").matches("S3:PUTOBJECT"))
    }

    /// A plain matcher that tries everything, as the specification of the fast one.
    private func plainly(
        _ pattern: ArraySlice<Unicode.Scalar>,
        _ text: ArraySlice<Unicode.Scalar>
    ) -> Bool {
        guard let first = pattern.first else { return text.isEmpty }
        if first == "*" {
            return plainly(pattern.dropFirst(), text)
                || (!text.isEmpty && plainly(pattern, text.dropFirst()))
        }
        guard let head = text.first, first == "?" || first == head else { return false }
        return plainly(pattern.dropFirst(), text.dropFirst())
    }

    @Test func agreesWithAPlainMatcherOnRandomTexts() {
        var random = SystemRandomNumberGenerator()
        let patternAlphabet: [Unicode.Scalar] = ["a", "b", "é", "*", "?"]
        let textAlphabet: [Unicode.Scalar] = ["a", "b", "é"]
        for _ in 0..<20_000 {
            let pattern = (0..<Int.random(in: 0...7, using: &random)).map { _ in
                patternAlphabet[Int.random(in: 0..<5, using: &random)]
            }
            let text = (0..<Int.random(in: 0...8, using: &random)).map { _ in
                textAlphabet[Int.random(in: 0..<3, using: &random)]
            }
            let patternText = String(String.UnicodeScalarView(pattern))
            let textText = String(String.UnicodeScalarView(text))
            let expected = plainly(pattern[...], text[...])
            #expect(
                Glob(patternText).matches(textText) == expected,
                "\(patternText) on \(textText)"
            )
        }
    }
}
