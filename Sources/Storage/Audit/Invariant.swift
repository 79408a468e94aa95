import Database
import Time

/// An invariant of the tables that a query can check: each of its rows is a sentence that names a
/// violation.
///
/// The queries join and anti-join by primary keys and existing indexes, so that their time is
/// proportional to the tables and they need almost no memory.
package struct Invariant: Sendable {
    /// The invariant in a sentence, for a list of them.
    package let promise: String
    let sql: SQL

    init(_ promise: String, _ sql: SQL) {
        self.promise = promise
        self.sql = sql
    }

    /// Calls the closure with a sentence for each row that violates the invariant.
    func check(
        _ session: any Session, _ report: (String) -> Void
    ) throws(StorageError) {
        let statement = try session.prepare(sql)
        while try statement.step() { report(statement.text(0)) }
    }
}

extension Invariant {
    /// All invariants that hold at every commit.
    package static let all: [Invariant] =
        ofEvents + ofConversions + ofRewards + ofCoupons + ofDeliveries + ofPeople + ofSignups
        + ofPayouts + ofRareStates + ofHistory
}
