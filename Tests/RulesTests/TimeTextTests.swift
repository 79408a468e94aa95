import Foundation
import TestSupport
import Testing

@testable import Rules

@Suite struct TimeTextTests {
    @Test(arguments: Suite.zones.keys.sorted())
    func `a zone's clocks are those of Foundation`(_ name: String) throws {
        let zone = try #require(Suite.zones[name])
        let reference = try #require(TimeZone(identifier: name))
        // Every 9 days and some hours from 1900 to 2099, so that seasons and hours vary.
        for seconds in stride(from: -2_208_988_800, to: 4_070_908_800, by: 9 * 86_400 + 17_023) {
            let date = Date(timeIntervalSince1970: Double(seconds))
            let expected = reference.secondsFromGMT(for: date)
            #expect(zone.offset(at: Int64(seconds)) == Int64(expected), "\(name) at \(date)")
        }
    }

    @Test func `the hour a clock changes is found to the second`() throws {
        let berlin = try #require(Suite.zones["Europe/Berlin"])
        // 2050-03-27T01:00:00Z and 2050-10-30T01:00:00Z, both beyond the table.
        #expect(berlin.offset(at: 2_531_955_599) == 3600)
        #expect(berlin.offset(at: 2_531_955_600) == 7200)
        #expect(berlin.offset(at: 2_550_704_399) == 7200)
        #expect(berlin.offset(at: 2_550_704_400) == 3600)
    }

    @Test func `bytes that are no zone, or cut anywhere, give none`() throws {
        #expect(Zone(tzif: []) == nil)
        #expect(Zone(tzif: Array("TZif2".utf8)) == nil)
        let file = try Data(contentsOf: URL(filePath: "/usr/share/zoneinfo/Europe/Berlin"))
        let header = try #require(file.range(of: Data("TZif".utf8), in: 4..<file.count))
        for end in 0..<header.upperBound { #expect(Zone(tzif: Array(file.prefix(end))) == nil) }
        for end in header.upperBound..<file.count { _ = Zone(tzif: Array(file.prefix(end))) }
    }

    @Test(arguments: [
        ("0", 0), ("1h45m47s", 6_347_000_000_000), ("-1.5s", -1_500_000_000), ("+2ms", 2_000_000),
        ("1us", 1000), ("1µs", 1000), ("1μs", 1000), ("5ns", 5), (".5h", 1_800_000_000_000),
        ("9223372036854775807ns", Int64.max), ("-9223372036854775808ns", Int64.min),
    ]) func `durations are read as Go writes them`(_ text: String, _ nanoseconds: Int64) {
        #expect(DurationText.parse(text) == nanoseconds)
    }

    @Test(arguments: [
        "", "-", "5", "s", ".s", "1d", "1 s", "1h-5m", "1e3s", "9223372036854775808ns",
        "2000000h2000000h",
    ]) func `what is no duration is refused`(_ text: String) {
        #expect(DurationText.parse(text) == nil)
    }
}

@Suite struct DoubleTextTests {
    @Test func `fixed and scientific notation are C's, digit by digit`() {
        var random = Seeded(7)
        for _ in 0..<3000 {
            let value = Double(bitPattern: random.next())
            guard value.isFinite else { continue }
            let decimals = Int(random.next() % 20)
            #expect(
                DoubleText.fixed(value, decimals: decimals)
                    == String(format: "%.\(decimals)f", value))
            #expect(
                DoubleText.scientific(value, decimals: decimals)
                    == String(format: "%.\(decimals)e", value))
        }
        for value in [0.0, -0.0, 0.5, 1.5, 2.5, 9.5, 99.995, 0.05, .leastNonzeroMagnitude, 1e23] {
            for decimals in 0...3 {
                #expect(
                    DoubleText.fixed(value, decimals: decimals)
                        == String(format: "%.\(decimals)f", value))
                #expect(
                    DoubleText.scientific(value, decimals: decimals)
                        == String(format: "%.\(decimals)e", value))
            }
        }
    }

    @Test(arguments: [
        (1.0, "1"), (123.456, "123.456"), (1e5, "100000"), (1e6, "1e+06"), (1e15, "1e+15"),
        (123456789.0, "1.23456789e+08"), (0.0001, "0.0001"), (0.00001, "1e-05"),
        (-4.5e-3, "-0.0045"), (-0.0, "-0"), (.infinity, "Infinity"), (.nan, "NaN"),
        (1e100, "1e+100"),
    ]) func `the shortest text is Go's`(_ value: Double, _ text: String) {
        #expect(DoubleText.shortest(value) == text)
    }
}
