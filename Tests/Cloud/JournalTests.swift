import Glibc
import HTTP
import Platform
import Policy
import Testing

@testable import Cloud

@Suite("The journal")
struct JournalTests {
    static let exporter = PrincipalFacts(
        kind: .user,
        account: "111122223333",
        arn: "arn:aws:iam::111122223333:user/exporter",
        userName: "exporter"
    )

    static func entry(
        _ id: UInt64,
        operation: String = "PutObject",
        bucket: String? = "acme-billing",
        key: String? = "x.csv",
        status: Int = 200,
        authorizations: [Authorization] = [],
        headers: HeaderFields = ["Host": "127.0.0.1:9000"]
    ) -> JournalEntry {
        JournalEntry(
            id: RequestID(rawValue: id),
            time: Timestamp(seconds: 1_700_000_000),
            dialect: .s3,
            operation: operation,
            method: "PUT",
            bucket: bucket,
            key: key.map { Array($0.utf8) },
            principal: exporter.arn,
            authorizations: authorizations,
            status: status,
            code: status < 400 ? nil : "AccessDenied",
            bytesIn: 12,
            bytesOut: 34,
            microseconds: 56,
            headers: headers
        )
    }

    static func authorization(_ resource: String) throws -> Authorization {
        let policy = NamedPolicy(
            name: "ExportWrite",
            owner: "111122223333/user/exporter",
            document: try PolicyDocument.parse(
                """
                {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"s3:PutObject",
                "Resource":"arn:aws:s3:::acme-billing/*"}]}
                """,
                file: "policy.json",
                kind: .identity
            )
        )
        let policies = PolicySet(identity: [policy])
        var context = ContextValues()
        context.set("aws:SourceIp", to: ["203.0.113.9"], source: .assumed)
        context.set("s3:x-amz-acl", to: ["private"], source: .request)
        let request = AccessRequest(
            action: "s3:PutObject",
            resource: resource,
            principal: exporter,
            resourceAccount: "111122223333",
            context: context
        )
        return Authorization(
            request: request,
            policies: policies,
            decision: evaluate(request, policies)
        )
    }

    @Test func givesBackWhatWasRecorded() throws {
        let journal = Journal()
        var entry = JournalTests.entry(
            7,
            authorizations: [try JournalTests.authorization("arn:aws:s3:::acme-billing/x.csv")],
            headers: ["Host": "127.0.0.1:9000", "Content-Type": "text/csv"]
        )
        entry.fault = "delay 5ms"
        journal.record(entry)
        let kept = try #require(journal.entry(RequestID(rawValue: 7)))
        #expect(kept.sequence == 1)
        #expect(kept.time == entry.time)
        #expect(kept.operation == "PutObject")
        #expect(kept.method == "PUT")
        #expect(kept.bucket == "acme-billing")
        #expect(kept.key == Array("x.csv".utf8))
        #expect(kept.principal == "arn:aws:iam::111122223333:user/exporter")
        #expect(kept.status == 200)
        #expect(kept.code == nil)
        #expect(kept.bytesIn == 12)
        #expect(kept.bytesOut == 34)
        #expect(kept.microseconds == 56)
        #expect(kept.headers == entry.headers)
        #expect(kept.fault == "delay 5ms")
        #expect(kept.authorizations.count == 1)
        #expect(kept.authorizations[0].request == entry.authorizations[0].request)
        #expect(kept.decision?.verdict == .allow)
        #expect(kept.decision?.determining.first?.policy.name == "ExportWrite")
    }

    @Test func keepsAbsentApartFromEmpty() throws {
        let journal = Journal()
        journal.record(JournalTests.entry(1, operation: "", bucket: nil, key: nil))
        journal.record(JournalTests.entry(2, bucket: "", key: ""))
        let entries = journal.entries().entries
        #expect(entries[0].bucket == nil)
        #expect(entries[0].key == nil)
        #expect(entries[1].bucket == "")
        #expect(entries[1].key == [])
    }

