import Testing

@testable import QueryProtocol

@Suite struct QueryFormTests {
    private func parsed(_ text: String) -> QueryForm? { QueryForm(Array(text.utf8)[...]) }

    @Test func readsNamesAndValuesDecoded() throws {
        let form = try #require(
            parsed("Action=AssumeRole&Policy=%7B%22a%22%3A+%22%C3%BC%22%7D&Empty&")
        )
        #expect(form["Action"] == "AssumeRole")
        #expect(form["Policy"] == "{\"a\": \"ü\"}")
        #expect(form["Empty"] == "")
        #expect(form["action"] == nil)
        #expect(form.names == ["Action", "Policy", "Empty"])
    }

    @Test func theQueryGoesBeforeTheBody() throws {
        let form = try #require(
            QueryForm(Array("Action=A".utf8)[...], Array("Action=B&Version=1".utf8)[...])
        )
        #expect(form["Action"] == "A")
        #expect(form["Version"] == "1")
    }

    @Test(arguments: ["a=%", "a=%F", "%zz=1", "a=%FF"])
    func refusesWhatIsNoPercentEncodedUTF8(_ text: String) {
        #expect(parsed(text) == nil)
    }

    @Test func listsEndAtTheFirstGap() throws {
        let form = try #require(parsed("N.member.1=a&N.member.2=b&N.member.4=d"))
        #expect(form.list("N") == ["a", "b"])
        #expect(form.list("M") == [])
    }

    @Test func structuresAreFormsOfTheirOwn() throws {
        let form = try #require(
            parsed("T.member.1.Key=a&T.member.1.Value=1&T.member.2.Key=b&T.member.10.Key=x")
        )
        let structures = form.structures("T")
        #expect(structures.map { $0["Key"] } == ["a", "b"])
        #expect(structures.map { $0["Value"] } == ["1", nil])
    }
}
