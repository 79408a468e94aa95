import Foundation
import TestSupport
import Testing

@testable import Time

@Suite struct CivilTimeTests {
    /// Foundation's calendar changes to the Julian one before 1582; ISO 8601's style does not.
    private static func foundation(_ instant: Instant) -> [Int] {
        var calendar = Calendar(identifier: .iso8601)
        calendar.timeZone = .gmt
        let date = Date(timeIntervalSince1970: Double(instant.seconds))
        let parts = calendar.dateComponents(
            [.year, .month, .day, .hour, .minute, .second, .weekday, .dayOfYear], from: date)
        return [
            parts.year, parts.month, parts.day, parts.hour, parts.minute, parts.second,
            parts.weekday.map { $0 - 1 }, parts.dayOfYear,
        ].map { $0 ?? -1 }
    }

    @Test func `instants since 1600 have the date Foundation gives them`() throws {
        var random = Seeded(2026)
        for _ in 0..<2000 {
            let seconds = Int64.random(in: -11_676_096_000...253_402_300_799, using: &random)
            let instant = try #require(Instant(seconds: seconds))
            let time = CivilTime(instant)
            let ours = [
                time.year, time.month, time.day, time.hour, time.minute, time.second,
                time.weekday, time.dayOfYear,
            ]
            #expect(ours == Self.foundation(instant), "second \(seconds)")
        }
    }

    @Test(arguments: [(1, 1), (1797, 0), (9600, 6)])
    func `every day of four hundred years follows the one before`(
        firstYear: Int, firstWeekday: Int
    ) throws {
        var (year, month, day, weekday, dayOfYear) = (firstYear, 1, 1, firstWeekday, 1)
        let first = CivilTime.day(ofYear: year, month: 1, day: 1)
        var wrong = 0
        for number in first..<first + 146_097 {
            let time = CivilTime(try #require(Instant(seconds: Int64(number) * 86_400 + 86_399)))
            let ours = (time.year, time.month, time.day)
            if ours != (year, month, day) { wrong += 1 }
            if (time.weekday, time.dayOfYear) != (weekday, dayOfYear) { wrong += 1 }
            if CivilTime.day(ofYear: year, month: month, day: day) != number { wrong += 1 }
            (day, weekday, dayOfYear) = (day + 1, (weekday + 1) % 7, dayOfYear + 1)
            if day > CivilTime.days(inMonth: month, ofYear: year) { (month, day) = (month + 1, 1) }
            if month > 12 { (year, month, dayOfYear) = (year + 1, 1, 1) }
        }
        #expect(wrong == 0)
        #expect((year, month, day) == (firstYear + 400, 1, 1))
    }

    @Test func `a zone moves the date, also out of the first and the last year`() throws {
        let instant = try #require(Instant(rfc3339: "2026-11-21T23:30:00Z"))
        let east = CivilTime(instant, secondsEastOfUTC: 3600)
        #expect((east.month, east.day, east.hour, east.weekday) == (11, 22, 0, 0))
        #expect(CivilTime(.earliest, secondsEastOfUTC: -86_400).year == 0)
        #expect(CivilTime(.latest, secondsEastOfUTC: 86_400).year == 10_000)
    }
}
