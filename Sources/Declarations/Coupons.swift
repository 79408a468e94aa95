import Reading
import Referrals

/// The coupons that a workspace declares for one campaign.
package enum Coupons: Equatable, Sendable {
    case listed([String])
    /// So many rows of a file, for one campaign, that was read once and found good.
    case file(path: String, count: Int, of: ID<Campaign>?)

    /// One coupon of a list.
    package struct Entry: Equatable, Sendable {
        package var code: String
        /// Whether it was given out, or taken out of the pool, where the list comes from. It is never given
        /// again.
        package var isSpent: Bool

        package init(code: String, isSpent: Bool = false) {
            self.code = code
            self.isSpent = isSpent
        }
    }

    package var count: Int {
        switch self {
        case .listed(let list): list.count
        case .file(_, let count, _): count
        }
    }

    package static let longestCode = 200
}
