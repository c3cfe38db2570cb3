import JSON
import Testing

@Suite struct ReaderTests {
    @Test(arguments: [
        ("null", JSONValue.null), (" true\n", .bool(true)), ("false", .bool(false)),
        ("0", .number("0")),
        ("-0.50e+10", .number("-0.50e+10")),
        ("12345678901234567890123", .number("12345678901234567890123")),
        (#""""#, .string("")), (#""a\"\\\/\b\f\n\r\tz""#, .string("a\"\\/\u{8}\u{C}\n\r\tz")),
        (#""\u00e9\u20AC\ud83d\ude00\u0000""#, .string("é€😀\u{0}")),
        ("\"é€😀\u{7F}\"", .string("é€😀\u{7F}")),
        ("[]", .array([])),
        (
            "[ 1 , [2]\t]",
            .array([JSONNode(.number("1")), JSONNode(.array([JSONNode(.number("2"))]))])
        ),
        ("{}", .object([])),
        (
            #"{"a":{"":null}}"#,
            .object([
                JSONMember(
                    key: "a",
                    node: JSONNode(.object([JSONMember(key: "", node: JSONNode(.null))]))
                )
            ])
        ),
    ])
    func reads(text: String, value: JSONValue) throws {
        #expect(try JSON.parse(text) == JSONNode(value))
    }

    @Test func keepsPlacesOfKeysAndValues() throws {
        let root = try JSON.parse(
            "{\n  \"é\": [1,\r\n \"😀\", true],\r\t\"b\": null}",
            file: "p.json"
        )
        #expect(root.place == Place(file: "p.json", line: 1, column: 1))
        #expect(root["é"]?.place.description == "p.json:2:8")
        #expect(root["é"]?[0]?.place.description == "p.json:2:9")
        #expect(root["é"]?[1]?.place.description == "p.json:3:2")
        #expect(root["é"]?[2]?.place.description == "p.json:3:7")
        #expect(root.object?[1].keyPlace.description == "p.json:4:2")
        #expect(root["b"]?.place.description == "p.json:4:7")
    }

    @Test(arguments: [
        ("", "1:1: expected a value, met the end of the text"),
        ("  ", "1:3: expected a value, met the end of the text"),
        ("1 2", "1:3: expected the end of the text after the value, met `2`"),
        (
            "{} x",
            "1:4: expected the end of the text after the value, met `x`: is it missing its double quotes?"
        ),
        ("[1,]", "1:3: trailing comma: remove it, or add what should follow it"),
        ("{\"a\":1,\n}", "1:7: trailing comma: remove it, or add what should follow it"),
        ("[1 2]", "1:4: expected `,` or `]` after the element, met `2`"),
        ("[1", "1:3: expected `,` or `]` after the element, met the end of the text"),
        ("[", "1:2: expected a value or `]`, met the end of the text"),
        ("[,1]", "1:2: expected a value or `]`, met `,`"),
        ("{\"a\" 1}", "1:6: expected `:` after the key `a`, met `1`"),
        ("{\"a\":}", "1:6: expected the value of `a`, met `}`"),
        (
            "{\"a\":1 \"b\":2}",
            "1:8: expected `,` or `}` after the value of `a`, met the string `\"b\"`"
        ),
        (
            "{a:1}",
            "1:2: expected a key in double quotes or `}`, met `a`: is it missing its double quotes?"
        ),
        (
            "{\"a\":1,b:1}",
            "1:8: expected a key in double quotes, met `b`: is it missing its double quotes?"
        ),
        (
            "{'a':1}",
            "1:2: expected a key in double quotes or `}`, met `'`: JSON needs double quotes, `\"`"
        ),
        (
            "{\n“a”: 1}",
            "2:1: expected a key in double quotes or `}`, met the curly quote `“` (U+201C): JSON needs straight quotes, `\"`"
        ),
        (
            "{\u{A0}\"a\":1}",
            "1:2: expected a key in double quotes or `}`, met a non-breaking space (U+00A0): replace it by a plain space"
        ),
        (
            "[\u{200B}1]",
            "1:2: expected a value or `]`, met an invisible character (U+200B): remove it"
        ),
        ("// c\n1", "1:1: expected a value, met a comment: JSON has none"),
        ("[1, # c\n2]", "1:5: expected a value after `,`, met a comment: JSON has none"),
        ("True", "1:1: expected a value, met `True`: JSON's word is `true`"),
        ("None", "1:1: expected a value, met `None`: JSON's word is `null`"),
        ("truee", "1:1: expected a value, met `truee`: is it missing its double quotes?"),
        ("NaN", "1:1: expected a value, met `NaN`: JSON has no such number"),
        (
            "\u{FEFF}1",
            "1:1: the text starts with a byte order mark (U+FEFF); save it as UTF-8 without BOM"
        ),
        ("\"a", "1:1: the string that opens here never ends: expected `\"`"),
        (
            "\"a\nb\"",
            "1:1: the string that opens here doesn't end in its line: expected `\"`, or `\\n` for a line break"
        ),
        ("\"é\tb\"", "1:3: tab in a string: write `\\t`"),
        ("\"\u{1}\"", "1:2: control character U+0001 in a string: write `\\u0001`"),
        ("\"\\x\"", "1:2: unknown escape `\\x`; for a backslash write `\\\\`"),
        ("\"é\\u12G4\"", "1:3: expected four hexadecimal digits after `\\u`"),
        ("\"\\ud83d\"", "1:2: lone high surrogate `\\uD83D`: it needs a low surrogate after it"),
        (
            "\"\\ud83d\\u0041\"",
            "1:2: lone high surrogate `\\uD83D`: it needs a low surrogate after it"
        ),
        ("\"\\ude00\"", "1:2: lone low surrogate `\\uDE00`: it needs a high surrogate before it"),
        ("\"\\", "1:2: the text ends within an escape"),
        (
            "012345678901",
            "1:1: the number `012345678901` starts with 0: an id or account number needs quotes, `\"012345678901\"`"
        ),
        ("-", "1:2: expected a digit after `-`, met the end of the text"),
        ("+1", "1:1: expected a value, met `+`"),
        (".5", "1:1: expected a value, met `.`"),
        ("1.", "1:3: expected a digit after the decimal point, met the end of the text"),
        ("1e", "1:3: expected a digit in the exponent, met the end of the text"),
        (
            "1x",
            "1:2: expected the end of the number `1`, met `x`: is it missing its double quotes?"
        ),
        ("{\"a\":1,\n \"a\":2}", "2:2: duplicate key `a`; the first is in line 1, column 2"),
        (
            "{\"a\":{\"b\":1,\"\\u0062\":2}}",
            "1:13: duplicate key `b`; the first is in line 1, column 7"
        ),
    ])
    func refuses(text: String, error: String) {
        let met = #expect(throws: JSONError.self) { try JSON.parse(text, file: "f") }
        #expect(met?.description == "f:" + error)
    }

    @Test func refusesADuplicateAmongManyKeys() {
        let members = (0..<40).map { "\"k\($0)\":0" }.joined(separator: ",")
        #expect(throws: Never.self) { try JSON.parse("{\(members)}") }
        for repeated in ["k0", "k7", "k8", "k9", "k39"] {
            let error = #expect(throws: JSONError.self) {
                try JSON.parse("{\(members),\"\(repeated)\":1}")
            }
            #expect(error?.kind == .duplicateKey)
        }
    }

    @Test func allowsDepthAndSizeUpToTheirLimits() throws {
        func nested(_ depth: Int) -> String {
            String(repeating: "[", count: depth) + String(repeating: "]", count: depth)
        }
        #expect(throws: Never.self) { try JSON.parse(nested(64)) }
        #expect(throws: JSONError.self) { try JSON.parse(nested(65)) }
        #expect(throws: JSONError.self) { try JSON.parse(String(repeating: "[", count: 1_000_000)) }
        #expect(throws: Never.self) { try JSON.parse("1234", limits: JSON.Limits(bytes: 4)) }
        let error = #expect(throws: JSONError.self) {
            try JSON.parse("12345", limits: JSON.Limits(bytes: 4))
        }
        #expect(error?.kind == .limit)
    }

