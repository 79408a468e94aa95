import Ledger
import Referrals
import Storage
import Time

extension Explanation.Person {
    /// The person in a sentence.
    package var introduction: String {
        let campaign = "campaign \(row.participant.campaign.declared.number)"
        var words =
            referrerCode.map { "\(row.code) is a lead of \($0) in \(campaign)" }
            ?? "\(row.code) is a referrer in \(campaign)"
        if !campaignName.isEmpty { words += " “\(campaignName)”" }
        if leadCount > 0 { words += leadCount == 1 ? ", with 1 lead" : ", with \(leadCount) leads" }
        words += ", joined \(row.participant.joinedAt.rfc3339)"
        if isErased { words += ", deleted since" }
        if row.participant.isDisabled { words += ", disabled" }
        return words + "."
    }

    /// The sentence for a person without events.
    var withoutEvent: String {
        let obstacles = preflight?.items.filter { $0.check.outcome == .fail } ?? []
        let named =
            "No event has named \(row.code)\(row.participant.isLead ? "" : " or a lead of theirs")"
        switch obstacles.count {
        case 0: return "\(named) yet; there is no obstacle to a reward."
        case 1: return "\(named) yet. There is one obstacle to a reward: \(obstacles[0].sentence)"
        default: return "\(named) yet, and there are \(obstacles.count) obstacles to a reward."
        }
    }
}

extension Explanation {
    /// The result of the events: only the near miss if there is one, and the rewards given.
    var sentenceOfEvents: String {
        guard let first = events.first else { return "" }
        let given =
            givenRewards
            ?? Set(events.flatMap(\.rewards).filter(\.isGiven).map(\.row.id)).count
        let rewards =
            switch given {
            case 0: "No reward has been given."
            case Self.mostCounted...: "Rewards given so far: \(Self.mostCounted) or more."
            default: "Rewards given so far: \(given)."
            }
        if first.isNearMiss || given == 0 {
            return "Event \(first.row.id.number) is \(first.row.outcome.rawValue). \(first.summary)"
                + " \(rewards)"
        }
        return rewards
    }
}

extension ExplainedEvent.Reward {
    /// True if the beneficiary has the reward.
    var isGiven: Bool { row.status == .issued || row.status == .redeemed }

    /// The reward and its state in a sentence.
    package var sentence: String {
        let what = "\(kind.map { "\($0.rawValue) " } ?? "")reward"
        var words = "\(what.prefix(1).uppercased())\(what.dropFirst()) \(row.id.number) for the"
        words += " \(beneficiary.rawValue) is \(row.status.words)"
        if let coupon { words += ", its coupon \(coupon.rawValue)" }
        if let left = amountLeft { words += "; \(left)" }
        return words + "."
    }
}

extension ExplainedEvent.Reward {
    /// The rest of an amount after refunds; nil if they took nothing, or there is no amount.
    private var amountLeft: String? {
        guard let value = row.value, let remaining, remaining != value.units else { return nil }
        switch value {
        case .money(let money):
            return "\(Money(remaining, money.currency)) of \(money) are left"
        case .points(let points): return "\(remaining) of \(points) points are left"
        case .text, .nothingStated: return nil
        }
    }
}

extension ExplainedEvent {
    /// The time of the event, its source, and its outcome.
    package var headline: String {
        var words = "Event \(row.id.number) from \(source), received \(row.receivedAt.rfc3339)"
        if let goal { words += ", goal “\(goal)”" }
        if let lead { words += ", lead \(lead.code)" }
        if let referrer { words += ", referrer \(referrer.code)" }
        return words + ": \(row.outcome.rawValue)."
    }

    /// The remedies, each once, in the order of the reasons.
    package var remedies: [String] {
        var remedies: [String] = []
        for reason in reasonsNow {
            let remedy = remedy(for: reason)
            if !remedies.contains(remedy) { remedies.append(remedy) }
        }
        return remedies
    }

    /// The remedy for a reason in the present state of the event.
    func remedy(for reason: ReasonCode) -> String {
        let isReplayed = reason.needsReplay || isWaitOver && reason.endsByItself
        guard row.conversion == nil, isReplayed else { return reason.remedy }
        guard row.body != nil else {
            return "The body was erased, so the event cannot be replayed; have it sent again."
        }
        switch reason {
        case .leadUnknown:
            return reason.remedy
                + " POST /api/v1/events/\(row.id.number)/replay takes {\"lead\": {\"email\": …}}"
                + " or {\"lead\": {\"customer\": …}}."
        case .unknownCode:
            return "Create or import the participant, or send the purchase the refund belongs to;"
                + " then replay the event, which no longer waits."
        case .sourcePaused:
            return "Resume the source; then replay the event, which no longer waits."
        default: return reason.remedy
        }
    }

    /// True if only a replay decides the event again.
    private var isWaitOver: Bool { !isWaiting && row.conversion == nil }

    /// The present reasons of the event and of its rewards; past ones need no remedy.
    private var reasonsNow: Reasons {
        let ofRewards = rewards.reduce(Reasons()) { $0.union($1.row.reasons) }
        guard let conversion, conversion.id.number == row.id.number else {
            return row.reasons.union(ofRewards)
        }
        let passing: Reasons = [.heldUntil, .poolEmpty, .awaitingReview, .conditionUnknown]
        let isOver = conversion.status != .pending && conversion.status != .approved
        return isOver ? ofRewards : row.reasons.subtracting(passing).union(ofRewards)
    }
}

extension ReasonCode {
    /// True if the remedy is to replay the event.
    fileprivate var needsReplay: Bool {
        switch self {
        case .codeDisabled, .leadUnknown, .noReferrer, .goalTypeMismatch, .campaignNotPublished,
            .campaignNotActive, .outsideAttributionWindow, .conditionFalse, .mappingMissingField,
            .mappingTypeError:
            true
        default: false
        }
    }

    /// True if a parked event is decided again when the missing part appears.
    fileprivate var endsByItself: Bool { self == .unknownCode || self == .sourcePaused }
}

extension ExplainedEvent.Reviewed {
    /// The decision, with the note of the person who made it.
    var sentence: String {
        var words = "Review of \(kind.rawValue) \(subject), \(review.at.rfc3339): \(review.action)"
        if let note = review.note { words += ", with the note “\(note)”" }
        return words + "."
    }
}

extension RewardStatus {
    fileprivate var words: String {
        switch self {
        case .inReview: "in review"
        case .pending: "held"
        case .waitingStock: "waiting for a coupon"
        case .issued, .redeemed, .rejected, .revoked: rawValue
        }
    }
}
