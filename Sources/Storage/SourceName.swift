import Referrals

/// The id of a source in the database and in the address of its hook. It is unique over all sides
/// of all accounts.
///
/// Declared ids are unique within a side. Those of the first account's live side are stored as they
/// are; others follow the number of their side: `2/shop`. No declared id has a slash.
package enum SourceName {
    /// The declared id of a side's built-in source, which the API's own events come from.
    package static let builtIn = "api"

    /// The stored id of a side's built-in source.
    package static func builtIn(of account: ID<Account>) -> String {
        "\(builtIn)/\(account.number)"
    }

    /// The beginning of generated ids.
    private static let generated = "src_"
    private static let generatedCount = 22

    /// A new declared id, made by a generator of random letters and digits.
    package static func generate(_ letters: (Int) -> String) -> String {
        generated + letters(generatedCount)
    }

    /// True if a declared id has the form of a generated one, and so is unique.
    package static func isGenerated(_ id: String) -> Bool {
        id.hasPrefix(generated) && id.utf8.count == generated.utf8.count + generatedCount
    }

    /// The stored id of a declared source.
    package static func stored(_ id: String, of account: ID<Account>) -> String {
        account == .first ? id : "\(account.number)/\(id)"
    }

    /// The declared id of a stored one.
    package static func declared(_ stored: String) -> String {
        guard let slash = stored.lastIndex(of: "/") else { return stored }
        return stored[..<slash] == builtIn ? builtIn : String(stored[slash...].dropFirst())
    }
}
