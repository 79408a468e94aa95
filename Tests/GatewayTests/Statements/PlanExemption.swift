/// A statement that may walk along a table that grows, and why.
struct PlanExemption {
    /// Where it stands below `Sources`.
    let file: String
    /// How it begins; empty for every statement of the file or folder.
    let beginning: String
    let reason: String

    init(_ file: String, _ beginning: String = "", _ reason: String) {
        self.file = file
        self.beginning = beginning
        self.reason = reason
    }

    static func of(_ statement: String, in file: String) -> PlanExemption? {
        all.first { file.hasPrefix($0.file) && statement.hasPrefix($0.beginning) }
    }

    static let all = wholeTables + pages + ends + fewRows + walks + misdated + remaining

    private static let wholeTables = [
        PlanExemption("Storage/Audit/", "", "An audit reads every row, on its own connection."),
        PlanExemption(
            "Storage/Export/", "",
            "An export reads every row of its account, on its own connection."
        ),
        PlanExemption("Storage/Backup.swift", "", "A copy is counted on its own connection."),
        PlanExemption(
            "Storage/QueuedDelivery.swift", "", "A replay lists the deliveries of its own database."
        ),
        PlanExemption(
            "Storage/DeliveryTable.swift", "SELECT count(*) FROM deliveries",
            "Only tests count them."),
    ]

    /// The order of the index or table is that of the page, and a limit ends it.
    private static let pages = [
        PlanExemption(
            "Storage/Operators/Listing.swift", "",
            "A reader's page of campaigns, or of people to export."),
        PlanExemption(
            "Storage/Search/", "",
            "A reader's page: it examines at most 2,000 rows of the list or of an index."),
        PlanExemption(
            "Storage/EventTable.swift", "SELECT id, source,",
            "A reader's page; with a filter that few rows pass it walks on until the page is full."),
        PlanExemption(
            "Storage/Payouts/PayoutTable.swift", "",
            "A page of rows behind a place: of payouts, or of the rewards that wait for one."),
        PlanExemption(
            "Storage/CouponTable.swift", "SELECT id FROM coupons",
            "The next coupons of a pool: a page of an index that holds nothing else."),
        PlanExemption(
            "Storage/OutboxTable.swift", "SELECT id, type, subject",
            "What is due in a queue: a page from the queue's head on, or of an index of retries."),
        PlanExemption(
            "Storage/RewardTable.swift", "SELECT id, campaign_reward_id",
            "Rewards that are due or wait: a page of an index that holds nothing else."),
        PlanExemption(
            "Storage/GoalTable.swift", "SELECT reward_id, expires_at",
            "Rewards whose wait is over: a page of an index that holds nothing else."),
        PlanExemption(
            "Storage/ParkedTable.swift", "SELECT event_id FROM parked",
            "What has waited its time: a page of an index."),
        PlanExemption(
            "Storage/CouponTable.swift", "SELECT count(*) FROM (SELECT 1", "Counted up to a limit."),
        PlanExemption(
            "Storage/RewardTable.swift", "SELECT count(*) FROM (SELECT 1", "Counted up to a limit."),
        PlanExemption(
            "Storage/RewardTable.swift", "SELECT r.campaign_reward_id",
            "The first row of an index behind a place."),
        PlanExemption(
            "Storage/Catalog+Sealed.swift", "SELECT key, account_id, body",
            "The latest answers, by an index on their age."),
        PlanExemption(
            "Storage/Signups/SignupBlocks.swift", "SELECT",
            "Blocks of some hundred signups each, or the signups of one block."),
        PlanExemption(
            "Storage/Signups/SignupTable+Lists.swift", "SELECT participant_id",
            "A page of signups behind the beginning of a block."),
        PlanExemption(
            "Storage/Signups/SignupTable+Lists.swift", "SELECT count(*) FROM (SELECT campaign_id",
            "Blocks of some hundred signups each, by a reader."),
        PlanExemption(
            "Storage/Signups/SignupNotices.swift", "SELECT participant_id, is_shift",
            "Changes that are due: a page of an index."),
        PlanExemption(
            "Storage/Signups/SignupNotices.swift", "DELETE FROM signup_moves",
            "Moves of one waitlist of at most 10,000 waiting signups."),
        PlanExemption(
            "Storage/Signups/SignupTable+Lists.swift", "SELECT 1 FROM signups",
            "One row: whether there is any."),
        PlanExemption(
            "Storage/Signups/SignupTable.swift", "SELECT campaign_id FROM waitlists",
            "The first row of an index that holds nothing else."),
        PlanExemption(
            "Storage/Signups/SignupNotices.swift", "SELECT",
            "Moves and shifts of one waitlist of at most 10,000 waiting signups."),
        PlanExemption(
            "Storage/Signups/SignupShifts.swift", "SELECT",
            "A waitlist of at most 10,000 waiting signups."),
        PlanExemption(
            "Storage/Operators/OperatorRecords.swift", "DELETE FROM answers",
            "Sixteen of the oldest answers, by an index on their age."),
    ]

