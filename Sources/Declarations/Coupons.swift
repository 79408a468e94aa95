import Reading
import Referrals
import Schemas

/// The coupons that a workspace declares for one campaign.
package enum Coupons: Equatable, Sendable {
    case listed([String])
    /// A number of rows of a file, for one campaign, that was read once and found valid.
    case file(path: String, count: Int, of: CampaignNumber?)

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

extension Coupons {
    /// The schema of the coupons of a campaign: a list, or in a workspace file also the path of a
    /// CSV file.
    static func schema(for form: DeclarationForm) -> JSONSchema {
        let list = JSONSchema.array(of: .text(atMost: longestCode))
        return (form == .file ? .any(of: [list, .path]) : list).nullable.described(
            "The codes to add to the pool"
                + (form == .file ? ", or the path of a CSV file with the column `code`." : "."))
    }
}
