import Testing

@testable import Time

@Suite struct UnixCountTests {
    @Test(arguments: [
        ("1764500000", UnixCount.Unit.seconds), ("1764500000000", .milliseconds),
        ("1764500000000000", .microseconds),
    ])
    func `the size of a number shows its unit`(_ text: String, _ unit: UnixCount.Unit) {
        let count = UnixCount(text)
        #expect(count?.unit == unit)
        #expect(count?.instant.rfc3339 == "2025-11-30T10:53:20Z")
    }

    @Test(
        arguments: [
            (99_999_999, nil), (100_000_000, UnixCount.Unit.seconds), (99_999_999_999, .seconds),
            (100_000_000_000, .milliseconds), (99_999_999_999_999, .milliseconds),
            (100_000_000_000_000, .microseconds), (99_999_999_999_999_999, .microseconds),
            (100_000_000_000_000_000, nil), (-1_764_500_000, nil), (Int64.max, nil),
            (Int64.min, nil),
        ] as [(Int64, UnixCount.Unit?)])
    func `the units meet without a gap, and other numbers are none`(
        _ number: Int64, _ unit: UnixCount.Unit?
    ) {
        #expect(UnixCount(number)?.unit == unit)
    }

    @Test(arguments: ["", "+1764500000", " 1764500000", "1764500000.5", "99999999999999999999"])
    func `only digits are read`(_ text: String) { #expect(UnixCount(text) == nil) }
}