    /// One step at the end of an index.
    private static let ends = [
        PlanExemption(
            "Storage/VisitTable.swift", "SELECT min(day)", "The first entry of the primary key."),
        PlanExemption("Storage/EventTable.swift", "SELECT max(id) FROM events", "The last row."),
        PlanExemption(
            "Storage/Catalog+Waitlists.swift", "INSERT INTO waitlists",
            "The last participant, when a campaign becomes a waitlist."),
        PlanExemption(
            "Storage/ConversionTable.swift", "SELECT max(id) FROM conversions", "The last row."),
        PlanExemption(
            "Storage/ConversionTable.swift", "SELECT id, created_at FROM conversions",
            "The first row behind a place."),
        PlanExemption(
            "Storage/EventTable.swift", "SELECT 1 FROM events", "The first row of an index."),
        PlanExemption(
            "Storage/DeliveryTable.swift", "SELECT max((SELECT max(id)", "Each queue's last row."),
        PlanExemption(
            "Storage/Operators/DeliveryLog.swift", "SELECT count(*) FROM webhooks",
            "Each queue's first row, and the first of an index of retries."),
    ]

    /// What is sorted or looked through is few.
    private static let fewRows = [
        PlanExemption(
            "Storage/CouponCounts.swift", "SELECT state, count", "The states of one pool."),
        PlanExemption(
            "Storage/RewardTotals.swift", "SELECT currency, spent FROM currency_totals",
            "The currencies of one reward."),
        PlanExemption(
            "Storage/ConversionTable.swift", "SELECT conversion_id",
            "A key names one conversion in each campaign and goal."),
        PlanExemption(
            "Storage/Explain/Lookup.swift", "SELECT DISTINCT conversion_id FROM business_keys",
            "A key names one conversion in each campaign and goal."),
        PlanExemption(
            "Storage/Explain/Lookup.swift", "SELECT id FROM participants",
            "An address is one participant's in each campaign."),
        PlanExemption(
            "Storage/Explain/Lookup.swift", "SELECT participant_id FROM customers",
            "A customer id is one participant's in each campaign; the conversions since the last mark are few."
        ),
        PlanExemption(
            "Storage/CustomerTable.swift", "SELECT id, campaign_id,",
            "Conversions since the last mark, which moves on before they are many."),
        PlanExemption(
            "Storage/OutboxTable.swift", "SELECT id FROM deliveries",
            "Attempts that a crash cut off, once at a start; the index holds retries only."),
    ]

    /// A stretch of rows for each transaction, from where the last one ended.
    private static let walks = [
        PlanExemption("Storage/Operators/Erasure+Walks.swift", "", "128 rows behind a place."),
        PlanExemption(
            "Storage/ParticipantTable.swift", "SELECT 1 FROM participants WHERE account_id",
            "One row: whether there is any."),
        PlanExemption(
            "Storage/Operators/Tombstones.swift", "SELECT 1 FROM tombstones",
            "One row: whether there is any."),
        PlanExemption(
            "Storage/Schema+Keys.swift", "UPDATE OR IGNORE",
            "All keys, once after a former release."),
        PlanExemption(
            "Storage/Schema+Searches.swift", "INSERT INTO rare_states",
            "All rows, once after a former release."),
        PlanExemption(
            "Storage/Schema+FormerEvents.swift", "INSERT INTO meta", "One row: the last event."),
        PlanExemption(
            "Storage/Reports/ReportHistory.swift", "",
            "A stretch of rows, once after a former release."),
        PlanExemption(
            "Storage/AddressUpdate.swift", "SELECT id, email",
            "A stretch of people, once after a former release."),
        PlanExemption(
            "Storage/Operators/DeliveryLog.swift", "SELECT id FROM deliveries",
            "Where the next stretch of a queue begins."),
        PlanExemption(
            "Storage/ParkedTable.swift", "SELECT account_id, awaits",
            "A page of what waits, behind a place."),
        PlanExemption(
            "Storage/Operators/OperatorRecords.swift", "SELECT account_id, key, body",
            "Eight answers behind a place."),
    ]

    private static let dated = "Rows dated by a clock that was ahead: an index beyond this instant."
    private static let misdated = [
        PlanExemption(
            "Storage/Operators/OperatorRecords.swift", "UPDATE answers SET created_at", dated),
        PlanExemption("Storage/Signups/SignupNotices.swift", "UPDATE", dated),
        PlanExemption("Storage/ParkedTable.swift", "UPDATE parked SET expires_at", dated),
        PlanExemption("Storage/GoalTable.swift", "UPDATE awaited_goals SET expires_at", dated),
        PlanExemption("Storage/RewardTable.swift", "UPDATE rewards AS r SET held_until", dated),
    ]

    private static let explain = "What is told of one person: a reader looks through all they have."
    private static let counted = "A reader counts a pool."

    private static let remaining = [
        PlanExemption("Storage/Explain/Lookup.swift", "SELECT id FROM events", explain),
        PlanExemption("Storage/Explain/Lookup.swift", "SELECT ref FROM claims", explain),
        PlanExemption("Storage/Explain/Lookup.swift", "SELECT count(*) FROM rewards", explain),
        PlanExemption("Storage/ClaimTable.swift", "SELECT rule, subject", explain),
        PlanExemption(
            "Storage/RunningCounts.swift", "SELECT count(*) FROM conversions",
            "Once for a campaign, when one of its rules reads the count for the first time."),
        PlanExemption("Storage/Operators/CouponListing.swift", "SELECT count(*)", counted),
    ]
}
