import HTTP
import HTTPServer
import Platform
import Store
import Testing

@testable import S3

struct MultipartTests {
    @Test func writesUploadIDsInTheOrderOfTheirNumbers() {
        for id in [1, 0xffff, 1_790_000_000_000_000, Int64.max] as [Int64] {
            #expect(UploadID.parse(UploadID.text(id)) == id)
        }
        #expect(UploadID.text(9) < UploadID.text(10))
    }

    @Test(arguments: [
        "", "1", "0000000000000000", "00000000000000001", "000000000000000G", "00000000000000AB",
        "-000000000000001", "+000000000000001", "ffffffffffffffff",
    ])
    func takesNoUploadIDThatItNeverGaveOut(_ text: String) {
        #expect(UploadID.parse(text) == nil)
    }

    @Test(
        arguments: [
            ("1", 1), ("10000", 10_000), ("0", nil), ("10001", nil), ("", nil), ("-1", nil),
            ("+1", nil),
            ("1.0", nil), ("99999999999999999999", nil),
        ] as [(String, Int?)]
    )
    func readsPartNumbers(_ text: String, _ number: Int?) {
        #expect((try? PartNumber.parse(text)) == number)
    }

    /// An MD5 of the MD5s' bytes, not of their digits.
    @Test func makesTheEntityTagFromTheParts() {
        let tags = ["d41d8cd98f00b204e9800998ecf8427e", "900150983cd24fb0d6963f7d28e17f72"]
        #expect(MultipartEntityTag.of(parts: tags) == "66027c6d92d43d01c4f2aa8759629be3-2")
        #expect(MultipartEntityTag.of(parts: ["d41d8cd9"]) == nil)
    }

    // MARK: The document

    @Test func readsTheListOfParts() throws {
        let list = try PartList(
            Array(
                """
                <?xml version="1.0"?>
                <CompleteMultipartUpload xmlns="http://s3.amazonaws.com/doc/2006-03-01/">
                  <Part><PartNumber>1</PartNumber><ETag>"a"</ETag></Part>
                  <Part><ChecksumCRC32>AAAAAA==</ChecksumCRC32><ETag>b</ETag>
                    <PartNumber>10000</PartNumber></Part>
                </CompleteMultipartUpload>
                """.utf8
            )
        )
        #expect(
            list.parts == [
                PartList.Part(number: 1, etag: "a", checksums: [:]),
                PartList.Part(number: 10_000, etag: "b", checksums: ["CRC32": "AAAAAA=="]),
            ]
        )
    }

    @Test(arguments: [
        ("", "MalformedXML"),
        ("{}", "MalformedXML"),
        ("<CompleteMultipartUpload/>", "MalformedXML"),
        ("<Other><Part><PartNumber>1</PartNumber><ETag>a</ETag></Part></Other>", "MalformedXML"),
        ("<CompleteMultipartUpload><Piece/></CompleteMultipartUpload>", "MalformedXML"),
        (named("<PartNumber>1</PartNumber>"), "MalformedXML"),
        (named("<ETag>a</ETag>"), "MalformedXML"),
        (named("<PartNumber>x</PartNumber><ETag>a</ETag>"), "MalformedXML"),
        (named("<PartNumber>1</PartNumber><ETag>a</ETag><Size>1</Size>"), "MalformedXML"),
        (named("<PartNumber>0</PartNumber><ETag>a</ETag>"), "InvalidArgument"),
        (named("<PartNumber>10001</PartNumber><ETag>a</ETag>"), "InvalidArgument"),
    ])
    func refusesWhatIsNoListOfParts(_ document: String, _ code: String) {
        let error = #expect(throws: S3Error.self) { try PartList(Array(document.utf8)) }
        #expect(error?.code == code)
    }

    private static func named(_ part: String) -> String {
        "<CompleteMultipartUpload><Part>\(part)</Part></CompleteMultipartUpload>"
    }

    // MARK: The checksum an upload is for

    @Test(
        arguments: [
            ("CRC32", nil, "CRC32 COMPOSITE"),
            ("crc32c", nil, "CRC32C COMPOSITE"),
            ("CRC64NVME", nil, "CRC64NVME FULL_OBJECT"),
            ("SHA1", nil, "SHA1 COMPOSITE"),
            ("SHA256", "COMPOSITE", "SHA256 COMPOSITE"),
            ("CRC32", "FULL_OBJECT", "CRC32 FULL_OBJECT"),
            ("CRC32C", "FULL_OBJECT", "CRC32C FULL_OBJECT"),
            (nil, nil, nil),
        ] as [(String?, String?, String?)]
    )
    func readsTheKindOfChecksum(_ algorithm: String?, _ kind: String?, _ note: String?) throws {
        let read = try MultipartChecksum.read(fields(algorithm, kind))
        #expect(read?.note == note)
        #expect(MultipartChecksum(note: note ?? "") == read)
    }

    @Test(
        arguments: [
            ("SHA1", "FULL_OBJECT"), ("SHA256", "FULL_OBJECT"), ("CRC64NVME", "COMPOSITE"),
            ("CRC32", "PARTIAL"), ("ADLER32", nil), (nil, "COMPOSITE"),
        ] as [(String?, String?)]
    )
    func refusesKindsThatS3DoesNotHave(_ algorithm: String?, _ kind: String?) {
        let error = #expect(throws: S3Error.self) {
            try MultipartChecksum.read(fields(algorithm, kind))
        }
        #expect(error?.code == "InvalidRequest")
    }

    private func fields(_ algorithm: String?, _ kind: String?) -> HeaderFields {
        var fields = HeaderFields()
        if let algorithm { fields.add("x-amz-checksum-algorithm", algorithm) }
        if let kind { fields.add("x-amz-checksum-type", kind) }
        return fields
    }
}
