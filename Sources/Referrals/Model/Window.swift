import Time

/// The time window in which a cap counts, in UTC.
package enum Window: String, CaseIterable, Sendable {
    case total, day, month

    /// Returns the number of the window that contains an instant: 0 in total, 20261121 for a day,
    /// 202611 for a month. Two instants are in the same window exactly if their keys are equal, so
    /// a unique index can enforce it.
    package func key(of instant: Instant) -> Int32 {
        guard self != .total else { return 0 }
        let time = CivilTime(instant)
        let month = Int32(time.year * 100 + time.month)
        return self == .month ? month : month * 100 + Int32(time.day)
    }
}