    @Test(arguments: [
        (
            "Authorization",
            "AWS4-HMAC-SHA256 Credential=AKIA/20260101/us-east-1/s3/aws4_request, "
                + "SignedHeaders=host;x-amz-date, Signature=" + String(repeating: "a", count: 64),
            "AWS4-HMAC-SHA256 Credential=AKIA/20260101/us-east-1/s3/aws4_request, "
                + "SignedHeaders=host;x-amz-date, Signature=***"
        ),
        (
            "authorization", "AWS4-HMAC-SHA256 Signature=abcdef, Credential=AKIA/x",
            "AWS4-HMAC-SHA256 Signature=***"
        ),
        ("AUTHORIZATION", "Bearer ya29.secret", "Bearer ***"),
        ("Authorization", "secret", "***"),
        ("X-Amz-Security-Token", "FwoGZXIvYXdzEBY", "***"),
        ("x-amz-server-side-encryption-customer-key", "c2VjcmV0", "***"),
        ("x-amz-copy-source-server-side-encryption-customer-key", "c2VjcmV0", "***"),
        ("x-goog-encryption-key", "c2VjcmV0", "***"),
        ("Cookie", "session=1", "***"),
        ("Proxy-Authorization", "Basic eDp5", "***"),
        ("x-amz-server-side-encryption-customer-key-MD5", "bWQ1", "bWQ1"),
        ("X-Amz-Content-Sha256", "UNSIGNED-PAYLOAD", "UNSIGNED-PAYLOAD"),
    ])
    func neverKeepsASecret(name: String, value: String, kept: String) throws {
        let journal = Journal()
        var headers = HeaderFields()
        headers.add(name, value)
        journal.record(JournalTests.entry(1, headers: headers))
        let entry = try #require(journal.entry(RequestID(rawValue: 1)))
        #expect(entry.headers.first(named: name) == kept)
    }

    static let choices: [(JournalFilter, [UInt64])] = [
        (JournalFilter(), [1, 2, 3, 4, 5, 6]),
        (JournalFilter(since: 4), [5, 6]),
        (JournalFilter(since: 6), []),
        (JournalFilter(bucket: "acme-billing"), [1, 2, 5, 6]),
        (JournalFilter(bucket: "acme-*"), [1, 2, 3, 5, 6]),
        (JournalFilter(bucket: ""), [4]),
        (JournalFilter(principal: "*:user/exporter"), [1, 2, 3, 4, 5, 6]),
        (JournalFilter(principal: "arn:aws:iam::111122223333:user/other"), []),
        (JournalFilter(operation: "GetObject"), [2]),
        (JournalFilter(operation: "*Object"), [1, 2, 3, 6]),
        (JournalFilter(isDenied: true), [6]),
        (JournalFilter(since: 1, bucket: "acme-*", limit: 2), [2, 3]),
    ]

    @Test(arguments: choices)
    func filters(filter: JournalFilter, sequences: [UInt64]) throws {
        let journal = Journal()
        journal.record(JournalTests.entry(1))
        journal.record(JournalTests.entry(2, operation: "GetObject"))
        journal.record(JournalTests.entry(3, bucket: "acme-other"))
        journal.record(JournalTests.entry(4, operation: "ListBuckets", bucket: nil, key: nil))
        journal.record(JournalTests.entry(5, operation: "HeadBucket", status: 404))
        journal.record(
            JournalTests.entry(
                6,
                status: 403,
                authorizations: [try JournalTests.authorization("arn:aws:s3:::other/x.csv")]
            )
        )
        let page = journal.entries(filter)
        #expect(page.entries.map(\.sequence) == sequences)
        if filter.limit == .max {
            #expect(page.next == 6)
            #expect(journal.count(filter) == sequences.count)
        } else {
            #expect(page.next == sequences.last)
        }
    }

