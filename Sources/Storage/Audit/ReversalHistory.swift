import Referrals
import SQLite

/// What refunds said of one conversion, and which keys would have led there.
package enum ReversalHistory {
    /// In the order of their receipt.
    package static func of(
        _ conversion: ID<Conversion>, _ connection: Connection
    ) throws(SQLiteError) -> [StoredReversal] {
        let statement = try connection.prepare(
            """
            SELECT \(StoredReversal.columns) FROM reversals WHERE conversion_id = ?1 ORDER BY entry
            """)
        try statement.bind(1, conversion.number)
        var reversals: [StoredReversal] = []
        while try statement.step() { reversals.append(StoredReversal(statement)) }
        return reversals
    }

    /// Whether one of the keys names the conversion, in whichever campaign and for whichever goal.
    package static func names(
        _ keys: [String], _ conversion: ID<Conversion>, _ connection: Connection
    ) throws(SQLiteError) -> Bool {
        let statement = try connection.prepare(
            """
            SELECT 1 FROM business_keys JOIN campaigns ON campaigns.account_id = business_keys.account_id
            WHERE campaigns.id = (SELECT campaign_id FROM conversions WHERE id = ?1)
                AND business_keys.key = ?2 AND business_keys.conversion_id = ?1
            """)
        for key in keys {
            try statement.bind(1, conversion.number)
            try statement.bind(2, key)
            if try statement.step() {
                statement.reset()
                return true
            }
        }
        return false
    }
}
