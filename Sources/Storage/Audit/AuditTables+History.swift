import Database
import Referrals

extension ApprovalTable {
    /// All changes, in the order of their conversions.
    static let select: SQL = "SELECT \(columns) FROM approvals ORDER BY conversion_id, entry"
}

extension AuditTables {
    /// Reports each running count of conversions with its last state and its number at the
    /// beginning.
    package func runningCounts(
        _ report: (_ holder: Int64, _ subject: Int64, _ last: Tally, _ first: Int64) -> Void
    ) throws(StorageError) {
        let select = try session.prepare(
            """
            SELECT k.holder, k.subject, k.ref, coalesce(b.ref, 0)
            FROM claims AS k LEFT JOIN claims AS b ON b.holder = k.holder AND b.rule = k.rule
                AND b.subject = k.subject AND b.slot = 1
            WHERE k.rule = -1 AND k.slot = 0
            """)
        while try select.step() {
            report(
                select.integer(0), select.integer(1), RunningCounts.tally(select.integer(2)),
                select.integer(3))
        }
    }

    /// Reports each multiple that a reward holds.
    package func multiples(
        _ report: (ID<Reward>, ID<CampaignReward>) -> Void
    ) throws(StorageError) {
        let select = try session.prepare("SELECT reward_id, rule FROM milestones")
        while try select.step() { report(select.id(0), select.id(1)) }
    }

    /// Reports the number of slots of each reward of a rule that must hold some.
    package func slotCounts(
        of rule: ID<CampaignReward>, _ report: (ID<Reward>, Int) -> Void
    ) throws(StorageError) {
        let select = try session.prepare(
            """
            SELECT r.id, (SELECT count(*) FROM claims AS k WHERE k.rule = ?1 AND k.ref = r.id
                AND k.holder IN (0, c.referrer_id))
            FROM rewards AS r JOIN conversions AS c ON c.id = r.id / 16
            WHERE r.campaign_reward_id = ?1 AND \(RunningCounts.holdsSlot("r"))
            """)
        try select.bind(1, rule)
        while try select.step() { report(select.id(0), Int(select.integer(1))) }
    }
}
