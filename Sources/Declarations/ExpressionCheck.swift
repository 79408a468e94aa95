import Referrals
import Rules

/// Compiles the expressions of all declarations in one document. A class, because all readers of
/// the document add to the same list of expressions.
package final class ExpressionCheck {
    /// A valid expression.
    package struct Expression {
        /// The place of the expression in bytes of the document.
        package let range: Swift.Range<Int>
        /// The compiled expression.
        package let program: Program
        /// The campaign of a condition or a review expression; nil for an expression of a mapping.
        package let campaign: CampaignOfExpression?
    }

    /// A campaign by its number; `unnumbered` if it has no number yet.
    package enum CampaignOfExpression: Equatable { case unnumbered, numbered(CampaignNumber) }

    let zones: Zones
    /// True to collect warnings and costs besides mistakes.
    package let isLinting: Bool
    /// The valid expressions, in the order in which they were read; empty unless linting.
    package private(set) var found: [Expression] = []

    /// Creates a check with the time zones that expressions may use.
    package init(zones: Zones = .none, isLinting: Bool = false) {
        self.zones = zones
        self.isLinting = isLinting
    }

    func add(_ expression: Expression) { found.append(expression) }
}
