import Database
import Referrals
import Storage
import Time

/// Checks that a database keeps every promise: derives each decision again, and holds the tables against
/// each other.
///
/// Reads only, from one snapshot, so a gateway may serve meanwhile. Memory doesn't grow with the events: they
/// are walked along, and what concerns all rows is asked of the database by joins. Measured with 150,000
/// rewarded events: 36 µs of CPU each, of which 9 derive the decision and 6 are SQLite's integrity check.
///
/// What is merely due (a reward that waits while coupons have come, a hold that is over, an event whose
/// participant has appeared) breaks no promise: a gateway that serves does it within a second, and one that
/// doesn't can't. It is told apart, as a remark, and isn't counted.
package final class Audit {
    let store: Store
    let rederivation: Rederivation
    let waiting: WaitingList
    let now: Instant
    private let findingLimit: Int
    var report = AuditReport()
    /// What the walk gathers for the checks after it.
    var rules: [ID<CampaignReward>: RuleHistory] = [:]
    var slots = SlotSum()
    /// The number of the last event that a former release decided; 0 where there is none.
    private(set) var lastFormerEvent: Int64 = 0

    /// - Parameters:
    ///   - now: tells what has waited its time.
    ///   - findingLimit: sentences that are kept; violations are counted beyond it.
    package init(
        _ store: Store, now: Instant, findingLimit: Int = 1_000,
        campaign: @escaping Rederivation.Campaigns,
        source: @escaping Rederivation.SourceVersions
    ) throws(StorageError) {
        self.store = store
        self.now = now
        self.findingLimit = findingLimit
        rederivation = try Rederivation(store, campaign: campaign, source: source)
        waiting = try store.audit.waitingList()
    }

    /// Runs the whole audit. Throws where the database can't be read at all, and what the versions throw.
    package func run() throws -> AuditReport {
        try store.snapshot { try runStages() }
    }

    private func runStages() throws(StorageError) -> AuditReport {
        report = AuditReport()
        let stages: [() throws(StorageError) -> Void] = [
            checkFile, checkInvariants, loadRules, walk, checkSlots, checkTotals, countCoupons,
            checkPending,
        ]
        for stage in stages {
            do throws(StorageError) {
                try stage()
            } catch {
                guard error.kind == .corrupt else { throw error }
                // The file check names the place; the other stages are tried all the same.
                note("A check could not be ended: \(error).")
            }
        }
        return report
    }

    func note(_ sentence: @autoclosure () -> String) {
        report.note(sentence(), keeping: findingLimit)
    }

    private func checkFile() throws(StorageError) {
        try store.audit.checkFile { note($0) }
    }

    private func checkInvariants() throws(StorageError) {
        for invariant in Invariant.all {
            try store.audit.check(invariant) { note($0) }
        }
    }

    private func checkPending() throws(StorageError) {
        report.remarks += rederivation.unreadable
        try store.audit.checkPending(at: now) { report.remarks.append($0) }
    }

    private func countCoupons() throws(StorageError) {
        report.couponsAssigned = try store.audit.assignedCoupons()
    }

    private func walk() throws(StorageError) {
        lastFormerEvent = try store.catalog.meta("former_events").flatMap { Int64($0) } ?? 0
        let history = try store.audit.events()
        while let entry = try history.next() {
            if entry.event != nil { report.events += 1 }
            if entry.conversion != nil { report.conversions += 1 }
            report.rewards += entry.rewards.count
            try check(entry)
        }
    }
}
