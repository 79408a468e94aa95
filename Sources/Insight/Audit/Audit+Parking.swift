import Database
import Ledger
import Mapping
import Referrals
import Storage
import Time

extension Audit {
    /// Checks that a parked event waits for something, unless that cannot come, or its time is
    /// over.
    func checkParking(of row: EventRow, _ retrial: Retrial) throws(StorageError) {
        let facts = retrial.facts
        // The code of another campaign's participant exists already, and releases nothing.
        let canCome = facts.source.isPaused || (facts.code == .unknown && facts.event.code != nil)
        if canCome { try checkWaits(row, since: facts.now) }
    }

    func checkParking(of row: EventRow, reversed mapped: MappedEvent) throws(StorageError) {
        let canCome = row.reasons.contains(.sourcePaused) || !mapped.businessKeys.isEmpty
        if canCome { try checkWaits(row, since: row.receivedAt) }
    }

    private func checkWaits(_ row: EventRow, since decided: Instant) throws(StorageError) {
        guard row.outcome == .parked,
            now < decided + .seconds(86_400 * EventProcessor.parkingDays),
            try waiting.entries(of: row.id).isEmpty,
            // Events beyond the bound of a source are stored, and wait for nothing.
            try store.parked.count(ofSource: row.source) < EventProcessor.maxParkedPerSource
        else { return }
        note("Event \(row.id.number) is parked, but waits for nothing.")
    }
}
