import Time

/// A stretch of time in which a cap counts, in UTC.
package enum Window: String, CaseIterable, Sendable {
    case total, day, month

    /// The window an instant falls in, as a number: 0 in total, 20261121 for a day, 202611 for a month.
    /// Two instants share a window exactly when their keys are equal, so a unique index can hold it.
    package func key(of instant: Instant) -> Int32 {
        guard self != .total else { return 0 }
        let time = CivilTime(instant)
        let month = Int32(time.year * 100 + time.month)
        return self == .month ? month : month * 100 + Int32(time.day)
    }
}
