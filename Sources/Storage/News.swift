/// The changes that others have committed since a store's last transaction.
package struct News: OptionSet, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) { self.rawValue = rawValue }

    /// Rows of any table.
    package static let rows = News(rawValue: 1)
    /// Campaigns, sources, webhooks or keys. Compiled declarations are to be read again.
    package static let declarations = News(rawValue: 2)
}
