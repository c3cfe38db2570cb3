import Destinations
import Digest
import FakeStore
import Platform
import Testing
import Transfer

/// The bucket destination against a server that verifies signatures and enforces policies: what libcurl signs
/// must be right for every key, and every refusal must be read as the question it answers.
@Suite struct DeliveryStoreTests {
    static let world = """
        {"accounts": [
          {"id": "123456789012", "users": [{"name": "exporter",
            "accessKeys": [{"id": "AKIAEXPORTER00000001", "secret": "secret/with+signs="}],
            "policies": [{"name": "Write", "document": {"Version": "2012-10-17", "Statement": [
              {"Effect": "Allow", "Action": ["s3:PutObject", "s3:GetObject"], "Resource": "*"}]}}]}]},
          {"id": "111122223333", "buckets": [
            {"name": "open", "region": "eu-west-1", "policy": {"Version": "2012-10-17", "Statement": [
              {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:user/exporter"},
               "Action": ["s3:PutObject", "s3:GetObject"], "Resource": "arn:aws:s3:::open/*"}]}},
            {"name": "create-only", "region": "eu-west-1", "policy": {"Version": "2012-10-17", "Statement": [
              {"Effect": "Allow", "Principal": {"AWS": "arn:aws:iam::123456789012:user/exporter"},
               "Action": "s3:PutObject", "Resource": "arn:aws:s3:::create-only/*"}]}},
            {"name": "closed", "region": "eu-west-1"}]}]}
        """

    static func withStore(_ body: (String) throws -> Void) async throws {
        try await withServer { try body($0.url) }
    }

    static func withServer(_ body: (FakeStore.Server) throws -> Void) async throws {
        var options = FakeStore.Options()
        options.threads = 1
        let store = try await FakeStore.start(world: .json(world), options: options)
        do {
            try body(store)
            await store.stop()
        } catch {
            await store.stop()
            throw error
        }
    }

    static func destination(
        _ url: String,
        _ bucket: String = "open",
        key: String = "AKIAEXPORTER00000001",
        secret: String = "secret/with+signs=",
        region: String = "eu-west-1",
        owner: String = "111122223333"
    ) -> S3Destination {
        S3Destination(
            address: S3Address(bucket: bucket, region: region, endpoint: url),
            credentials: AWSCredentials(accessKeyID: key, secretAccessKey: secret),
            owner: owner,
            transport: CurlTransport(userAgent: "exporter/test")
        )
    }

    static func upload(_ text: String) -> Upload {
        let bytes = Array(text.utf8)
        return Upload(
            body: .bytes(bytes),
            sha256: SHA256.hash(bytes).hex,
            contentType: "text/csv"
        )
    }

