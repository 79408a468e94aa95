import Database
import JSON
import Ledger
import Referrals
import Schemas
import Storage
import Time

/// The obstacles to the next event's reward: the four classic checks, before any event. For a
/// campaign, or for one participant in it.
package struct Preflight: Sendable {
    /// One check with its sentence.
    package struct Item: Sendable {
        /// The check and its outcome.
        package let check: Check
        /// The outcome in a sentence.
        package let sentence: String

        init(_ check: Check, sentence: String? = nil) {
            self.check = check
            self.sentence = sentence ?? check.sentence
        }
    }

    /// The person responsible for the campaign.
    package let owner: String
    /// The checks in their fixed order.
    package let items: [Item]

    /// - Parameter participant: The person whose rewards are counted; for a lead their referrer's.
    package init(
        _ campaign: CampaignSettings, participant: ParticipantRow? = nil, store: Store, now: Instant
    ) throws(StorageError) {
        let rules = campaign.version.rules
        owner = rules.owner ?? ""
        var items = [Self.status(of: rules), Self.dates(of: rules, now), Self.goal(of: rules)]
        items.append(Self.rewards(of: campaign.version))
        if campaign.version.rewards.contains(where: { $0.kind == .coupon }) {
            let unused = try store.coupons.availableCount(in: campaign.version.id, atMost: .max)
            let waiting = try store.rewards.waitingCount(in: campaign.version.id, atMost: .max)
            items.append(Self.stock(free: max(0, unused - waiting)))
        }
        for rule in campaign.version.rewards {
            for cap in rule.caps {
                items.append(try Self.check(cap, of: rule, participant, store, now))
            }
            items += Self.rules(of: rule)
        }
        self.items = items
    }

    private static func status(of rules: CampaignRules) -> Item {
        let isActive = rules.status == .active
        return Item(
            Check(
                .campaignActive, isActive ? .pass : .fail,
                reason: isActive
                    ? nil : rules.status == .draft ? .campaignNotPublished : .campaignNotActive,
                expected: .text("active"), observed: .text(rules.status.rawValue)))
    }

    private static func dates(of rules: CampaignRules, _ now: Instant) -> Item {
        let isInside =
            rules.startsAt.map { $0 <= now } ?? true && rules.endsAt.map { now < $0 } ?? true
        let check = Check(
            .campaignDates, isInside ? .pass : .fail, reason: isInside ? nil : .campaignNotActive,
            expected: .period(rules.startsAt, rules.endsAt), observed: .time(now))
        return Item(
            check,
            sentence: "The campaign counts \(check.expected); the time is now \(now.rfc3339).")
    }

    private static func goal(of rules: CampaignRules) -> Item {
        Item(
            Check(
                .goalType, rules.goalType.isEmpty ? .fail : .pass,
                reason: rules.goalType.isEmpty ? .goalTypeMismatch : nil,
                expected: .text(rules.goalType), observed: .absent),
            sentence: rules.goalType.isEmpty
                ? "The campaign rewards no goal."
                : "The campaign rewards “\(rules.goalType)”; events must report exactly this goal.")
    }

    private static func rewards(of campaign: Campaign) -> Item {
        let count = campaign.rewards.count
        return Item(
            Check(
                .rewardExists, count > 0 ? .pass : .fail,
                reason: count > 0 ? nil : .noRewardConfigured, expected: .count(1),
                observed: .count(Int64(count))))
    }

    private static func stock(free: Int) -> Item {
        Item(
            Check(
                .couponAvailable, free > 0 ? .pass : .fail, reason: free > 0 ? nil : .poolEmpty,
                expected: .count(1), observed: .count(Int64(free))),
            sentence: free > 0
                ? "Unused coupons for new rewards: \(free)."
                : "No unused coupon is left for a new reward.")
    }

    /// The check of a cap. For a participant without an event a cap per lead counts only if they
    /// are the lead.
    private static func check(
        _ cap: Cap, of rule: CampaignReward, _ participant: ParticipantRow?, _ store: Store,
        _ now: Instant
    ) throws(StorageError) -> Item {
        let person = participant?.participant
        guard let person, cap.per != .lead || person.isLead else {
            return Item(
                Check(.cap, .skipped, reward: rule.id, expected: .absent, observed: .absent),
                sentence: "The cap of campaign reward \(rule.id.number) is \(cap.words).")
        }
        let scope = ClaimTable.Scope(
            cap, of: rule.id, window: cap.window.key(of: now), lead: person.id,
            referrer: person.referredBy ?? person.id)
        let former = try store.slotsOfPredecessors(
            of: cap, rule.id, window: cap.window.key(of: now),
            leads: store.tombstones.predecessors(of: person.id, in: person.campaign),
            referrers: store.tombstones.predecessors(
                of: person.referredBy ?? person.id, in: person.campaign))
        let used = try store.claims.usage(in: scope).used + former
        let fits = used < cap.count
        let isOnce = cap == .once(per: rule.beneficiary)
        return Item(
            Check(
                .cap, fits ? .pass : .fail,
                reason: fits ? nil : isOnce ? .alreadyRewarded : .capReached, reward: rule.id,
                expected: rule.caps.count == 1 ? .count(Int64(cap.count)) : .cap(cap),
                observed: .count(Int64(used))))
    }

    /// The rules of a reward that only an event can be checked against.
    private static func rules(of rule: CampaignReward) -> [Item] {
        let name = "Campaign reward \(rule.id.number)"
        func item(_ subject: Check.Subject, _ expected: Evidence, _ sentence: String) -> Item {
            Item(
                Check(subject, .skipped, reward: rule.id, expected: expected, observed: .absent),
                sentence: sentence)
        }
        var items: [Item] = []
        if let when = rule.rule.when {
            items.append(
                item(.when, .text(when), "\(name) is given only if the condition “\(when)” holds."))
        }
        if let group = rule.rule.group {
            items.append(
                item(
                    .group, .text(group),
                    "\(name) is in the group “\(group)”, of which one rule is used."))
        }
        if let every = rule.every {
            items.append(
                item(
                    .milestone, .count(Int64(every)),
                    "\(name) is earned by approved conversions number \(every), \(2 * every) and so"
                        + " on of the \(rule.beneficiary.rawValue)."))
        }
        if let hold = rule.rule.holdUntil {
            items.append(
                item(
                    .holdUntil, .text(hold.goal),
                    "\(name) is held until the lead reaches “\(hold.goal)”, at most \(hold.days)"
                        + " days."))
        }
        return items
    }
}

