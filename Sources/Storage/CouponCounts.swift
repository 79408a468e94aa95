import Database
import Referrals

/// The number of each campaign's coupons in each state.
///
/// Counting the coupons themselves takes longer the more there are. Changes are gathered in memory
/// and written once per commit, so that the main path pays for none of its own.
package final class CouponCounts: ForgettableRows {
    private struct Place: Hashable {
        let campaign: ID<Campaign>
        let state: CouponState
    }

    private let add, ofCampaign: any Statement
    /// The changes that are not written yet.
    private var changes: [Place: Int64] = [:]

    init(_ session: any Session) throws(StorageError) {
        add = try session.prepare(
            """
            INSERT INTO coupon_counts(campaign_id, state, count) VALUES (?1, ?2, ?3)
            ON CONFLICT (campaign_id, state) DO UPDATE
            SET count = coupon_counts.count + excluded.count
            """)
        ofCampaign = try session.prepare(
            "SELECT state, count FROM coupon_counts WHERE campaign_id = ?1")
    }

    /// The counts of a campaign, including those of the open transaction.
    package func counts(
        of campaign: ID<Campaign>
    ) throws(StorageError) -> [CouponState: Int] {
        var counts: [CouponState: Int] = [:]
        try ofCampaign.bind(1, campaign)
        while try ofCampaign.step() {
            guard let state = CouponState(rawValue: ofCampaign.text(0)) else { continue }
            counts[state] = Int(ofCampaign.integer(1))
        }
        for (place, change) in changes where place.campaign == campaign {
            counts[place.state, default: 0] += Int(change)
        }
        return counts
    }

    func add(_ count: Int64, to state: CouponState, in campaign: ID<Campaign>) {
        changes[Place(campaign: campaign, state: state), default: 0] += count
    }

    func move(from old: CouponState, to new: CouponState, in campaign: ID<Campaign>) {
        add(-1, to: old, in: campaign)
        add(1, to: new, in: campaign)
    }

    /// Writes the changes; must be called before each commit.
    func write() throws(StorageError) {
        guard !changes.isEmpty else { return }
        for (place, change) in changes where change != 0 {
            try add.bind(1, place.campaign)
            try add.bind(2, place.state.rawValue)
            try add.bind(3, change)
            try add.run()
        }
        forget()
    }

    /// Drops the changes that are not written.
    package func forget() { changes.removeAll(keepingCapacity: true) }
}
