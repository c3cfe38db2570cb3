import Platform
@testable import State
import Testing

@testable import Jobs

/// What a run does about a file, as a table.
@Suite struct DeliveryDecisionTests {
    static func written(_ sha256: String, tag: String? = "t1") -> WrittenFile {
        WrittenFile(
            url: "s3://b/k",
            delivery: 1,
            sha256: sha256,
            bytes: 1,
            etag: tag,
            time: Timestamp(seconds: 0)
        )
    }

    struct Case: CustomTestStringConvertible, Sendable {
        let testDescription: String
        let facts: DeliveryFacts
        let decision: DeliveryDecision

        init(_ name: String, _ facts: DeliveryFacts, _ decision: DeliveryDecision) {
            (testDescription, self.facts, self.decision) = (name, facts, decision)
        }
    }

    static let cases = [
        Case(
            "the same bytes are never sent twice",
            DeliveryFacts(mode: .replace, isFinal: true, sha256: "new", written: written("new")),
            .unchanged
        ),
        Case(
            "nor to a create-only destination",
            DeliveryFacts(mode: .createOnly, isFinal: true, sha256: "new", written: written("new")),
            .unchanged
        ),
        Case(
            "other bytes replace our file under a condition",
            DeliveryFacts(mode: .replace, isFinal: false, sha256: "new", written: written("old")),
            .replace(tag: "t1", isDoubtful: false)
        ),
        Case(
            "after a kill the replacement may have got through",
            DeliveryFacts(
                mode: .replace,
                isFinal: false,
                sha256: "new",
                written: written("old"),
                isDoubtful: true
            ),
            .replace(tag: "t1", isDoubtful: true)
        ),
        Case(
            "without an ETag there is no condition, so nothing is replaced",
            DeliveryFacts(
                mode: .replace,
                isFinal: true,
                sha256: "new",
                written: written("old", tag: nil)
            ),
            .waiting(.permissionToReplace)
        ),
        Case(
            "a create-only destination can't be corrected",
            DeliveryFacts(mode: .createOnly, isFinal: true, sha256: "new", written: written("old")),
            .waiting(.permissionToReplace)
        ),
        Case(
            "nor with --estimated",
            DeliveryFacts(
                mode: .createOnly,
                isFinal: false,
                takesEstimated: true,
                sha256: "new",
                written: written("old")
            ),
            .waiting(.permissionToReplace)
        ),
        Case(
            "`replace: own` overwrites our file, whatever the destination allows",
            DeliveryFacts(
                mode: .createOnly,
                replaceRule: .own,
                isFinal: false,
                sha256: "new",
                written: written("old", tag: nil)
            ),
            .overwrite
        ),
        Case(
            "and never one that our record does not have",
            DeliveryFacts(mode: .unknown, replaceRule: .own, isFinal: false, sha256: "new"),
            .create(isDoubtful: false)
        ),
        Case(
            "nor one that is perhaps ours",
            DeliveryFacts(
                mode: .replace,
                replaceRule: .own,
                isFinal: true,
                sha256: "new",
                unconfirmed: true,
                isDoubtful: true
            ),
            .look
        ),
        Case(
            "an unconfirmed upload in parts is completed once more, under its condition",
            DeliveryFacts(
                mode: .createOnly,
                isFinal: true,
                sha256: "new",
                unconfirmed: true,
                canCompleteAgain: true,
                isDoubtful: true
            ),
            .create(isDoubtful: true)
        ),
        Case(
            "an unconfirmed delivery is looked at and not sent again",
            DeliveryFacts(
                mode: .replace,
                isFinal: true,
                sha256: "new",
                unconfirmed: true,
                isDoubtful: true
            ),
            .look
        ),
        Case(
            "a create-only destination waits for the final bill",
            DeliveryFacts(mode: .createOnly, isFinal: false, sha256: "new"),
            .waiting(.final)
        ),
        Case(
            "so does one that was never verified",
            DeliveryFacts(mode: .unknown, isFinal: false, sha256: "new"),
            .waiting(.final)
        ),
        Case(
            "--estimated does not wait",
            DeliveryFacts(mode: .createOnly, isFinal: false, takesEstimated: true, sha256: "new"),
            .create(isDoubtful: false)
        ),
        Case(
            "a replace destination gets estimated bills",
            DeliveryFacts(mode: .replace, isFinal: false, sha256: "new"),
            .create(isDoubtful: false)
        ),
        Case(
            "a final bill is created",
            DeliveryFacts(mode: .createOnly, isFinal: true, sha256: "new"),
            .create(isDoubtful: false)
        ),
        Case(
            "also where nothing was verified: creating destroys nothing",
            DeliveryFacts(mode: .unknown, isFinal: true, sha256: "new"),
            .create(isDoubtful: false)
        ),
        Case(
            "after a kill the file may be there already",
            DeliveryFacts(mode: .createOnly, isFinal: true, sha256: "new", isDoubtful: true),
            .create(isDoubtful: true)
        ),
    ]

    @Test(arguments: cases) func decides(_ example: Case) {
        #expect(DeliveryDecision(example.facts) == example.decision)
    }
}
