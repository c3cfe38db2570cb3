import JSON
import Testing

@Suite struct WriterTests {
    private func write(_ layout: JSONWriter.Layout, _ body: (inout JSONWriter) -> Void) -> String {
        var writer = JSONWriter(layout)
        body(&writer)
        return writer.text
    }

    private func example(_ writer: inout JSONWriter) {
        writer.object {
            $0.member("ready", true)
            $0.member("count", 3)
            $0.member("name", "a\"b")
            $0.member("nothing", String?.none)
            $0.member(ifPresent: "left out", String?.none)
            $0.key("amount")
            $0.number(text: "12.50")
            $0.array("list") {
                $0.value(1)
                $0.value("two")
                $0.array { _ in }
                $0.object { $0.member("x", [1, 2]) }
            }
            $0.object("empty") { _ in }
        }
    }

    @Test func writesCompactText() {
        #expect(
            write(.compact, example)
                == #"{"ready":true,"count":3,"name":"a\"b","nothing":null,"amount":12.50,"#
                + #""list":[1,"two",[],{"x":[1,2]}],"empty":{}}"#
        )
    }

    @Test func writesPrettyText() {
        #expect(
            write(.pretty, example) == """
                {
                  "ready": true,
                  "count": 3,
                  "name": "a\\"b",
                  "nothing": null,
                  "amount": 12.50,
                  "list": [
                    1,
                    "two",
                    [],
                    {
                      "x": [
                        1,
                        2
                      ]
                    }
                  ],
                  "empty": {}
                }
                """
        )
    }

    @Test func escapesWhatMustBeEscapedAndNothingElse() {
        #expect(
            write(.compact) { $0.value("\"\\/\u{8}\u{C}\n\r\t\u{0}\u{1F}\u{7F}é€😀\u{2028}") }
                == "\"\\\"\\\\/\\b\\f\\n\\r\\t\\u0000\\u001f\u{7F}é€😀\u{2028}\""
        )
    }

    @Test func writesJSONLines() {
        let text = write(.compact) {
            for id in 1...2 {
                $0.object { $0.member("id", id) }
                $0.endLine()
            }
        }
        #expect(text == "{\"id\":1}\n{\"id\":2}\n")
    }

    @Test func embedsFinishedJSON() {
        #expect(
            write(.compact) {
                $0.object {
                    $0.key("world"); $0.raw("{\"a\":1}".utf8); $0.member("b", 2)
                }
            }
                == #"{"world":{"a":1},"b":2}"#
        )
    }

    @Test func writesBackWhatWasRead() throws {
        let text = #"{"b":[1,-2.50,1e9,true,false,null],"a":{"é":"\n"},"":""}"#
        #expect(try JSON.parse(text).text() == text)
    }
}
