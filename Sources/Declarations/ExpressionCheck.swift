import Referrals
import Rules

/// Compiles the expressions of the declarations in one document. A class, because all readers of the document
/// add to the same list of expressions.
package final class ExpressionCheck {
    /// An expression that compiles.
    package struct Expression {
        /// The bytes of the document in which the expression stands.
        package let range: Swift.Range<Int>
        package let program: Program
        /// The campaign of a condition or a review; nil for an expression of a mapping.
        package let campaign: CampaignOfExpression?
    }

    package enum CampaignOfExpression: Equatable { case unnumbered, numbered(ID<Campaign>) }

    let zones: Zones
    /// True where warnings and the costs of expressions are wanted besides mistakes.
    package let isLinting: Bool
    /// The expressions that compile, in the order in which they were read; empty unless linting.
    package private(set) var found: [Expression] = []

    package init(zones: Zones = .none, isLinting: Bool = false) {
        self.zones = zones
        self.isLinting = isLinting
    }

    func add(_ expression: Expression) { found.append(expression) }
}
