/// The number of one row, typed by its subject, so that numbers of two kinds never mix.
package struct ID<Subject>: Hashable, Comparable, Sendable {
    /// The number in the database, from 1.
    package let number: Int64

    /// Creates an id from its number.
    package init(_ number: Int64) {
        self.number = number
    }

    /// Orders ids by number.
    package static func < (left: Self, right: Self) -> Bool { left.number < right.number }
}

// Subjects without a type of their own in the model; the others are the model's types.

/// The subject of ids of accounts.
package enum Account {}
/// The subject of ids of API keys.
package enum Key {}
/// The subject of ids of webhooks.
package enum Webhook {}
/// The subject of ids of sources.
package enum Source {}
/// The subject of ids of conversions.
package enum Conversion {}
/// The subject of ids of granted rewards.
package enum Reward {}
/// The subject of ids of coupons.
package enum Coupon {}
