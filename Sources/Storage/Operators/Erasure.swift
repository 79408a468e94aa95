import Referrals
import SQLite
import Time

/// Deletes a person: their name, their addresses and the bodies of their events go; the code, amounts and
/// the ledger stay, so that the code is never given again and the books still balance.
struct Erasure {
    private let connection: Connection
    private let lookup: Lookup

    init(_ connection: Connection) {
        self.connection = connection
        lookup = Lookup(connection)
    }

    /// More conversions than one lead could ever have.
    private static let mostConversions = 1_000_000

    func erase(_ id: ID<Participant>, at now: Instant) throws(SQLiteError) {
        var conversions: [Int64] = []
        for conversion in try lookup.conversions(of: id, limit: Self.mostConversions) {
            conversions.append(conversion.number)
        }
        for conversion in conversions { try eraseTraces(of: id, in: conversion) }
        for sql in Self.statements {
            let statement = try connection.prepare(sql)
            try statement.bind(1, id.number)
            try statement.run()
        }
        let end = try connection.prepare(
            """
            UPDATE participants SET revision = revision + 1, email = NULL, first_name = NULL,
                external_id = NULL, is_disabled = 1, erased_at = coalesce(erased_at, ?2)
            WHERE id = ?1
            """)
        try end.bind(1, id.number)
        try end.bind(2, now.microseconds)
        try end.run()
    }

    /// What a conversion's events and notifications say of its lead, and its rewards' of who got them.
    private func eraseTraces(
        of id: ID<Participant>, in conversion: Int64
    ) throws(SQLiteError) {
        for sql in Self.conversionStatements {
            let statement = try connection.prepare(sql)
            try statement.bind(1, id.number)
            try statement.bind(2, conversion)
            try statement.run()
        }
    }

    private static let conversionStatements = [
        """
        UPDATE events SET body = NULL, fields = NULL WHERE (id = ?2 OR conversion_id = ?2)
            AND EXISTS (SELECT 1 FROM conversions WHERE id = ?2 AND lead_id = ?1)
        """,
        "UPDATE conversions SET customer = NULL WHERE id = ?2 AND lead_id = ?1",
        """
        UPDATE deliveries SET body = NULL WHERE body IS NOT NULL AND subject = ?2 AND ?1 > 0
            AND type IN ('lead.qualified', 'conversion.created', 'conversion.updated')
        """,
        """
        UPDATE deliveries SET body = NULL WHERE body IS NOT NULL AND ?1 > 0
            AND subject BETWEEN ?2 * 16 AND ?2 * 16 + 15
            AND type IN ('reward.issued', 'reward.updated')
        """,
    ]

    private static let statements = [
        """
        UPDATE events SET body = NULL, fields = NULL
        WHERE participant_id = ?1 AND conversion_id IS NULL
        """,
        """
        UPDATE participant_revisions SET
            document = json_set(document, '$.email', NULL, '$.first_name', NULL)
        WHERE participant_id = ?1
        """,
        """
        DELETE FROM customers WHERE participant_id = ?1
            AND campaign_id = (SELECT campaign_id FROM participants WHERE id = ?1)
        """,
        """
        UPDATE deliveries SET body = NULL WHERE body IS NOT NULL
            AND subject IN (SELECT ?1 UNION ALL SELECT id FROM participants WHERE referred_by = ?1)
            AND type IN ('lead.created', 'affiliate.created', 'affiliate.updated')
        """,
    ]
}

extension Store {
    /// Deletes a person; see `Erasure`.
    package func erase(_ id: ID<Participant>, at now: Instant) throws(SQLiteError) {
        try participants.keepState(of: id)
        try Erasure(connection).erase(id, at: now)
        customers.forget()
    }
}
