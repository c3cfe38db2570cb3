import Digest
import Testing

@testable import Destinations

/// How files are cut into parts.
@Suite struct PartPlanTests {
    @Test(
        arguments: [
            ("the smallest that goes in parts", (16 << 20) + 1, 8 << 20, 3, 1),
            ("two whole parts and some", 17 << 20, 8 << 20, 3, 1 << 20),
            ("exactly whole parts", 24 << 20, 8 << 20, 3, 8 << 20),
            ("the largest with parts of 8 MiB", 10_000 * (8 << 20), 8 << 20, 10_000, 8 << 20),
            ("a byte more: larger parts", 10_000 * (8 << 20) + 1, 9 << 20, 8_889, 8_388_609),
            ("5 TiB", 5 << 40, 525 << 20, 9_987, 241_172_480),
        ] as [(String, Int64, Int64, Int, Int64)]
    )
    func cuts(_ name: String, bytes: Int64, part: Int64, count: Int, last: Int64) {
        let plan = PartPlan(fileBytes: bytes)
        #expect(plan.partBytes == part, "\(name)")
        let parts = plan.parts
        #expect(parts.count == count, "\(name)")
        #expect(parts.last?.count == last, "\(name)")
        // Without a gap, in order, to the last byte.
        var next: Int64 = 0
        for (index, part) in parts.enumerated() {
            #expect(part.number == index + 1)
            #expect(part.offset == next)
            next += part.count
        }
        #expect(next == bytes)
    }

    @Test func tellsTheWholeFilesChecksumFromTheParts() {
        let pieces = ["one ", "and ", "another"].map { Array($0.utf8) }
        let parts = pieces.enumerated().map { index, piece in
            UnfinishedUpload.Part(
                number: index + 1,
                count: Int64(piece.count),
                etag: "e",
                checksum: CRC64NVME.hash(piece).base64
            )
        }
        let whole = CRC64NVME.hash(Array("one and another".utf8)).base64
        #expect(PartPlan.wholeChecksum(of: parts) == whole)
        let broken = UnfinishedUpload.Part(number: 4, count: 1, etag: "e", checksum: "no base64")
        #expect(PartPlan.wholeChecksum(of: parts + [broken]) == nil)
    }
}
