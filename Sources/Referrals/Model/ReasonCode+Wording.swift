extension ReasonCode {
    /// The code as it appears in responses, reports and files.
    package var text: String { entry.text }
    /// The meaning, in a sentence that a support person can forward.
    package var sentence: String { entry.sentence }
    /// The steps to take, in a sentence.
    package var remedy: String { entry.remedy }
    /// The outcome that this reason alone gives an event; nil for reasons of refused requests and
    /// of operators' actions.
    package var outcome: Outcome? { entry.outcome }

    /// Returns nil if no reason code has this text.
    package init?(text: String) {
        guard let code = Self.allCases.first(where: { same($0.text, text) }) else { return nil }
        self = code
    }
}

private struct Entry {
    let text: String
    let outcome: Outcome?
    let sentence: String
    let remedy: String

    init(_ text: String, _ outcome: Outcome?, _ sentence: String, remedy: String) {
        self.text = text
        self.outcome = outcome
        self.sentence = sentence
        self.remedy = remedy
    }
}

extension ReasonCode {
    private var entry: Entry {
        switch self {
        case .testEvent:
            Entry(
                "test_event", .ignored, "The sender marked the event as a test.",
                remedy: "Nothing to do; send it without the test mark to have it decided.")
        case .sourcePaused:
            Entry(
                "source_paused", .parked, "The source that sent the event is paused.",
                remedy: "Resume the source; its parked events are then decided automatically.")
        case .unknownCode:
            Entry(
                "unknown_code", .parked,
                "No participant has this referral code yet, or no conversion has this business key.",
                remedy:
                    "Create or import the participant, or send the purchase the refund belongs to;"
                    + " the event is then decided automatically.")
        case .codeDisabled:
            Entry(
                "code_disabled", .rejected, "The referral code belongs to a disabled participant.",
                remedy: "Enable the participant and replay the event.")
        case .leadUnknown:
            Entry(
                "lead_unknown", .rejected,
                "The event does not identify the lead: its code belongs to a referrer, or to no participant.",
                remedy:
                    "Send the lead's own code, e-mail or customer id, or replay the event with a lead"
                    + " named.")
        case .noReferrer:
            Entry(
                "no_referrer", .rejected, "This participant has no referrer.",
                remedy: "Record the referrer of the participant and replay the event.")
        case .attributedElsewhere:
            Entry(
                "attributed_elsewhere", .rejected,
                "Another referrer referred this lead first, and keeps it.",
                remedy: "Nothing to do; the lead's own referrer is rewarded for it.")
        case .goalTypeMismatch:
            Entry(
                "goal_type_mismatch", .rejected,
                "The campaign does not reward the goal of the event.",
                remedy:
                    "Compare the event's goal with the campaign's goal_type; correct the mapping or the"
                    + " campaign, and replay.")
        case .conversionDuplicate:
            Entry(
                "conversion_duplicate", .ignored, "This conversion was already counted.",
                remedy:
                    "Nothing to do; see the first conversion. To count every purchase, set conversions"
                    + " to every and map a business key.")
        case .campaignNotPublished:
            Entry(
                "campaign_not_published", .rejected, "The campaign is still a draft.",
                remedy: "Set the campaign's status to active and replay the event.")
        case .campaignNotActive:
            Entry(
                "campaign_not_active", .rejected,
                "The campaign is paused or ended, or the goal was reached outside its dates.",
                remedy:
                    "Check the campaign's status, starts_at and ends_at; replay the event after a change."
            )
        case .outsideAttributionWindow:
            Entry(
                "outside_attribution_window", .rejected,
                "The goal was reached too long after the lead joined.",
                remedy: "Raise attribution_days if this should count, and replay the event.")
        case .amountNotPositive:
            Entry(
                "amount_not_positive", .qualified, "The purchase's amount is zero or less.",
                remedy: "Nothing to do; a purchase with an amount above zero earns rewards.")
        case .noRewardConfigured:
            Entry(
                "no_reward_configured", .qualified,
                "The campaign has no reward for this conversion.",
                remedy: "Add a campaign reward; it applies from the next conversion on.")
        case .goalNotReached:
            Entry(
                "goal_not_reached", .qualified,
                "The referrer needs more qualified leads before the reward is due.",
                remedy: "Nothing to do; the conversion counts towards goal_threshold.")
        case .conditionFalse:
            Entry(
                "condition_false", .rejected, "A condition of the campaign is false.",
                remedy: "See the condition in the trace; change the rule or the data, and replay.")
        case .conditionUnknown:
            Entry(
                "condition_unknown", .held,
                "A rule could not be evaluated: a value is missing, or an error occurred.",
                remedy:
                    "Approve or reject it by hand; guard the rule with has(...), or map the missing"
                    + " field.")
        case .selfReferralEmail:
            Entry(
                "self_referral_email", .rejected, "Referrer and lead are the same person.",
                remedy: "Nothing to do; people cannot refer themselves.")
        case .selfReferralAlias:
            Entry(
                "self_referral_alias", .rejected,
                "Referrer and lead use addresses of one mailbox, or are one customer of the partner.",
                remedy:
                    "Nothing to do; if they are two people, set risk.self_referral to email and replay."
            )
        case .velocity:
            Entry(
                "velocity", .held, "The referrer has unusually many conversions in a short time.",
                remedy: "Look at the referrer's conversions, then approve or mark as fraud.")
        case .tooFast:
            Entry(
                "too_fast", .held, "The goal was reached implausibly soon after the lead joined.",
                remedy: "Look at the lead, then approve or mark as fraud.")
        case .disposableEmail:
            Entry(
                "disposable_email", .held, "The lead uses a throw-away e-mail address.",
                remedy: "Look at the lead, then approve or mark as fraud.")
        case .blocklisted:
            Entry(
                "blocklisted", .held, "The lead or the referrer is on the campaign's blocklist.",
                remedy: "Approve by hand, or take the entry off the blocklist.")
        case .alreadyRewarded:
            Entry(
                "already_rewarded", .qualified,
                "This reward is granted once, and was granted before.",
                remedy: "Nothing to do; raise the reward's cap to reward more than once.")
        case .capReached:
            Entry(
                "cap_reached", .qualified, "The reward's cap is reached.",
                remedy: "Raise the cap, or wait for its next window.")
        case .budgetExhausted:
            Entry(
                "budget_exhausted", .qualified,
                "The rest of the reward's budget is too small.",
                remedy: "Raise the budget; conversions from then on are rewarded.")
        case .poolEmpty:
            Entry(
                "pool_empty", .qualified, "No unused coupon is left.",
                remedy:
                    "Upload or generate coupons; rewards that wait for one are issued automatically."
            )
        case .rewardConditionFalse:
            Entry(
                "reward_condition_false", .qualified, "The condition of the reward is false.",
                remedy:
                    "See the reward's when in the trace; change the rule if this should be rewarded."
            )
        case .milestoneNotReached:
            Entry(
                "milestone_not_reached", .qualified,
                "The reward is due only with each n-th approved conversion.",
                remedy: "Nothing to do; the conversion counts towards the next one.")
        case .currencyMismatch:
            Entry(
                "currency_mismatch", .held,
                "The reward has no amount in the currency of the event.",
                remedy:
                    "Approve the reward with a value, or reject it; add the currency to the rule's"
                    + " amounts.")
        case .holdExpired:
            Entry(
                "hold_expired", .qualified,
                "The lead did not reach the goal for which the reward waited in time.",
                remedy: "Nothing to do; raise hold_until.days to wait longer.")
        case .awaitingReview:
            Entry(
                "awaiting_review", .held, "The campaign requires a review of this conversion.",
                remedy: "Approve or reject it in the review queue.")
        case .reviewRejected:
            Entry(
                "review_rejected", .rejected, "A reviewer rejected the conversion or the reward.",
                remedy: "See the reviewer's note.")
        case .heldUntil:
            Entry(
                "held_until", .held, "The reward is held for some days in case of a refund.",
                remedy: "Nothing to do; it is issued automatically when the hold ends.")
        case .refundedPartial:
            Entry(
                "refunded_partial", .reversed, "Part of the purchase was refunded.",
                remedy: "Nothing to do; rewards in percent have shrunk in proportion.")
        case .refundedFull:
            Entry(
                "refunded_full", .reversed, "The purchase was refunded in full.",
                remedy: "Nothing to do; its rewards were revoked.")
        case .reinstated:
            Entry(
                "reinstated", .rewarded, "The refund was reversed, and the rewards were restored.",
                remedy: "Nothing to do.")
        case .revokedByOperator:
            Entry(
                "revoked_by_operator", nil, "An operator revoked the reward.",
                remedy: "See the operator's note.")
        case .unknownSource:
            Entry(
                "unknown_source", nil, "No source has this address.",
                remedy: "Compare the URL with the one the source's setup shows.")
        case .signatureMissing:
            Entry(
                "signature_missing", nil,
                "The request has no signature of the source's scheme.",
                remedy: "Send the headers that the source's setup shows.")
        case .signatureMismatch:
            Entry(
                "signature_mismatch", nil, "The signature does not match the body and the secret.",
                remedy: "Compare the secrets, and sign the raw bytes that are sent.")
        case .timestampOutOfWindow:
            Entry(
                "timestamp_out_of_window", nil, "The signed time is too far from the current time.",
                remedy: "Correct the sender's clock, and sign each attempt with the current time.")
        case .invalidJSON:
            Entry(
                "invalid_json", nil, "The body is not valid JSON.",
                remedy: "Correct the body at the given line and column.")
        case .mappingMissingField:
            Entry(
                "mapping_missing_field", .unmapped,
                "The payload lacks a field that the mapping needs.",
                remedy: "Correct the source's mapping and replay the event.")
        case .mappingTypeError:
            Entry(
                "mapping_type_error", .unmapped, "A mapped value is of the wrong type.",
                remedy: "Correct the source's mapping and replay the event.")
        case .eventIDReused:
            Entry(
                "event_id_reused", nil,
                "An event with this id and other fields was received before.",
                remedy: "Give each event an id of its own.")
        }
    }
}
