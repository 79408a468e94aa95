import Database
import Referrals
import Storage
import Workspace

extension Known {
    /// The stored declarations of one side of an account, so that a file may omit members that do
    /// not change.
    init(storedIn store: Store, of side: ID<Account>?) throws(StorageError) {
        let campaigns = Dictionary(
            try store.catalog.campaigns().filter { $0.account == side }
                .map { ($0.id.declared, Array($0.document.utf8)) },
            uniquingKeysWith: { $1 })
        let sources = Dictionary(
            try store.catalog.sources().filter { $0.account == side }
                .map { ($0.id, Array($0.document.utf8)) },
            uniquingKeysWith: { $1 })
        let webhooks = Dictionary(
            try store.catalog.webhooks().filter { $0.account == side }
                .map { ($0.name, Array($0.document.utf8)) },
            uniquingKeysWith: { $1 })
        self.init(
            campaign: { campaigns[$0] }, source: { sources[$0] }, webhook: { webhooks[$0] })
    }
}
