import Reading
import Referrals

/// The coupons that a workspace declares for one campaign.
package enum Coupons: Equatable, Sendable {
    case listed([String])
    /// A number of rows of a file, for one campaign, that was read once and found valid.
    case file(path: String, count: Int, of: ID<Campaign>?)

    /// One coupon of a list.
    package struct Entry: Equatable, Sendable {
        /// The text of the coupon.
        package var code: String
        /// True if the coupon was already issued or removed from the pool in the system that
        /// exported the list. It is never issued again.
        package var isSpent: Bool

        /// Creates a coupon.
        package init(code: String, isSpent: Bool = false) {
            self.code = code
            self.isSpent = isSpent
        }
    }

    /// The number of coupons.
    package var count: Int {
        switch self {
        case .listed(let list): list.count
        case .file(_, let count, _): count
        }
    }

    /// The maximum length of a coupon in bytes.
    package static let longestCode = 200
}
