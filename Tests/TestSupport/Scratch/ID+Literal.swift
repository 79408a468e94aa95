import Referrals

/// Ids as integer literals, so that tests name rows by their numbers.
extension ID: ExpressibleByIntegerLiteral {
    package init(integerLiteral number: Int64) { self.init(number) }
}