    @Test func signsEveryKeyRightly() async throws {
        let keys = [
            "plain.csv", "with space.csv", "plus+and&equals=.csv", "a/b//c.csv", "dots/../up.csv",
            "percent%41.csv", "question?hash#.csv", "ümläut/€/😀.csv", "~tilde_-.csv",
            "quote'\"(brackets)!*.csv", "semi;colon:at@dollar$,comma", "back\\slash|pipe^.csv",
        ]
        try await Self.withStore { url in
            let destination = Self.destination(url)
            for key in keys {
                let upload = Self.upload("content of \(key)")
                let created = destination.create(upload, key: key)
                guard case .stored(let tag) = created.outcome else {
                    Issue.record("\(key): \(created.outcome)")
                    continue
                }
                #expect(
                    destination.look(key: key) == .found(tag: tag, sha256: upload.sha256),
                    "\(key)"
                )
                #expect(destination.create(upload, key: key).outcome == .occupied, "\(key)")
            }
        }
    }

    @Test func replacesOnlyItsOwnVersion() async throws {
        try await Self.withStore { url in
            let destination = Self.destination(url)
            guard case .stored(let first) = destination.create(Self.upload("one"), key: "k").outcome
            else {
                Issue.record("not created")
                return
            }
            #expect(first == MD5.hash(Array("one".utf8)).hex)
            let second = destination.replace(Self.upload("two"), key: "k", current: first).outcome
            #expect(second == .stored(tag: MD5.hash(Array("two".utf8)).hex))
            let stale = destination.replace(Self.upload("three"), key: "k", current: first).outcome
            #expect(stale == .changed)
            let missing = destination.replace(Self.upload("x"), key: "none", current: first).outcome
            #expect(missing == .vanished)
        }
    }

    @Test func mayCreateAndNotReplaceWithPutObjectAlone() async throws {
        try await Self.withStore { url in
            let destination = Self.destination(url, "create-only")
            guard case .stored(let tag) = destination.create(Self.upload("one"), key: "k").outcome
            else {
                Issue.record("not created")
                return
            }
            #expect(destination.create(Self.upload("two"), key: "k").outcome == .occupied)
            let replaced = destination.replace(Self.upload("two"), key: "k", current: tag).outcome
            guard case .refused(let refusal) = replaced else {
                Issue.record("\(replaced)")
                return
            }
            #expect(refusal.question == .permission)
            #expect(destination.look(key: "k") == .hidden("HEAD answered 403"))
        }
    }

    @Test func readsEveryRefusalAsTheQuestionItAnswers() async throws {
        try await Self.withStore { url in
            let cases: [(S3Destination, Refusal.Question, String)] = [
                (Self.destination(url, "closed"), .permission, "AccessDenied"),
                (Self.destination(url, owner: "999999999999"), .permission, "AccessDenied"),
                (Self.destination(url, "no-such-bucket"), .bucket, "NoSuchBucket"),
                (Self.destination(url, secret: "wrong"), .secret, "SignatureDoesNotMatch"),
                (
                    Self.destination(url, key: "AKIANOBODY0000000001"), .accessKey,
                    "InvalidAccessKeyId"
                ),
                (
                    Self.destination(url, region: "us-west-2"), .region(expected: "eu-west-1"),
                    "AuthorizationHeaderMalformed"
                ),
            ]
            for (destination, question, code) in cases {
                let report = destination.create(Self.upload("x"), key: "k")
                guard case .refused(let refusal) = report.outcome else {
                    Issue.record("\(code): \(report.outcome)")
                    continue
                }
                #expect(refusal.question == question)
                #expect(refusal.code == code)
                #expect(refusal.requestID != nil)
                #expect(report.evidence?.date != nil)
            }
        }
    }

    // MARK: In parts

    /// 17 MiB in which no two parts are the same.
    static func large(_ seed: UInt8) -> Upload {
        var bytes = [UInt8](repeating: seed, count: 17 << 20)
        for part in 0..<3 { bytes[part * (8 << 20)] = UInt8(part) }
        return Upload(
            body: .bytes(bytes),
            sha256: SHA256.hash(bytes).hex,
            contentType: "text/csv"
        )
    }

    @Test func writesLargeFilesInPartsUnderTheSameConditions() async throws {
        try await Self.withServer { store throws in
            let destination = Self.destination(store.url)
            let (one, two) = (Self.large(1), Self.large(2))
            guard case .stored(let tag) = destination.create(one, key: "k y.csv").outcome else {
                Issue.record("not created")
                return
            }
            #expect(tag.hasSuffix("-3"))
            #expect(destination.look(key: "k y.csv") == .found(tag: tag, sha256: one.sha256))
            #expect(destination.create(two, key: "k y.csv").outcome == .occupied)
            let stale = destination.replace(two, key: "k y.csv", current: "another").outcome
            #expect(stale == .changed)
            guard
                case .stored(let next) = destination.replace(two, key: "k y.csv", current: tag)
                    .outcome
            else {
                Issue.record("not replaced")
                return
            }
            #expect(destination.look(key: "k y.csv") == .found(tag: next, sha256: two.sha256))
            guard case .stored = destination.overwrite(Self.large(1), key: "k y.csv").outcome else {
                Issue.record("not overwritten")
                return
            }
            guard case .bytes(let bytes) = one.body else { return }
            #expect(try store.object(key: "k y.csv", bucket: "open")?.bytes == bytes)
            #expect(store.requestCount(operation: "PutObject") == 0)
            // Nothing may be given up here, so the second content's parts were sent once and used thrice.
            #expect(store.requestCount(operation: "UploadPart") == 3 * 3)
            let aborts = store.requests(operation: "AbortMultipartUpload")
            #expect(aborts.map(\.status) == [403, 403])
        }
    }

    @Test func writesLargeFilesWithPutObjectAlone() async throws {
        try await Self.withStore { url in
            let destination = Self.destination(url, "create-only")
            guard case .stored = destination.create(Self.large(1), key: "k").outcome else {
                Issue.record("not created")
                return
            }
            #expect(destination.create(Self.large(2), key: "k").outcome == .occupied)
            let closed = Self.destination(url, "closed").create(Self.large(1), key: "k")
            guard case .refused(let refusal) = closed.outcome else {
                Issue.record("\(closed.outcome)")
                return
            }
            #expect(refusal.question == .permission)
            #expect(closed.attempts == 1, "refused before a byte was sent")
        }
    }
}
