import TestSupport
import Testing

@testable import Time

@Suite struct RFC3339Tests {
    @Test(
        arguments: [
            (0, "1970-01-01T00:00:00Z"),
            (-1, "1969-12-31T23:59:59.999999Z"),
            (1_795_244_827_000_000, "2026-11-21T07:07:07Z"),
            (1_795_244_827_120_000, "2026-11-21T07:07:07.120Z"),
            (1_795_244_827_000_120, "2026-11-21T07:07:07.000120Z"),
            (951_782_400_000_000, "2000-02-29T00:00:00Z"),
            (-62_135_596_800_000_000, "0001-01-01T00:00:00Z"),
            (253_402_300_799_999_999, "9999-12-31T23:59:59.999999Z"),
        ] as [(Int64, String)])
    func `an instant is written in UTC, as short as it can be, and read back`(
        microseconds: Int64, text: String
    ) throws {
        let instant = try #require(Instant(microseconds: microseconds))
        #expect(instant.rfc3339 == text)
        #expect(Instant(rfc3339: text) == instant)
        #expect("\(instant)" == text)
    }

    @Test(
        arguments: [
            ("1985-04-12T23:20:50.52Z", "1985-04-12T23:20:50.520Z"),
            ("1996-12-19T16:39:57-08:00", "1996-12-20T00:39:57Z"),
            ("1937-01-01T12:00:27.87+00:20", "1937-01-01T11:40:27.870Z"),
            ("2026-11-21t07:07:07z", "2026-11-21T07:07:07Z"),
            ("2026-11-21T07:07:07-00:00", "2026-11-21T07:07:07Z"),
            ("2026-11-21T07:07:07.1234569Z", "2026-11-21T07:07:07.123456Z"),
            ("2026-11-21T07:07:07.0000000000000000000000000001Z", "2026-11-21T07:07:07Z"),
            ("0000-12-31T23:59:59-00:01", nil),
            ("0001-01-01T00:00:00+00:01", nil),
            ("9999-12-31T23:59:59-00:01", nil),
            ("9999-12-31T23:59:59+23:59", "9999-12-31T00:00:59Z"),
            ("2024-02-29T00:00:00Z", "2024-02-29T00:00:00Z"),
            ("2023-02-29T00:00:00Z", nil),
            ("1900-02-29T00:00:00Z", nil),
            ("2026-04-31T00:00:00Z", nil),
            ("2026-00-01T00:00:00Z", nil),
            ("2026-13-01T00:00:00Z", nil),
            ("2026-01-00T00:00:00Z", nil),
            ("1990-12-31T23:59:60Z", "1991-01-01T00:00:00Z"),
            ("1990-12-31T15:59:60.25-08:00", "1991-01-01T00:00:00.250Z"),
            ("1990-12-31T23:59:60+01:00", nil),
            ("1990-12-31T23:58:60Z", nil),
            ("1990-12-31T23:59:61Z", nil),
            ("9999-12-31T23:59:60Z", nil),
            ("2026-11-21T24:00:00Z", nil),
            ("2026-11-21T07:60:07Z", nil),
            ("2026-11-21T07:07:07+24:00", nil),
            ("2026-11-21T07:07:07+01:60", nil),
            ("2026-11-21T07:07:07+0100", nil),
            ("2026-11-21T07:07:07+01", nil),
            ("2026-11-21T07:07:07.Z", nil),
            ("2026-11-21T07:07:07,5Z", nil),
            ("2026-11-21T07:07Z", nil),
            ("2026-11-21 07:07:07Z", nil),
            ("2026-11-21T07:07:07", nil),
            ("2026-11-21", nil),
            ("+2026-11-21T07:07:07Z", nil),
            ("26-11-21T07:07:07Z", nil),
            ("2026-11-21T07:07:07Z ", nil),
            (" 2026-11-21T07:07:07Z", nil),
            ("2026-11-21T07:07:07ZZ", nil),
            ("２026-11-21T07:07:07Z", nil),
            ("", nil),
        ] as [(String, String?)])
    func `RFC 3339 is read strictly`(text: String, expected: String?) {
        #expect(Instant(rfc3339: text)?.rfc3339 == expected)
    }

    @Test func `a text cut anywhere or changed in one byte is no other text's instant`() {
        let text = Array("2026-11-21T07:07:07.125+01:00".utf8)
        for length in 0..<text.count { #expect(Instant(rfc3339: Array(text[..<length])) == nil) }
        for offset in text.indices {
            for byte in UInt8.min...UInt8.max {
                var changed = text
                changed[offset] = byte
                guard let instant = Instant(rfc3339: changed) else { continue }
                #expect(Instant(rfc3339: instant.rfc3339) == instant)
                let sameKind =
                    byte == text[offset] || (0x30...0x39).contains(byte)
                    || byte == UInt8(ascii: "t")
                    || byte == UInt8(ascii: "-")
                #expect(sameKind, "byte \(byte) at \(offset)")
            }
        }
    }

    @Test func `any two instants written in full order as their texts do`() throws {
        var random = Seeded(2026)
        func any() -> Instant {
            Instant(
                clampingMicroseconds: .random(
                    in: Instant.earliest.microseconds...Instant.latest.microseconds, using: &random)
                    | 1)
        }
        for _ in 0..<500 {
            let (a, b) = (any(), any())
            #expect(Instant(rfc3339: a.rfc3339) == a)
            #expect((a < b) == (a.rfc3339 < b.rfc3339))
        }
    }
}
