// Sentences for support staff: the expected and the observed value, without names or addresses.

import Time

extension Check {
    /// The result as a sentence that a support person can forward.
    package var sentence: String {
        switch outcome {
        case .pass: passed
        case .fail: failed
        case .unknown: unanswered
        case .skipped: "Not checked: \(subject.whySkipped)."
        }
    }

    private var passed: String {
        switch subject {
        case .notTest: "The event is not marked as a test."
        case .sourceActive: "The source is active."
        case .codeKnown: "The code \(observed) names a participant."
        case .codeEnabled: "The participants are enabled."
        case .leadKnown: observed == .text("new") ? "The lead is new." : "The lead is known."
        case .twoPeople: "Referrer and lead are two participants."
        case .leadReferred: "The lead has a referrer."
        case .firstReferrer: "The owner of the code was the first to refer the lead."
        case .goalType: "The event reports \(observed), which the campaign rewards."
        case .firstConversion: "This goal was not counted before."
        case .campaignPublished: "The campaign is not a draft."
        case .campaignActive: "The campaign's status allows rewards."
        case .campaignDates: "The goal was reached at \(observed), within the campaign's dates."
        case .attributionWindow: "The goal was reached at \(observed), soon enough after joining."
        case .rewardExists: "The campaign has rewards: \(observed)."
        case .goalThreshold:
            "At least \(observed) of the referrer's leads reached the goal; \(expected) are needed."
        case .condition: "The condition \(expected) holds."
        case .amountPositive: "The purchase's amount is above zero."
        case .notRefunded: "The purchase was not refunded in full before it arrived."
        case .rewardValue: "The reward is worth \(observed)."
        case .selfReferral: "Referrer and lead use \(observed.plain)."
        case .velocity:
            "This is the referrer's conversion \(observed) in the window; up to \(expected) need no review."
        case .timeSinceJoin:
            "The goal was reached \(observed) after joining; the minimum is \(expected)."
        case .disposableEmail: "The lead's address is not a throw-away address."
        case .blocklist: "Neither the lead nor the referrer is on the blocklist."
        case .released:
            "The event reports \(expected), for which rewards are held; rewards that it releases: \(observed)."
        case .when: "The reward's condition \(expected) holds."
        case .group: "The reward's rule is the one of its group that is used."
        case .milestone: "This is approved conversion \(observed), which earns the reward."
        case .multipleFree: "The reward for this number of conversions was not granted before."
        case .cap: "The cap is \(expected); granted before: \(observed)."
        case .budget: "With this reward, \(observed) of the budget of \(expected) is spent."
        case .couponAvailable: "Unused coupons: \(observed)."
        case .review: "The rule \(expected) requires no review."
        case .hold: "The reward is not held."
        case .holdUntil: "The lead has reached \(expected), for which the reward is held."
        }
    }

