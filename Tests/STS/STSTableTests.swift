import QueryProtocol
import Testing
import World

@testable import STS

@Suite struct STSTableTests {
    @Test func aCallIsModelledOrNot() {
        let modelled = STS.modelled.map(\.name)
        #expect(Set(modelled).count == modelled.count)
        #expect(STS.unmodelled.isDisjoint(with: modelled))
    }

    /// A new call is one line more in `FaultVocabulary.operations`.
    @Test func faultsKnowEveryCall() {
        #expect(STS.modelled.map(\.name).filter { !FaultVocabulary.operations.contains($0) } == [])
    }
}
