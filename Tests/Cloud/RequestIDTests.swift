import Testing

@testable import Cloud

@Suite("Request ids")
struct RequestIDTests {
    @Test(arguments: [
        (0, "0000000000000000"),
        (0xABC, "0000000000000ABC"),
        (0x0123_4567_89AB_CDEF, "0123456789ABCDEF"),
        (UInt64.max, "FFFFFFFFFFFFFFFF"),
    ])
    func isPrintedAs16UppercaseDigits(value: UInt64, text: String) {
        let id = RequestID(rawValue: value)
        #expect(id.description == text)
        #expect(RequestID(text) == id)
        var bytes: [UInt8] = []
        id.append(to: &bytes)
        #expect(bytes == Array(text.utf8))
    }

    @Test(arguments: [
        "", "0", "0123456789abcdef", "0123456789ABCDE", "0123456789ABCDEF0", "0123456789ABCDEG",
    ])
    func refusesWhatIsNoID(text: String) {
        #expect(RequestID(text) == nil)
    }

    @Test func neverComesTwice() {
        let ids = RequestIDs(seed: 1)
        var seen = Set<RequestID>()
        for _ in 0..<100_000 { seen.insert(ids.next()) }
        #expect(seen.count == 100_000)
    }

    @Test func comesInTheSameOrderFromTheSameSeed() {
        let (left, right) = (RequestIDs(seed: 7), RequestIDs(seed: 7))
        for _ in 0..<100 { #expect(left.next() == right.next()) }
    }

    @Test func hostIDHasTheFormOfS3sOwn() {
        let hostID = RequestID(rawValue: 42).hostID
        #expect(hostID.utf8.count == 76)
        #expect(hostID.last == "=")
        let isBase64 = hostID.utf8.dropLast().allSatisfy { byte in
            (byte | 0x20) &- UInt8(ascii: "a") < 26 || byte &- UInt8(ascii: "0") < 10
                || byte == UInt8(ascii: "+") || byte == UInt8(ascii: "/")
        }
        #expect(isBase64)
        #expect(hostID == RequestID(rawValue: 42).hostID)
        #expect(hostID != RequestID(rawValue: 43).hostID)
    }
}
