import Currencies
import Database
import Declarations
import HTTP
import Insight
import JSON
import Ledger
import Programmes
import Referrals
import Schemas
import Storage
import Time

extension API {
    /// The parameters by which rewards are found.
    static let rewardFilters: [QueryParameter] =
        [
            campaignFilter,
            .choice("status", of: RewardStatus.self, "The status of the rewards."),
            .number("beneficiary", "The number of the participant who gets the rewards."),
        ] + QueryParameter.names("rewards") + [.goal, .reason, .source]
        + QueryParameter.times("created_at")

    /// `GET /rewards`.
    func rewards(_ call: Call, _ store: Store) throws -> Response {
        let query = try call.query()
        let page = try Page(query)
        let filters =
            query.campaign(call) + query.status()
            + query.number("beneficiary") { .beneficiary($0) } + query.names + query.reason
        let found = try page.search(
            .rewards, filters + source(query, call), TimeRange(query), call, store,
            where: goal(query, perEvent: ID<Reward>.perConversion, store))
        return try page.response(found.numbers, next: found.next) { number, writer in
            let row = try reward(number, of: call.account, store)
            writer.beginObject()
            try members(of: row, store, to: &writer)
            writer.endObject()
        }
    }

    /// `GET /rewards/{id}`: with its ledger, its reviews, and the trace.
    func reward(_ call: Call, _ store: Store) throws -> Response {
        let row = try reward(call.number, of: call.account, store)
        let trace = try explanation(of: .event(row.id.conversion.number), store, call.account)
        return try .json { writer in
            writer.beginObject()
            try members(of: row, store, to: &writer)
            try writeDetails(of: row, store, to: &writer)
            writer.member("trace", raw: trace)
            writer.endObject()
        }
    }

    func approveReward(
        _ call: Call, _ processor: EventProcessor, _ now: Instant
    ) throws -> Response {
        let approval = try RewardApproval.read(try call.body())
        return try decide(
            .approve(approval.value), "approve", approval.note, call, processor, now)
    }

    func rejectReward(
        _ call: Call, _ processor: EventProcessor, _ now: Instant
    ) throws -> Response {
        try decide(.reject, "reject", remark(call), call, processor, now)
    }

    func redeemReward(
        _ call: Call, _ processor: EventProcessor, _ now: Instant
    ) throws -> Response {
        try decide(.redeem, "redeem", remark(call), call, processor, now)
    }

    func revokeReward(
        _ call: Call, _ processor: EventProcessor, _ now: Instant
    ) throws -> Response {
        try decide(.revoke, "revoke", remark(call), call, processor, now)
    }

    private func decide(
        _ step: RewardStep, _ action: String, _ note: String?, _ call: Call,
        _ processor: EventProcessor, _ now: Instant
    ) throws -> Response {
        let row = try reward(call.number, of: call.account, processor.store)
        try review(.reward, row.id.number, action, note, call, processor, now) {
            try processor.decide(step, on: row.id, now: now)
        }
        let changed = try reward(call.number, of: call.account, processor.store)
        return try .json { writer in
            writer.beginObject()
            try members(of: changed, processor.store, to: &writer)
            try writeDetails(of: changed, processor.store, to: &writer)
            writer.endObject()
        }
    }

    // MARK: Finding and writing

    private func reward(
        _ id: Int64, of account: ID<Account>, _ store: Store
    ) throws -> RewardRow {
        let row = try store.rewards.find(ID(id))
        guard let row else { throw Problem.notFound("reward", id) }
        do { _ = try conversion(row.id.conversion.number, of: account, store) } catch {
            throw Problem.notFound("reward", id)
        }
        return row
    }

    /// The schema of a reward in a list.
    static let rewardSchema = JSONSchema.named(
        "Reward",
        .object([
            .required("id", .id),
            .required("conversion", .id),
            .required("campaign_reward", .id),
            .required("kind", .choice(CampaignReward.Kind.self).nullable),
            .required("beneficiary", .choice(CampaignReward.Beneficiary.self).nullable),
            .required("recipient", personSchema),
            .required("status", .choice(RewardStatus.self)),
            .required("reasons", .reasons),
            .required("value", GrantedValue.schema),
            .required("remaining", .integer.nullable.described("The value less refunds.")),
            .required("coupon_code", .string.nullable.described("The code, once issued.")),
            .required("held_until", .instant.nullable),
            .required("issued_at", .instant.nullable),
            .required("redeemed_at", .instant.nullable),
            .required("created_at", .instant),
            .required("updated_at", .instant),
        ]))

    /// The schema of a reward with its ledger and reviews.
    static let rewardDetailSchema = JSONSchema.named(
        "RewardDetail", .object(rewardSchema.properties + rewardDetails))

    /// The schema of a reward with the trace of its event.
    static let tracedRewardSchema = JSONSchema.named(
        "TracedReward",
        .object(rewardDetailSchema.properties + [.required("trace", Explanation.schema)]))

    private static let rewardDetails: [JSONSchema.Property] = [
        .required(
            "ledger",
            .array(
                of: .object([
                    .required("amount", .integer.described("The change of the reward's value.")),
                    .required("reason", ReasonCode.schema),
                    .required("event", .id.nullable),
                    .required("at", .instant),
                ]))),
        .required("reviews", reviewsSchema),
    ]

    /// Writes a reward. The code of a coupon belongs to it from its issue on; before that it is
    /// only reserved.
    func members(
        of row: RewardRow, _ store: Store, to writer: inout Writer
    ) throws {
        let id = row.id.number
        guard let times = try store.listing.times(ofReward: id) else {
            throw Problem.notFound("reward", id)
        }
        let (coupon, ledger) = (
            try store.coupons.find(ofReward: row.id), try store.rewards.ledger(of: row.id)
        )
        let rule = try current.declarations.rule(
            of: row, store, earlier: loader.versions.earlierRules(store))
        let isGiven = row.status == .issued || row.status == .redeemed
        let taken = ledger.reduce(0) { $0 + $1.amount }
        writer.member("id", id)
        writer.member("conversion", row.id.conversion.number)
        writer.member("campaign_reward", row.campaignReward.number)
        writer.member("kind", rule?.kind.rawValue)
        writer.member("beneficiary", rule?.beneficiary.rawValue)
        try person("recipient", row.beneficiary, store, to: &writer)
        writer.member("status", row.status.rawValue)
        writer.member("reasons", row.reasons)
        writer.member("value", row.value)
        writer.member("remaining", row.value.map { $0.units + taken })
        writer.member("coupon_code", isGiven ? coupon?.code : nil)
        writer.member("held_until", row.heldUntil?.rfc3339)
        writer.member("issued_at", row.issuedAt?.rfc3339)
        writer.member("redeemed_at", row.redeemedAt?.rfc3339)
        writer.member("created_at", times.created.rfc3339)
        writer.member("updated_at", times.updated.rfc3339)
    }

    private func writeDetails(
        of row: RewardRow, _ store: Store, to writer: inout Writer
    ) throws {
        let (ledger, reviews) = (
            try store.rewards.ledger(of: row.id),
            try store.records.reviews(of: .reward, row.id.number)
        )
        writer.list("ledger", ledger) { entry, writer in
            writer.object { writer in
                writer.member("amount", entry.amount)
                writer.member("reason", entry.reason.text)
                writer.member("event", entry.event?.number)
                writer.member("at", entry.at.rfc3339)
            }
        }
        Self.write(reviews, to: &writer)
    }
}
