import Database
import Referrals

extension Catalog {
    /// A row with a sealed text, under the name that the text is bound to.
    package enum SealedRow: Equatable, Sendable {
        case source(id: String, [UInt8])
        case webhook(name: String, [UInt8])
        case answer(key: String, account: ID<Account>, [UInt8])
    }

    /// The number of stored responses read. There may be thousands; some of them prove as much as
    /// all.
    private static let mostAnswers = 100

    /// Rows whose sealed texts identify the right key.
    package func sealedRows() throws(StorageError) -> [SealedRow] {
        var rows: [SealedRow] = []
        let sources = try session.prepare(
            "SELECT id, secrets FROM sources WHERE secrets IS NOT NULL")
        while try sources.step() {
            rows.append(.source(id: sources.text(0), sources.bytes(1)))
        }
        let webhooks = try session.prepare(
            "SELECT name, secrets FROM webhooks WHERE secrets IS NOT NULL")
        while try webhooks.step() {
            rows.append(.webhook(name: webhooks.text(0), webhooks.bytes(1)))
        }
        let answers = try session.prepare(
            """
            SELECT key, account_id, body FROM answers WHERE length(body) > 0
            ORDER BY created_at DESC LIMIT ?1
            """)
        try answers.bind(1, Self.mostAnswers)
        while try answers.step() {
            rows.append(
                .answer(
                    key: answers.text(0), account: answers.id(1), answers.bytes(2)))
        }
        return rows
    }

    /// Replaces a source's sealed bytes by others with the same secrets.
    package func reseal(source number: ID<Source>, _ secrets: [UInt8]) throws(StorageError) {
        let update = try session.prepare("UPDATE sources SET secrets = ?2 WHERE number = ?1")
        try update.bind(1, number)
        try update.bind(2, secrets)
        try update.run()
    }

    /// Replaces a webhook's sealed bytes by others with the same secrets.
    package func reseal(webhook id: ID<Webhook>, _ secrets: [UInt8]) throws(StorageError) {
        let update = try session.prepare("UPDATE webhooks SET secrets = ?2 WHERE id = ?1")
        try update.bind(1, id)
        try update.bind(2, secrets)
        try update.run()
    }
}
