import Platform
import Testing

@testable import Cloud

@Suite("The cloud's clock")
struct CloudClockTests {
    let real = Timestamp(seconds: 1_700_000_000)

    private func clock(_ setting: CloudClock.Setting = .real) -> CloudClock {
        CloudClock(setting, realTime: { [real] in real })
    }

    @Test(arguments: [
        (CloudClock.Setting.real, Int64(1_700_000_000)),
        (.offset(microseconds: 7_200_000_000), 1_700_007_200),
        (.offset(microseconds: -7_200_000_000), 1_699_992_800),
        (.fixed(Timestamp(seconds: 1_800_000_000)), 1_800_000_000),
        (.fixed(Timestamp(seconds: -5)), -5),
    ])
    func shows(setting: CloudClock.Setting, seconds: Int64) {
        let clock = clock(setting)
        #expect(clock.now() == Timestamp(seconds: seconds))
        #expect(clock.setting == setting)
    }

    @Test func signaturesStayOnRealTime() {
        let clock = clock()
        clock.set(.offset(microseconds: 7_200_000_000))
        #expect(clock.now() == real.adding(seconds: 7_200))
        #expect(clock.signatureTime() == real)
    }

    @Test func signaturesFollowWhenAskedTo() {
        let clock = clock()
        clock.set(.fixed(Timestamp(seconds: 10)), skewIsShifted: true)
        #expect(clock.skewIsShifted)
        #expect(clock.signatureTime() == Timestamp(seconds: 10))
        clock.set(.real)
        #expect(!clock.skewIsShifted)
        #expect(clock.signatureTime() == real)
    }
}