    @Test func keepsTheLastEntriesAndNoMore() {
        let journal = Journal(bounds: .init(entries: 1_000, bytes: 1 << 30))
        let headers: HeaderFields = ["X-Filler": String(repeating: "x", count: 1_000)]
        for id in 1...5_000 { journal.record(JournalTests.entry(UInt64(id), headers: headers)) }
        let entries = journal.entries().entries
        #expect(entries.map(\.sequence) == Array(4_001...5_000))
        #expect(journal.entry(RequestID(rawValue: 5_000)) != nil)
        #expect(journal.entry(RequestID(rawValue: 1)) == nil)
        #expect(journal.lastSequence == 5_000)
    }

    @Test func staysWithinItsBytes() {
        let journal = Journal(bounds: .init(entries: 1_000_000, bytes: 1 << 20))
        let headers: HeaderFields = ["X-Filler": String(repeating: "x", count: 10_000)]
        for id in 1...1_000 { journal.record(JournalTests.entry(UInt64(id), headers: headers)) }
        let entries = journal.entries().entries
        #expect(entries.count < 110)
        #expect(entries.count > 50)
        #expect(entries.last?.sequence == 1_000)
    }

    @Test func keepsWhatAReaderHoldsWhileSegmentsAreReused() throws {
        let journal = Journal(bounds: .init(entries: 100, bytes: 1 << 30))
        let headers: HeaderFields = ["X-Filler": String(repeating: "x", count: 4_000)]
        for id in 1...2_000 {
            journal.record(JournalTests.entry(UInt64(id), headers: headers))
            guard id % 50 == 0 else { continue }
            let entries = journal.entries().entries
            #expect(entries.map(\.sequence) == Array(UInt64(max(1, id - 99))...UInt64(id)))
            #expect(entries.allSatisfy { $0.id.rawValue == $0.sequence })
        }
    }

    @Test func takesAnEntryLargerThanASegment() throws {
        let journal = Journal()
        var entry = JournalTests.entry(1)
        entry.key = [UInt8](repeating: 0x61, count: 300_000)
        journal.record(entry)
        journal.record(JournalTests.entry(2))
        #expect(journal.entry(RequestID(rawValue: 1))?.key?.count == 300_000)
        #expect(journal.entry(RequestID(rawValue: 2)) != nil)
    }

    @Test func countsFromOneAgainWhenCleared() {
        let journal = Journal()
        journal.record(JournalTests.entry(1))
        journal.clear()
        #expect(journal.entries().entries.isEmpty)
        #expect(journal.entries().next == 0)
        journal.record(JournalTests.entry(2))
        #expect(journal.entries().entries.map(\.sequence) == [1])
    }

    @Test func tellsItsObserver() {
        let seen = Locked([UInt64]())
        let journal = Journal { entry in seen.withLock { $0.append(entry.id.rawValue) } }
        for id in 1...3 { journal.record(JournalTests.entry(UInt64(id))) }
        #expect(seen.withLock { $0 } == [1, 2, 3])
    }

    @Test func recordsFromManyThreadsWhileItIsRead() async throws {
        let count = getenv("TEST_COUNTS").map { String(cString: $0) } == "long" ? 50_000 : 5_000
        let journal = Journal(bounds: .init(entries: 2_000, bytes: 1 << 30))
        let authorization = try JournalTests.authorization("arn:aws:s3:::acme-billing/x.csv")
        await withTaskGroup { group in
            for thread in 0..<4 {
                group.addTask {
                    for index in 0..<count {
                        journal.record(
                            JournalTests.entry(
                                UInt64(thread * count + index),
                                authorizations: [authorization]
                            )
                        )
                    }
                }
            }
            group.addTask {
                for _ in 0..<20 {
                    let sequences = journal.entries().entries.map(\.sequence)
                    #expect(sequences.count <= 2_000)
                    #expect(zip(sequences, sequences.dropFirst()).allSatisfy { $0 + 1 == $1 })
                }
            }
        }
        #expect(journal.lastSequence == UInt64(4 * count))
    }
}
