import Currencies
import Database
import Declarations
import HTTP
import JSON
import Ledger
import Reading
import Referrals
import Schemas
import Storage
import Time

// The rules for a campaign's rewards, one by one. Each keeps its place for ever: granted rewards
// refer to it by that place.
extension API {
    private static let mostRewards = Int(ID<Reward>.perConversion)

    func campaignRewards(_ call: Call, _ store: Store) throws -> Response {
        let row = try campaign(call.number, of: call.account, store)
        let page = try Page(try call.query())
        let rewards = try declaration(of: row).rewards
        // Cursors count down, and the list begins with the first reward.
        func number(_ place: Int) -> Int64 { Int64(Self.mostRewards - place) }
        let places = rewards.indices.filter { number($0) < page.before ?? .max }
        return try page.response(
            Array(places.prefix(page.limit + 1)), number: number
        ) { place, writer in
            try write(rewards[place], at: place, of: row, store, to: &writer)
        }
    }

    func campaignReward(_ call: Call, _ store: Store) throws -> Response {
        let (row, place) = try findReward(call, store)
        return try answer(rewardAt: place, of: row, store)
    }

    func addCampaignReward(
        _ call: Call, _ processor: EventProcessor, _ now: Instant
    ) throws -> Response {
        let row = try campaign(call.number, of: call.account, processor.store)
        var declaration = try declaration(of: row)
        let body = try call.body()
        let reward = try RewardRule.read(body)
        guard declaration.rewards.count < Self.mostRewards else {
            throw Problem.conflict(
                "too_many_rewards", "The campaign has too many rewards",
                "A campaign can have at most \(Self.mostRewards).")
        }
        declaration.rewards.append(reward)
        try Self.checkHold(of: reward, in: declaration)
        try store(declaration, call, processor, now)
        let changed = try campaign(call.number, of: call.account, processor.store)
        return try answer(
            rewardAt: declaration.rewards.count - 1, of: changed, processor.store,
            status: .created)
    }

    func changeCampaignReward(
        _ call: Call, _ processor: EventProcessor, _ now: Instant
    ) throws -> Response {
        let (row, place) = try findReward(call, processor.store)
        var declaration = try declaration(of: row)
        let stored = declaration.rewards[place].canonicalJSON
        let body = try call.body()
        declaration.rewards[place] = try RewardRule.read(
            body, over: call.request.method == .patch ? stored : nil)
        try Self.checkHold(of: declaration.rewards[place], in: declaration)
        try store(declaration, call, processor, now)
        let changed = try campaign(call.number, of: call.account, processor.store)
        return try answer(rewardAt: place, of: changed, processor.store)
    }

    func removeCampaignReward(
        _ call: Call, _ processor: EventProcessor, _ now: Instant
    ) throws -> Response {
        let (row, place) = try findReward(call, processor.store)
        var declaration = try declaration(of: row)
        guard place == declaration.rewards.count - 1 else {
            throw Problem.conflict(
                "not_the_last_reward", "Only the last reward can be removed",
                "A reward never changes its place. Lower its cap or its budget instead.")
        }
        declaration.rewards.removeLast()
        try store(declaration, call, processor, now)
        return .nothing
    }

    /// Refuses a reward that waits for the goal of its own campaign.
    private static func checkHold(
        of reward: RewardRule, in declaration: CampaignDeclaration
    ) throws {
        guard let goal = reward.holdUntil?.goal, goal == declaration.rules.goalType else { return }
        throw Problem.invalidBody(
            "/hold_until/goal",
            "\(goal) is the campaign's own goal_type; a reward can wait for another goal only."
                + " Choose the goal that releases the reward, or use hold_days.")
    }

    private func findReward(
        _ call: Call, _ store: Store
    ) throws -> (Catalog.CampaignRow, Int) {
        let row = try campaign(call.number, of: call.account, store)
        let id = call.numbers[1]
        guard let place = row.rewards.firstIndex(where: { $0.number == id }),
            place < (try declaration(of: row)).rewards.count
        else { throw Problem.notFound("campaign reward", id) }
        return (row, place)
    }

    private func answer(
        rewardAt place: Int, of row: Catalog.CampaignRow, _ store: Store, status: Status = .ok
    ) throws -> Response {
        let reward = try declaration(of: row).rewards[place]
        return try .json(status) { writer in
            try write(reward, at: place, of: row, store, to: &writer)
        }
    }

    /// The schema of a campaign reward.
    static let campaignRewardSchema = JSONSchema.named(
        "CampaignReward",
        .object(
            [
                .required("id", .id),
                .required("campaign", .id),
                .required("position", .count.described("The place in the list, from 0.")),
            ] + RewardRule.schema(for: .response).properties + [
                .optional(
                    "budget_spent",
                    .any(of: [.integer, .object([.required("amounts", .map(of: .integer))])])
                        .described("The used part of the budget: a number, or one per currency."))
            ]))

    private func write(
        _ reward: RewardRule, at place: Int, of row: Catalog.CampaignRow, _ store: Store,
        to writer: inout Writer
    ) throws {
        let id = row.rewards[place]
        let totals = store.rewards.totals
        let (spent, money) = (try totals.spent(of: id), try totals.committedMoney(of: id))
        writer.beginObject()
        writer.member("id", row.rewards[place].number)
        writer.member("campaign", row.id.declared.number)
        writer.member("position", place)
        writer.members(
            of: reward.canonicalJSON, leavingOut: ["cap"],
            defaults: RewardRule.defaults(of: reward.kind))
        writer.key("cap")
        switch reward.caps.count {
        case 0: writer.null()
        case 1: Self.write(reward.caps[0], to: &writer)
        default: writer.array(reward.caps) { Self.write($0, to: &$1) }
        }
        if reward.budget != nil { write(spent, money, of: reward.value, to: &writer) }
        writer.endObject()
    }

    private static func write(_ cap: Cap, to writer: inout Writer) {
        writer.beginObject()
        writer.member("count", cap.count)
        writer.member("per", cap.per.rawValue)
        writer.member("window", cap.window.rawValue)
        writer.endObject()
    }

    /// Writes an amount: a number, but for amounts of several currencies one number per currency.
    private func write(
        _ spent: Int64, _ money: [(currency: String, spent: Int64)], of value: RewardValue,
        to writer: inout Writer
    ) {
        switch value {
        case .points, .text, .nothingStated: writer.member("budget_spent", spent)
        case .money(let value):
            let own = money.first { $0.currency == value.currency.text }
            writer.member("budget_spent", own?.spent ?? 0)
        case .amounts, .percent:
            writer.object("budget_spent") { writer in
                writer.object("amounts") { writer in
                    for (currency, spent) in money { writer.member(currency, spent) }
                }
            }
        }
    }
}
