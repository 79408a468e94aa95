import Database

// The parts of storage without a state between two calls, each over the store's own session.
extension Store {
    /// Numbers of rows in the order of a list, and the times of rows.
    package var listing: Listing { Listing(session) }

    /// Pages of lists of deliveries.
    package var deliverySearch: DeliverySearch { DeliverySearch(session) }

    /// Pages of lists that are filtered.
    package var search: RowSearch { RowSearch(session) }

    /// Records of operators' work: reviews, stored responses, archived and deleted declarations.
    package var records: OperatorRecords { OperatorRecords(session) }

    /// Deliveries and their attempts, as operators see them.
    package var log: DeliveryLog { DeliveryLog(session) }

    /// Events and people found by any of their names.
    package var lookup: Lookup { Lookup(session) }

    /// Coupons one by one, and the counts of pools.
    package var couponListing: CouponListing { CouponListing(session, coupons.counts) }

    /// Orders for coupon codes that are made after a pattern.
    package var couponOrders: CouponOrders { CouponOrders(session) }

    /// Cancellations of a deleted webhook's deliveries.
    package var cancellations: Cancellations { Cancellations(session) }

    /// The payments to each participant by year.
    package var payoutTotals: PayoutTotals { PayoutTotals(session) }

    /// Where participants are paid.
    package var payoutDestinations: PayoutDestinations { PayoutDestinations(session) }

    /// Visits of referral links.
    package var visits: VisitTable { VisitTable(session) }

    /// The multiples that rewards hold.
    package var milestones: MilestoneTable { MilestoneTable(session) }

    /// The later changes of counted conversions.
    package var approvals: ApprovalTable { ApprovalTable(session) }

    /// The goals that release held rewards.
    package var goals: GoalTable { GoalTable(session) }

    /// The counters of reports, as of the last commit.
    package var reports: ReportReader { ReportReader(session, catalog) }

    /// The rows and rules that an audit compares.
    package var audit: AuditTables { AuditTables(session: session, file: file) }

    /// All deliveries that wait or are under way, in the order of the outbox.
    package func queuedDeliveries() throws(StorageError) -> [QueuedDelivery] {
        try QueuedDelivery.all(session)
    }
}