    @Test(
        arguments: [
            [0x22, 0xFF, 0x22], [0x22, 0xC3, 0x22], [0x22, 0xC0, 0x80, 0x22],
            [0x22, 0xED, 0xA0, 0x80, 0x22], [0xFF],
        ] as [[UInt8]]
    )
    func refusesWhatIsNotUTF8(bytes: [UInt8]) {
        #expect(throws: JSONError.self) { try JSON.parse(bytes) }
    }

    @Test func pointsAtTheByteThatIsNotUTF8() {
        let error = #expect(throws: JSONError.self) {
            try JSON.parse(Array("[\"éé".utf8) + [0xFF] + Array("\"]".utf8), file: "f")
        }
        #expect(
            error?.description
                == "f:1:5: invalid UTF-8: byte 0xFF can't stand here; save the text as UTF-8"
        )
    }

    @Test func neverCrashesOnAByteChangedOrCut() {
        let text = Array(#"{"a":[1,-2.5e3,true,null,"é\u00e9\ud83d\ude00\n"],"b":{}} "#.utf8)
        for index in text.indices {
            _ = try? JSON.parse(Array(text[..<index]))
            for byte: UInt8 in [
                0x00, 0x0A, 0x20, 0x22, 0x2C, 0x30, 0x5C, 0x5D, 0x7B, 0x80, 0xEF, 0xFF,
            ] {
                var changed = text
                changed[index] = byte
                _ = try? JSON.parse(changed)
            }
        }
    }
}
