// How a write ended, and what that means for the record. Pure, but for the one look that a doubt asks for.
//
// A doubt: the file may have been stored without our knowing. It is settled by looking (HEAD). That needs
// s3:GetObject, which the guide's own policy does not give; then the delivery is `unconfirmed`: the file is
// there exactly once either way, because every attempt was conditional, and it is not sent again.
//
//     the write was …             without a doubt       with a doubt
//  1  stored                      delivered             delivered: the earlier attempt was not stored
//  2  occupied (412 on create)    collided              look: it may be ours
//  3  changed (412 on replace)    collided              look: it may be our new version
//  4  vanished (404 on replace)   create it again       create it again
//  5  doubtful                    look                  look
//  6  refused                     refused               refused, and the doubt stays
//  7  unavailable                 failed                failed, and the doubt stays
//
//     the look shows …            then
//  8  our bytes                   delivered
//  9  other bytes                 collided
// 10  nothing                     failed: nothing was stored, the next run sends it
// 11  nothing can be seen         unconfirmed
//
// A killed run leaves `uploading` in the record. The next one tries again under the same condition with a
// doubt, so wherever it was killed: before the request (1: 200), after the request was stored (2, 3, then
// 8 or 11), after the answer (the same). No path sends a second unconditional write.

import Destinations
import State

/// What follows from the end of a write.
package enum DeliverySettling: Equatable, Sendable {
    case record(DeliveryOutcome)
    /// Reported, but the record stays `uploading`, so that the next run keeps the doubt.
    case keepDoubt(DeliveryOutcome)
    case look
    case createAgain

    /// Reads a write's outcome; `url` is for the reason that people read.
    package init(_ outcome: WriteOutcome, isDoubtful: Bool, url: String) {
        switch outcome {
        case .stored(let tag):  // 1
            // Without a tag there is no condition to replace the file under.
            self = .record(.delivered(etag: tag.isEmpty ? nil : tag))
        case .occupied:  // 2
            self = isDoubtful ? .look : .record(.collided(reason: DeliverySettling.collision(url)))
        case .changed:  // 3
            self =
                isDoubtful
                ? .look
                : .record(
                    .collided(
                        reason:
                            "somebody else has changed \(url) since we wrote it: nothing was written;"
                            + " use a bucket that nothing else writes to"
                    )
                )
        case .vanished: self = .createAgain  // 4
        case .doubtful: self = .look  // 5
        case .refused(let refusal):  // 6
            let advice = refusal.advice.map { "; \($0)" } ?? ""
            let outcome = DeliveryOutcome.refused(reason: refusal.description + advice)
            self = isDoubtful ? .keepDoubt(outcome) : .record(outcome)
        case .unavailable(let why):  // 7
            let outcome = DeliveryOutcome.failed(reason: why)
            self = isDoubtful ? .keepDoubt(outcome) : .record(outcome)
        }
    }

    /// Reads a look; `md5` is asked for only where the file there does not carry its SHA-256.
    package static func outcome(
        of look: LookOutcome,
        sha256: String,
        url: String,
        md5: () throws -> String
    ) rethrows -> DeliveryOutcome {
        switch look {
        case .found(let tag, let digest):
            let isOurs = try digest.map { $0 == sha256 } ?? (tag == md5())
            return isOurs ? .delivered(etag: tag) : .collided(reason: collision(url))  // 8, 9
        case .absent:  // 10
            return .failed(
                reason: "the answer was lost and nothing was stored; the next run sends it"
            )
        case .hidden(let why):  // 11
            return .unconfirmed(
                reason:
                    "an answer was lost and a file is at \(url) that may be ours (\(why)): look at it;"
                    + " with s3:GetObject the exporter could tell"
            )
        }
    }

    static func collision(_ url: String) -> String {
        "a file that we did not write is at \(url): nothing was written; use a bucket for these bills alone,"
            + " or move that file away"
    }
}
