import Destinations
import JSON
import Platform
import State
import Testing
import Transfer

@testable import Jobs

/// Verify against a bucket in memory, and what it leaves in the state.
@Suite struct VerifyTests {
    let test: TestFolder
    let bucket = MemoryBucket()

    init() throws {
        test = try TestFolder()
        try test.apply(
            """
            {"platform": {"aws": {"accessKeyId": {"env": "AK"}, "secretAccessKey": {"env": "SK"},
                "principal": "arn:aws:iam::123456789012:user/exporter"},
                "endpoints": {"s3": "http://127.0.0.1:9"}},
             "customers": [
              {"id": "acme", "accounts": [{"provider": "aws", "id": "111122223333"}],
               "export": {"destination": {"type": "s3", "account": "111122223333",
                 "bucket": "acme-billing", "region": "eu-west-1", "prefix": "b/"}}},
              {"id": "beta", "accounts": [{"provider": "aws", "id": "444455556666"}],
               "export": {"destination": {"type": "folder", "path": "\(test.path)/beta"}}}]}
            """
        )
    }

    func verify(_ customer: String) throws -> VerifyReport {
        let platform = DeliveryPlatform(
            setup: try test.state.setup().platform,
            environment: ["AK": "key", "SK": "secret"],
            transport: bucket,
            retries: RetryEnvironment(pause: { _ in }, random: { 0 })
        )
        return try Verify(platform: platform).run(
            try export(customer),
            state: test.state,
            now: time(5)
        )
    }

    func export(_ customer: String) throws -> ExportRecord {
        try #require(try test.state.exports().first { $0.owner.customer == customer })
    }

    @Test func findsOutThatFilesCanBeReplaced() throws {
        for _ in 1...2 {
            let report = try verify("acme")
            #expect(report.mode == .replace)
            #expect(report.failure == nil)
        }
        #expect(try export("acme").destination.mode == .replace)
        #expect(bucket["/acme-billing/b/exporter-access-test.txt"]?.content == Verify.marker)
    }

    @Test func findsOutThatFilesCanOnlyBeCreated() throws {
        bucket.allowReading(false)
        for _ in 1...2 {
            let report = try verify("acme")
            #expect(report.mode == .createOnly)
            #expect(report.failure == nil)
        }
        let destination = try export("acme").destination
        #expect(destination.mode == .createOnly)
        #expect(destination.verification?.passed == true)
        #expect(bucket.puts.count == 1, "the marker was written once")
    }

    @Test func aRefusalComesWithThePolicyForTheRealPrincipalAndIsKept() throws {
        bucket.fail(.answer(403, "AccessDenied"))
        let report = try verify("acme")
        #expect(report.mode == .refused)
        let failure = try #require(report.failure)
        #expect(failure.name == .write)
        #expect(
            failure.diagnosis.causes.first?.fix?.text()
                == #"{"Version":"2012-10-17","Statement":[{"Sid":"BillingExportWrite","Effect":"Allow","#
                + #""Principal":{"AWS":"arn:aws:iam::123456789012:user/exporter"},"Action":"s3:PutObject","#
                + #""Resource":"arn:aws:s3:::acme-billing/b/*"}]}"#
        )
        let destination = try export("acme").destination
        #expect(destination.mode == .unknown)
        #expect(destination.verification?.passed == false)
        var stages = JSONWriter()
        stages.value(report.stages)
        #expect(destination.verification?.stages == stages.text)
    }

    @Test func aFailedVerifyLeavesTheKnownModeAsItWas() throws {
        _ = try verify("acme")
        bucket.fail(.answer(403, "AccessDenied"))
        _ = try verify("acme")
        #expect(try export("acme").destination.mode == .replace)
    }

    /// What another principal may is not known, and what is odd about its role is told.
    @Test func anotherRoleHasToBeVerifiedAnew() throws {
        _ = try verify("acme")
        #expect(try export("acme").destination.mode == .replace)
        let result = try test.apply(
            """
            {"customers": [{"id": "acme", "accounts": [{"provider": "aws", "id": "111122223333",
               "roleArn": "arn:aws:iam::444455556666:role/export/BillingExport"}],
               "export": {"destination": {"type": "s3", "account": "111122223333",
                 "bucket": "acme-billing", "region": "eu-west-1", "prefix": "b/"}}}]}
            """
        )
        #expect(try export("acme").destination.mode == .unknown)
        #expect(result.warnings.contains { $0.contains("without an external id") })
        #expect(result.warnings.contains { $0.contains("belongs to 444455556666") })
        #expect(
            result.changes.contains {
                $0.change
                    == "roleArn: arn:aws:iam::444455556666:role/export/BillingExport, was none"
            }
        )
    }

    @Test func aFolderIsCreateOnly() throws {
        for _ in 1...2 {
            let report = try verify("beta")
            #expect(report.mode == .createOnly)
            #expect(report.stages.filter { $0.outcome == .ok }.map(\.name) == [.write])
        }
        #expect(
            try OpenFile.contents(of: "\(test.path)/beta/exporter-access-test.txt") == Verify.marker
        )
        #expect(try export("beta").destination.mode == .createOnly)
    }
}
