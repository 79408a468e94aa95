import Database
import Referrals

/// Where participants are paid, each in a text of the operator's. Erased with the person.
package struct PayoutDestinations {
    private let session: any Session

    init(_ session: any Session) { self.session = session }

    /// The destination of a participant; nil if none is stored.
    package func find(_ id: ID<Participant>) throws(StorageError) -> String? {
        let select = try session.prepare(
            "SELECT destination FROM payout_destinations WHERE participant_id = ?1")
        try select.bind(1, id)
        guard try select.step() else { return nil }
        defer { select.reset() }
        return select.text(0)
    }

    /// Stores the destination of a participant; nil removes it. Returns false if it is the same as
    /// before.
    package func set(_ text: String?, of id: ID<Participant>) throws(StorageError) -> Bool {
        guard try find(id) != text else { return false }
        guard let text else {
            let delete = try session.prepare(
                "DELETE FROM payout_destinations WHERE participant_id = ?1")
            try delete.bind(1, id)
            try delete.run()
            return true
        }
        let put = try session.prepare(
            """
            INSERT INTO payout_destinations(participant_id, destination) VALUES (?1, ?2)
            ON CONFLICT (participant_id) DO UPDATE SET destination = excluded.destination
            """)
        try put.bind(1, id)
        try put.bind(2, text)
        try put.run()
        return true
    }
}
