import Database
import Time

/// A promise of the tables that a query can check: each of its rows is a sentence that names what breaks it.
///
/// The queries join and anti-join by primary keys and existing indexes, so that they take time in
/// proportion to the tables and next to no memory.
package struct Invariant: Sendable {
    /// What is promised, for whoever reads a list of them.
    package let promise: String
    let sql: SQL

    init(_ promise: String, _ sql: SQL) {
        self.promise = promise
        self.sql = sql
    }

    /// Calls the closure with a sentence for each row that breaks the promise.
    func check(
        _ session: any Session, _ report: (String) -> Void
    ) throws(StorageError) {
        let statement = try session.prepare(sql)
        while try statement.step() { report(statement.text(0)) }
    }
}

extension Invariant {
    /// All that hold at every commit.
    package static let all: [Invariant] =
        ofEvents + ofConversions + ofRewards + ofCoupons + ofDeliveries + ofPeople
}
