/// The changes that others have committed since a store's last transaction.
package struct News: OptionSet, Sendable {
    /// The bits of the set.
    package let rawValue: UInt8

    /// Makes a set of its bits.
    package init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Rows of any table.
    package static let rows = News(rawValue: 1)
    /// Campaigns, sources, webhooks or keys: compiled declarations must be read again.
    package static let declarations = News(rawValue: 2)
}
