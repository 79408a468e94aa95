import Crypto
import Referrals
import Storage
import Time

extension UID {
    /// The UUID of a row without a stored one: always the same for the same row, and another one in
    /// another database.
    ///
    /// - Parameter kind: `campaign`, `participant` or `webhook`.
    package init(of kind: String, _ id: Int64, created: Instant) {
        let seed = "refgate \(kind) \(id) \(created.microseconds)"
        self.init(of: (try? SHA256.digest(of: Array(seed.utf8))) ?? [], version: 8)
    }
}

extension Catalog.CampaignRow {
    /// The UUID that the API shows.
    package var shownUID: UID {
        uid ?? UID(of: "campaign", id.number, created: createdAt)
    }
}

extension SignupTable {
    /// Derives the UUIDs of participants who were enrolled before their campaign was a waitlist, as
    /// responses have shown them.
    package func deriveFormerUIDs() {
        formerUID = { id, joinedAt in UID(of: "participant", id.number, created: joinedAt) }
    }
}