extension Preflight {
    /// True if no check fails.
    package var isClear: Bool { items.allSatisfy { $0.check.outcome != .fail } }

    /// `{"owner", "checks": [{"check", "outcome", "reason", "sentence", "remedy"}]}`.
    package func write(to writer: inout Writer) {
        writer.beginObject()
        writeMembers(to: &writer)
        writer.endObject()
    }

    /// Writes the same as members of a larger object.
    package func writeMembers(to writer: inout Writer) {
        writer.key("owner")
        if owner.isEmpty { writer.null() } else { writer.string(owner) }
        writer.list("checks", items) { $0.write(to: &$1) }
    }
}

extension Preflight.Item {
    fileprivate func write(to writer: inout Writer) {
        writer.beginObject()
        writer.member("check", check.subject.rawValue)
        if let reward = check.reward {
            writer.member("campaign_reward", reward.number)
        }
        writer.member("outcome", check.outcome.rawValue)
        if let reason = check.reason {
            writer.member("reason", reason.text)
        }
        writer.member("sentence", sentence)
        if let reason = check.reason {
            writer.member("remedy", reason.remedy)
        }
        writer.endObject()
    }
}

extension Preflight {
    /// The members that `writeMembers` writes.
    package static let properties: [JSONSchema.Property] = [
        .required("owner", .string.nullable),
        .required("checks", .array(of: Item.schema)),
    ]

    /// The schema of the object that `write` writes.
    package static let schema = JSONSchema.named("Preflight", .object(properties))
}

extension Preflight.Item {
    fileprivate static let schema = JSONSchema.object([
        .required("check", .choice(Check.Subject.self)),
        .optional("campaign_reward", .id),
        .required("outcome", .choice(Check.Outcome.self)),
        .optional("reason", ReasonCode.schema),
        .required("sentence", .string),
        .optional("remedy", .string),
    ])
}
