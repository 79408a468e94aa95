import Database
import Referrals

extension AuditTables {
    /// The reversals of a conversion, in the order in which they were received.
    package func reversals(
        of conversion: ID<Conversion>
    ) throws(StorageError) -> [StoredReversal] {
        let statement = try session.prepare(
            """
            SELECT \(StoredReversal.columns) FROM reversals WHERE conversion_id = ?1 ORDER BY entry
            """)
        try statement.bind(1, conversion)
        var reversals: [StoredReversal] = []
        while try statement.step() { reversals.append(StoredReversal(statement)) }
        return reversals
    }

    /// True if one of the keys is a business key of the conversion, in any campaign of its account and for any
    /// goal.
    package func names(
        _ conversion: ID<Conversion>, by keys: [String]
    ) throws(StorageError) -> Bool {
        let statement = try session.prepare(
            """
            SELECT 1 FROM business_keys JOIN campaigns ON campaigns.account_id = business_keys.account_id
            WHERE campaigns.id = (SELECT campaign_id FROM conversions WHERE id = ?1)
                AND business_keys.key = ?2 AND business_keys.conversion_id = ?1
            """)
        for key in keys {
            try statement.bind(1, conversion)
            try statement.bind(2, key)
            if try statement.step() {
                statement.reset()
                return true
            }
        }
        return false
    }
}
