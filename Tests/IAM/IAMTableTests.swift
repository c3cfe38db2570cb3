import QueryProtocol
import Testing
import World

@testable import IAM

@Suite struct IAMTableTests {
    @Test func aCallIsModelledOrNot() {
        let modelled = IAM.modelled.map(\.name)
        #expect(Set(modelled).count == modelled.count)
        #expect(IAM.unmodelled.isDisjoint(with: modelled))
    }

    /// A new call is one line more in `FaultVocabulary.operations`.
    @Test func faultsKnowEveryCall() {
        #expect(IAM.modelled.map(\.name).filter { !FaultVocabulary.operations.contains($0) } == [])
    }
}
