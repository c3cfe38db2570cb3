import Bills
import Glibc
import Platform
import Rating
import State
import Testing

@testable import Jobs

/// Runs a program on a file and gives its output.
private func run(_ program: String, _ arguments: [String]) throws -> [UInt8] {
    let process = try ChildProcess(program, arguments)
    var output: [UInt8] = []
    var chunk = [UInt8](repeating: 0, count: 65_536)
    while true {
        let count = try chunk.withUnsafeMutableBytes { try process.read(into: $0) }
        if count == 0 { break }
        output += chunk[..<count]
    }
    try process.finish()
    return output
}

@Test func importsABillAndKeepsItsOriginal() throws {
    let test = try TestFolder()
    let bytes = try sample()
    let result = try test.importBill(bytes)
    #expect(result.isNew)
    let bill = result.bill
    #expect(bill.version == 1)
    #expect(bill.bill.cycle.description == "2026-10")
    #expect(bill.bill.payer == "123456789012")
    #expect(bill.bill.lines == 1_000)
    #expect(bill.bill.total.text() == "165273.16")
    #expect(bill.bill.isFinal)
    #expect(bill.bill.source == sampleName)
    #expect(bill.bill.bytes == Int64(bytes.count))
    #expect(try OpenFile.contents(of: bill.path) == bytes)
    #expect(try bill.facts() == result.facts)
    #expect(try Folder.names(in: "\(test.state.folder)/spool") == [])
}

@Test func theSameBytesAreNoNewVersionHoweverTheyArePacked() throws {
    let test = try TestFolder()
    let first = try test.importBill(sample())
    #expect(try !test.importBill(sample()).isNew)
    let zipped = try test.importBill(sample("\(sampleName).zip"), as: "\(sampleName).zip")
    #expect(!zipped.isNew)
    #expect(zipped.bill == first.bill)
    let path = try test.write(sample(), as: "again-2026-10.csv")
    let gzipped = try test.importBill(run("gzip", ["-c", path]), as: "again-2026-10.csv.gz")
    #expect(!gzipped.isNew)
    #expect(try Folder.names(in: "\(test.state.folder)/bills").count == 1)
    #expect(try Folder.names(in: "\(test.state.folder)/spool") == [])
}

@Test func packedBillsStayPackedAndReadTheSame() throws {
    for packed in ["zip", "gz"] {
        let test = try TestFolder()
        let path = try test.write(sample(), as: sampleName)
        let bytes = try packed == "zip" ? sample("\(sampleName).zip") : run("gzip", ["-c", path])
        // The name of a packed file says nothing; its first bytes do.
        let result = try test.importBill(bytes, as: "download")
        #expect(result.bill.bill.encoding == (packed == "zip" ? .zip : .gzip))
        #expect(try OpenFile.contents(of: result.bill.path) == bytes)
        #expect(try result.bill.bill.bytes == Int64(sample().count))
        let csv = try result.bill.csv()
        #expect(try DetailedBillReader.read(csv, file: "x") == result.facts)
    }
}

@Test func aRestatementIsANewVersion() throws {
    let test = try TestFolder()
    let estimated = try test.importBill(sample("estimated/\(sampleName)"))
    #expect(!estimated.bill.bill.isFinal)
    let final = try test.importBill(sample())
    #expect(final.bill.version == 2)
    #expect(final.bill.bill.isFinal)
    #expect(try test.state.currentBills() == [final.bill])
    // Back to what was before is a version of its own, too.
    #expect(try test.importBill(sample("estimated/\(sampleName)")).bill.version == 3)
    #expect(try Folder.names(in: "\(test.state.folder)/bills").count == 3)
}

@Test func aBrokenBillChangesNothing() throws {
    let test = try TestFolder()
    let bytes = try sample()
    let good = try test.importBill(bytes).bill
    var changed = bytes
    let digit = try #require(bytes.firstRange(of: Array("0.00000046\",\"i-".utf8))?.lowerBound)
    changed[digit + 9] = UInt8(ascii: "7")
    let broken: [(String, [UInt8], String)] = [
        ("a.csv", changed, "a.csv:1020:"),
        ("b.csv", Array(bytes.prefix(100_000)), "b.csv:"),
        (
            "c.csv.gz", [0x1F, 0x8B, 0x08, 0x00],
            "`c.csv.gz`: can't be unpacked: `gzip` failed with 1"
        ),
        ("d.csv", [], "d.csv:1:1: the file is empty"),
        (
            "f.zip", Array(try sample("\(sampleName).zip").prefix(20_000)),
            "`f.zip`: can't be unpacked: `unzip` failed with 9: it is no whole zip file"
        ),
        (
            "e-2026-11.csv", bytes,
            "`e-2026-11.csv`: the file's name says 2026-11, but the bill is for 2026-10"
        ),
    ]
    for (name, bytes, start) in broken {
        let message = test.message { _ = try test.importBill(bytes, as: name) }
        #expect(message?.hasPrefix(start) == true, "\(message ?? "imported")")
        #expect(try test.state.currentBills() == [good])
        #expect(try Folder.names(in: "\(test.state.folder)/spool") == [])
        #expect(try Folder.names(in: "\(test.state.folder)/bills").count == 1)
    }
    let missing = test.message {
        _ = try importBill("\(test.path)/none.csv", provider: .aws, into: test.state, now: time(1))
    }
    #expect(missing == "`none.csv`: open: No such file or directory")
}

@Test func theCycleIsWhatTheBillSays() throws {
    let test = try TestFolder()
    let november = try #require(BillingCycle("2026-11"))
    let october = try #require(BillingCycle("2026-10"))
    #expect(
        test.message { _ = try test.importBill(sample(), cycle: november) }
            == "`\(sampleName)`: --cycle says 2026-11, but the bill is for 2026-10"
    )
    // Said in words, the file's name does not matter.
    #expect(try test.importBill(sample(), as: "x-2026-11.csv", cycle: october).isNew)
}

@Test(arguments: [
    ("123456789012-aws-billing-detailed-line-items-2026-10.csv", "2026-10"),
    (
        "1-aws-billing-detailed-line-items-with-resources-and-tags-ACTS-Ningxia-2020-08.csv.zip",
        "2020-08"
    ),
    ("1-aws-billing-detailed-line-items-with-resources-and-tags-AISPL-2020-08.csv.gz", "2020-08"),
    ("bill.csv", nil), ("2026-10.txt", nil), ("-", nil), ("2026-13.csv", nil), ("", nil),
])
func readsTheMonthInAFileName(_ name: String, _ expected: String?) {
    #expect(cycleInName(name)?.description == expected)
}

@Test func otherProvidersAreRefusedInWords() throws {
    let test = try TestFolder()
    for provider in [Provider.azure, .gcp] {
        let message = test.message {
            _ = try importBill("x.csv", provider: provider, into: test.state, now: time(1))
        }
        #expect(message == "bills of `\(provider.rawValue)` are not supported yet; `aws` is")
    }
}
