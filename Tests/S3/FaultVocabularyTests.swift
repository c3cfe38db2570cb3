import Identity
import Testing
import World

@testable import S3

/// What faults may speak of, beside what the dialect says.
@Suite struct FaultVocabularyTests {
    @Test func everyModelledCallCanHaveFaults() {
        // A new call is one line more in `FaultVocabulary.operations`.
        let missing = OperationTable.modelled.map(\.name).filter {
            !FaultVocabulary.operations.contains($0)
        }
        #expect(missing.isEmpty)
    }

    static let spoken: [S3Error] = [
        .accessDenied, .accessControlListNotSupported, .noSuchBucket("b"), .noSuchKey([]),
        .noSuchUpload("u"), .invalidBucketName("b"), .keyTooLong(sizeBytes: 1_025), .invalidURI,
        .bucketAlreadyExists("b"), .bucketAlreadyOwnedByYou("b"), .bucketNotEmpty("b"),
        .preconditionFailed("If-Match"), .conditionalRequestConflict("If-Match", []),
        .notImplemented(header: "x"), .methodNotAllowed("GET", resourceType: "OBJECT"),
        .invalidRange(requested: "", actualSize: 0), .malformedXML, .missingContentLength,
        .entityTooLarge(proposedBytes: 1), .incompleteBody, .requestTimeout,
        .contentSHA256Mismatch(client: "", computed: ""),
        .badDigest(expected: "", calculatedBase64: ""), .invalidDigest(""),
        .metadataTooLarge(sizeBytes: 1), .invalidStorageClass("x"), .internalError,
        .invalidPart(upload: "", number: 1, etag: ""), .invalidPartOrder(upload: ""),
        .expiredToken(nil), S3Error(.unknownKey(id: ""), region: nil),
        S3Error(.badToken(""), region: nil), S3Error(.missingComponents, region: nil),
    ]

    @Test(arguments: spoken)
    func injectedErrorsSayWhatTheTrueOnesSay(_ error: S3Error) throws {
        let injected = try #require(FaultError(code: error.code))
        #expect(injected.status == error.status)
        #expect(injected.message == error.message)
    }
}
