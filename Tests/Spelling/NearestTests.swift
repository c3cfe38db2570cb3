import Spelling
import Testing

@Suite struct NearestTests {
    @Test(arguments: [
        ("prot", ["host", "port", "world"], "port"),
        ("PORT", ["host", "port"], "port"),
        ("acounts", ["accounts", "projects"], "accounts"),
        ("Effct", ["Effect", "Action"], "Effect"),
        ("s3:PutObjct", ["s3:PutObject", "s3:GetObject"], "s3:PutObject"),
    ])
    func findsTheWordThatWasMeant(word: String, candidates: [String], meant: String) {
        #expect(Spelling.nearest(to: word, among: candidates) == meant)
    }

    @Test(
        arguments: [
            ("colour", ["port", "host"]), ("x", []), ("", ["port"]), ("ab", ["yz"]),
        ] as [(String, [String])]
    )
    func suggestsNothingWhenNothingIsNear(word: String, candidates: [String]) {
        #expect(Spelling.nearest(to: word, among: candidates) == nil)
        #expect(Spelling.suggestion(for: word, among: candidates) == "")
    }

    @Test func saysItReadyToFollowAMessage() {
        #expect(Spelling.suggestion(for: "prot", among: ["port"]) == "; did you mean `port`?")
    }
}
