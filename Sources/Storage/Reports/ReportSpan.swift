import Time

/// A length of time for which changes are counted together: whole hours, days and months in UTC.
package enum ReportSpan: String, CaseIterable, Sendable {
    case hour, day, month

    private static let microsecondsPerHour: Int64 = 3_600_000_000

    /// The beginning of the span that contains an instant.
    package func start(of instant: Instant) -> Instant {
        switch self {
        case .hour: Self.floor(instant, to: Self.microsecondsPerHour)
        case .day: Self.floor(instant, to: 24 * Self.microsecondsPerHour)
        case .month:
            ReportSpan.day.start(of: instant) - Self.days(CivilTime(instant).day - 1)
        }
    }

    /// The end of the span that begins at an instant.
    package func end(from start: Instant) -> Instant {
        switch self {
        case .hour: return start + .seconds(3600)
        case .day: return start + Self.days(1)
        case .month:
            let time = CivilTime(start)
            return start + Self.days(CivilTime.days(inMonth: time.month, ofYear: time.year))
        }
    }

    private static func days(_ count: Int) -> Duration { .seconds(86_400 * count) }

    private static func floor(_ instant: Instant, to length: Int64) -> Instant {
        let rest = instant.microseconds % length
        return Instant(
            clampingMicroseconds: instant.microseconds - (rest < 0 ? rest + length : rest))
    }
}
