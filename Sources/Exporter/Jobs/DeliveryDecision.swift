// What a run does about one file. Pure: our own record and the rendered bytes in, a decision out.
//
//     at that address our record has …                 the bytes     decision
//  1  our file, confirmed                              are the same  unchanged
//  2  our file; the set-up says `replace: own`         are others    overwrite
//  3  our file; the destination lets us replace it     are others    replace, if it still is that version
//  4  our file; create-only                            are others    wait: it can't be corrected
//  5  no file of ours, the last attempt unconfirmed    are the same  look; never send it blindly again
//  6  the same, of an upload in parts that may not     are the same  create: completing it once more, under
//     have been completed                                            its condition, gets the same answer
//  7  no file of ours; the bill is estimated and the   any           wait for the final bill
//     file could not be corrected later
//  8  no file of ours                                  any           create
//
// Create and replace are conditional, so neither can destroy a stranger's file. Overwrite can, if somebody
// else has put another file where our record says that ours is: a person has to choose it in the set-up. `isDoubtful` says that an
// earlier attempt may have got through without our knowing (the process was killed in `uploading`, or an
// answer was lost): then 412 may have met our own file, and `DeliverySettling` finds out.

import Destinations
import State

/// All that decides what happens to one file.
package struct DeliveryFacts: Equatable, Sendable {
    package var mode: DestinationMode
    package var replaceRule: ReplaceRule
    /// No line is `Estimated` any more, or the cycle is closed.
    package var isFinal: Bool
    /// `--estimated`: deliver estimated bills although they can't be corrected.
    package var takesEstimated: Bool
    /// Of the rendered file.
    package var sha256: String
    /// Our confirmed file at the address.
    package var written: WrittenFile?
    /// An attempt at these bytes whose end is not known.
    package var unconfirmed: Bool
    /// It is an upload in parts, all of which are there.
    package var canCompleteAgain: Bool
    /// An attempt at this address whose end is not known.
    package var isDoubtful: Bool

    package init(
        mode: DestinationMode,
        replaceRule: ReplaceRule = .conditional,
        isFinal: Bool,
        takesEstimated: Bool = false,
        sha256: String,
        written: WrittenFile? = nil,
        unconfirmed: Bool = false,
        canCompleteAgain: Bool = false,
        isDoubtful: Bool = false
    ) {
        self.mode = mode
        self.replaceRule = replaceRule
        self.isFinal = isFinal
        self.takesEstimated = takesEstimated
        self.sha256 = sha256
        self.written = written
        self.unconfirmed = unconfirmed
        self.canCompleteAgain = canCompleteAgain
        self.isDoubtful = isDoubtful
    }
}

/// What is to be done about one file.
package enum DeliveryDecision: Equatable, Sendable {
    /// Why a file is not sent now.
    package enum Wait: Equatable, Sendable {
        /// The bill is still estimated.
        case final
        /// The destination has an earlier version and does not let us replace it.
        case permissionToReplace
    }

    case unchanged
    case waiting(Wait)
    case look
    case create(isDoubtful: Bool)
    case replace(tag: String, isDoubtful: Bool)
    case overwrite

    package init(_ facts: DeliveryFacts) {
        let replaces = facts.mode == .replace || facts.replaceRule == .own
        if let written = facts.written {
            if written.sha256 == facts.sha256 {
                self = .unchanged  // 1
            } else if facts.replaceRule == .own {
                self = .overwrite  // 2
            } else if replaces, let tag = written.etag {
                self = .replace(tag: tag, isDoubtful: facts.isDoubtful)  // 3
            } else {
                self = .waiting(.permissionToReplace)  // 4
            }
        } else if facts.unconfirmed {
            self = facts.canCompleteAgain ? .create(isDoubtful: true) : .look  // 6, 5
        } else if !facts.isFinal, !replaces, !facts.takesEstimated {
            self = .waiting(.final)  // 7
        } else {
            self = .create(isDoubtful: facts.isDoubtful)  // 8
        }
    }
}
