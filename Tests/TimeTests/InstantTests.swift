import Foundation
import Testing

@testable import Time

@Suite struct InstantTests {
    @Test func `an instant outside the years 0001 to 9999 does not exist`() {
        #expect(Instant(microseconds: Instant.earliest.microseconds) == .earliest)
        #expect(Instant(microseconds: Instant.earliest.microseconds - 1) == nil)
        #expect(Instant(microseconds: Instant.latest.microseconds) == .latest)
        #expect(Instant(microseconds: Instant.latest.microseconds + 1) == nil)
        #expect(Instant(clampingMicroseconds: .min) == .earliest)
        #expect(Instant(clampingMicroseconds: .max) == .latest)
    }

    @Test(arguments: [Int64.min, .min / 1000, -62_135_596_801_000, 253_402_300_800_000, .max])
    func `too many milliseconds are refused, not wrapped`(milliseconds: Int64) {
        #expect(Instant(milliseconds: milliseconds) == nil)
        #expect(Instant(seconds: milliseconds) == nil)
    }

    @Test func `whole seconds and milliseconds round down on both sides of 1970`() throws {
        let before = try #require(Instant(microseconds: -1))
        #expect(before.seconds == -1)
        #expect(before.milliseconds == -1)
        let after = try #require(Instant(microseconds: 1_999_999))
        #expect(after.seconds == 1)
        #expect(after.milliseconds == 1999)
        #expect(Instant(seconds: -1)?.microseconds == -1_000_000)
        #expect(Instant(milliseconds: 7)?.microseconds == 7000)
    }

    @Test func `adding a duration stops at the bounds`() throws {
        let instant = try #require(Instant(seconds: 100))
        #expect(instant + .milliseconds(1500) == Instant(milliseconds: 101_500))
        #expect(instant - .seconds(200) == Instant(seconds: -100))
        #expect(instant + .seconds(Int64.max) == .latest)
        #expect(instant - .seconds(Int64.max) == .earliest)
        #expect(
            instant - Duration(secondsComponent: .min, attosecondsComponent: 0) == .latest)
        #expect(instant + Duration(secondsComponent: .min, attosecondsComponent: 0) == .earliest)
        #expect(instant + Duration(attoseconds: .max) == .latest)
        #expect(instant - Duration(attoseconds: .min) == .latest)
        #expect(Instant.earliest + (.latest - .earliest) == .latest)
        #expect(instant - instant == .zero)
        var moved = instant
        moved += .seconds(1)
        moved -= .seconds(2)
        #expect(moved == Instant(seconds: 99))
        #expect(moved < instant)
    }

    @Test func `the system's clock agrees with Foundation's`() {
        let ours = Double(WallClock.system.now().microseconds) / 1e6
        #expect(abs(ours - Date().timeIntervalSince1970) < 3600)
    }
}