    private var failed: String {
        switch subject {
        case .notTest: "The event is marked as a test."
        case .sourceActive: "The source should be active, but is paused."
        case .codeKnown: "The event's code should name a participant, but is \(observed.plain)."
        case .codeEnabled: "Both participants should be enabled, but: \(observed.plain)."
        case .leadKnown:
            "The event should identify the lead, but does not."
        case .twoPeople: "Referrer and lead should be two people, but are one participant."
        case .leadReferred: "The lead should have a referrer, but has none."
        case .firstReferrer: "Another referrer was the first to refer the lead."
        case .goalType: "The campaign rewards \(expected); the event reports \(observed)."
        case .firstConversion: "The goal was counted before, as conversion \(observed)."
        case .campaignPublished: "The campaign should be published, but is a draft."
        case .campaignActive: "The campaign should be active, but is \(observed.plain)."
        case .campaignDates: "The campaign counts \(expected); the goal was reached at \(observed)."
        case .attributionWindow:
            "The lead's goals count \(expected); this was reached at \(observed)."
        case .rewardExists: "The campaign should have a reward, but has none."
        case .goalThreshold:
            "The referrer needs \(expected) leads who reached the goal, and has \(observed)."
        case .condition: "The condition \(expected) should be true, but is false."
        case .amountPositive: "The purchase's amount should be above zero, but is \(observed)."
        case .notRefunded: "The purchase was refunded in full before it arrived."
        case .rewardValue: "The reward should have a value above zero, but is worth \(observed)."
        case .selfReferral:
            "Referrer and lead should use \(expected.plain), but use \(observed.plain)."
        case .velocity:
            "Up to \(expected) conversions of a referrer in the window need no review; this is number \(observed) or later."
        case .timeSinceJoin:
            "The time from joining to goal should be at least \(expected), but was \(observed)."
        case .disposableEmail: "The lead uses a throw-away address."
        case .blocklist: "The lead or the referrer is on the campaign's blocklist."
        case .released: "The event releases no reward."
        case .when: "The reward's condition \(expected) should be true, but is false."
        case .group: "Another rule of the group \(expected) is used."
        case .milestone:
            "Approved conversion \(expected) earns the reward; this is number \(observed)."
        case .multipleFree:
            "The reward for this number of conversions is held by an earlier conversion."
        case .cap: "The cap is \(expected); granted before: \(observed)."
        case .budget: "The budget is \(expected); with this reward, \(observed) would be spent."
        case .couponAvailable: "An unused coupon is needed, and none is left."
        case .review:
            observed == .text("always")
                ? "The campaign requires a review of every conversion."
                : "The rule \(expected) requires a review."
        case .hold: "The reward is held until \(expected)."
        case .holdUntil: "The lead has not reached \(expected) yet; the reward waits for it."
        }
    }

    private var unanswered: String {
        switch subject {
        case .rewardValue where reason == .currencyMismatch:
            "The reward has amounts in \(expected.plain), but the event's currency is \(observed.plain)."
        case .rewardValue:
            "The reward is a share of the amount, but the event has no amount or no currency."
        default: "The rule \(expected) could not be evaluated: \(observed.plain)."
        }
    }
}

extension Check.Subject {
    fileprivate var whySkipped: String {
        switch self {
        case .codeKnown: "the event has no code"
        case .twoPeople, .leadReferred, .firstReferrer: "the lead is not known"
        case .attributionWindow: "the campaign sets no attribution_days, or the lead is new"
        case .goalThreshold: "the campaign sets no goal_threshold"
        case .condition: "the campaign has no conditions"
        case .amountPositive: "the event is not a purchase, or has no amount"
        case .selfReferral: "the check is off, or an address is not known"
        case .velocity: "the campaign sets no velocity"
        case .timeSinceJoin: "the campaign sets no min_seconds_since_join, or the lead is new"
        case .disposableEmail: "the check is off, or the lead's address is not known"
        case .blocklist: "the campaign has no blocklist"
        case .group: "an earlier rule of the reward's group is used"
        case .milestone: "the conversion is counted when it is approved"
        case .budget: "the reward has no budget, or its value is not known"
        case .review: "the campaign requires no review"
        case .hold: "there is no reward to hold"
        default: "no campaign is known"
        }
    }
}

extension Evidence: CustomStringConvertible {
    /// The value as it appears in a sentence, with text in quotation marks.
    package var description: String {
        if case .text(let text) = self { return "“\(text)”" }
        return plain
    }

    /// The value without quotation marks.
    var plain: String {
        switch self {
        case .absent: "nothing"
        case .text(let text): text
        case .boolean(let boolean): boolean ? "yes" : "no"
        case .count(let number): String(number)
        case .seconds(let seconds): "\(seconds) seconds"
        case .time(let instant): instant.rfc3339
        case .period(nil, nil): "at any time"
        case .period(let start?, nil): "from \(start.rfc3339) on"
        case .period(nil, let end?): "before \(end.rfc3339)"
        case .period(let start?, let end?):
            "from \(start.rfc3339) on and before \(end.rfc3339)"
        case .value(.money(let money)): money.description
        case .value(.points(let points)): "\(points) points"
        case .value(.text(let text)): text
        case .value(.nothingStated): "what the coupon says"
        case .cap(let cap): cap.words
        }
    }
}

extension Cap {
    /// The cap in words, such as `5 per referrer and month`.
    package var words: String {
        let time =
            switch window {
            case .total: " in total"
            case .day: " and day"
            case .month: " and month"
            }
        return "\(count) per \(per.rawValue)\(time)"
    }
}
