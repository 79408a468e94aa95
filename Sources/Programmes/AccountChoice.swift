import Database
import Referrals
import Storage

/// The choice of an account and of one of its sides, as options of a command make it.
package struct AccountChoice: Sendable {
    /// The name of the account; nil if it follows from the workspace or the database.
    package var name: String?
    /// The side.
    package var mode: AccountMode

    package init(name: String? = nil, mode: AccountMode = .live) {
        self.name = name
        self.mode = mode
    }

    /// The reason for which no account can be chosen.
    package enum Failure: Error, CustomStringConvertible {
        /// No account has the name.
        case unknown(String, names: [String])
        /// Several accounts have the name, or there are several and none is named.
        case ambiguous(names: [String])

        package var description: String {
            switch self {
            case .unknown(let name, let names):
                "there is no account called \(name), only \(names.joined(separator: ", "));"
                    + " `refgate accounts create` makes one"
            case .ambiguous(let names):
                "choose one of the accounts with --account: \(names.joined(separator: ", "))"
            }
        }
    }

    /// The live side of the chosen account; nil if the database has no account.
    ///
    /// Without a name it is the account that a workspace declares, or else the only one.
    ///
    /// - Parameter declared: The name of the account in the workspace.
    package func account(
        in catalog: Catalog, declared: String? = nil
    ) throws -> Catalog.AccountRow? {
        let accounts = try catalog.accounts()
        guard !accounts.isEmpty else { return nil }
        let names = accounts.map(\.name)
        if let name {
            let named = accounts.filter { $0.name == name }
            guard let first = named.first else { throw Failure.unknown(name, names: names) }
            guard named.count == 1 else { throw Failure.ambiguous(names: names) }
            return first
        }
        if accounts.count == 1 { return accounts[0] }
        let named = accounts.filter { $0.name == declared }
        guard named.count == 1 else { throw Failure.ambiguous(names: names) }
        return named[0]
    }

    /// The chosen side; nil if the database has no account.
    package func side(in catalog: Catalog) throws -> ID<Account>? {
        guard let account = try account(in: catalog) else { return nil }
        return try catalog.side(mode, of: account.id)
    }
}
