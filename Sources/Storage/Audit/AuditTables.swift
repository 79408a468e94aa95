import Database
import Referrals
import Time

/// The part of storage that an audit reads: rows in the order in which they were written, the rules
/// of each version, and the checks in SQL.
package struct AuditTables {
    let session: any Session
    let file: DatabaseFile?

    /// Reports each fault of the file that the engine finds.
    package func checkFile(_ report: (String) -> Void) throws(StorageError) {
        try file?.check(report)
    }

    /// Reports each row that violates an invariant.
    package func check(
        _ invariant: Invariant, _ report: (String) -> Void
    ) throws(StorageError) {
        try invariant.check(session, report)
    }

    /// Reports the work that has waited longer than it should, as of a time.
    package func checkPending(
        at now: Instant, _ report: (String) -> Void
    ) throws(StorageError) {
        try Pending.check(session, at: now, report)
    }

    /// All events with their consequences, in the order of their numbers.
    package func events() throws(StorageError) -> EventHistory { try EventHistory(session) }

    /// Events in the order of their numbers, without their consequences.
    ///
    /// - Parameter since: The earliest time of arrival; nil for all events.
    package func scan(since: Instant?) throws(StorageError) -> EventScan {
        try EventScan(session, since: since)
    }

    /// Rewards and conversions before an event.
    package var earlierUse: EarlierUse { EarlierUse(session: session) }

    /// People as of a time, and the conversions that identify them.
    package func people() throws(StorageError) -> PersonHistory { try PersonHistory(session) }

    /// All slots of caps, in the order of their scopes.
    package func slots() throws(StorageError) -> SlotHistory { try SlotHistory(session) }

    /// Events that wait, with the missing part of each.
    package func waitingList() throws(StorageError) -> WaitingList { try WaitingList(session) }
}
