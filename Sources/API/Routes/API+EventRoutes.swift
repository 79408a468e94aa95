import Declarations
import HTTP
import Insight
import Ledger
import Referrals
import Storage

extension API {
    static let conversionRoutes: [Route] = [
        .list(
            "conversions", "listConversions", "List the conversions",
            filteredBy: conversionFilters, of: conversionSchema, by: API.conversions),
        .get(
            "conversions/#", "showConversion",
            "Show a conversion with rewards, refunds, reviews and trace",
            answering: .ok(tracedConversionSchema), by: API.conversion),
        .post(
            "conversions/#/approve", "approveConversion",
            "Approve a conversion that waits for review", taking: .json(Remark.schema),
            answering: .ok(conversionDetailSchema), by: API.approveConversion
        ).needing(.operate),
        .post(
            "conversions/#/reject", "rejectConversion", "Reject a conversion that waits for review",
            taking: .json(Remark.schema), answering: .ok(conversionDetailSchema),
            by: API.rejectConversion
        ).needing(.operate),
        .post(
            "conversions/#/fraud", "markFraud", "Mark a conversion as fraud",
            taking: .json(Remark.schema), answering: .ok(conversionDetailSchema),
            by: API.markFraud
        ).needing(.operate),
        .post(
            "conversions/#/reverse", "reverseConversion",
            "Reverse a conversion, in full or by an amount", taking: .json(ReverseRequest.schema),
            answering: .ok(conversionDetailSchema), by: API.reverseConversion
        ).needing(.operate),
    ]

    static let rewardRoutes: [Route] = [
        .list(
            "rewards", "listRewards", "List the rewards",
            filteredBy: rewardFilters, of: rewardSchema, by: API.rewards),
        .get(
            "rewards/#", "showReward", "Show a reward with ledger, reviews and trace",
            answering: .ok(tracedRewardSchema), by: API.reward),
        .post(
            "rewards/#/approve", "approveReward", "Approve a reward that waits for review",
            taking: .json(RewardApproval.schema), answering: .ok(rewardDetailSchema),
            by: API.approveReward
        ).needing(.operate),
        .post(
            "rewards/#/reject", "rejectReward", "Reject a reward that waits for review",
            taking: .json(Remark.schema), answering: .ok(rewardDetailSchema), by: API.rejectReward
        ).needing(.operate),
        .post(
            "rewards/#/redeem", "redeemReward", "Mark a reward as redeemed",
            taking: .json(Remark.schema), answering: .ok(rewardDetailSchema), by: API.redeemReward
        ).needing(.operate),
        .post(
            "rewards/#/revoke", "revokeReward", "Revoke a reward", taking: .json(Remark.schema),
            answering: .ok(rewardDetailSchema), by: API.revokeReward
        ).needing(.operate),
    ]

    static let payoutRoutes: [Route] = [
        .list(
            "payouts", "listPayouts", "List the payouts",
            filteredBy: [
                campaignFilter,
                .choice("status", of: PayoutRow.Status.self, "The status of the payouts."),
            ], of: payoutSchema, by: API.payouts),
        .change(
            .post, "payouts", "createPayout", "Gather issued cash rewards into a payout",
            taking: .json(PayoutRequest.schema),
            answering: .created(payoutSchema, at: "payouts/#"), inSlicesBy: API.createPayout),
        .get(
            "payouts/totals", "showPayoutTotals",
            "Show what each participant was paid in a year, as CSV", query: totalParameters,
            answering: .text("text/csv", fields: [.nextPage]), by: API.payoutTotals),
        .get(
            "payouts/#", "showPayout", "Show a payout with its rewards, as JSON or CSV",
            query: payoutParameters, answering: .ok(payoutDetailSchema, orText: "text/csv"),
            by: API.payout),
        .change(
            .post, "payouts/#/paid", "markPayoutPaid",
            "Mark a payout as paid and redeem its rewards", taking: .nothing,
            answering: .ok(payoutSchema), inSlicesBy: API.markPaid
        ).needing(.operate),
        .change(
            .post, "payouts/#/failed", "markPayoutFailed",
            "Mark a payout as failed and free its rewards", taking: .nothing,
            answering: .ok(payoutSchema), inSlicesBy: API.markFailed
        ).needing(.operate),
    ]

    static let eventRoutes: [Route] = [
        .get(
            "reports", "showReport",
            "Sum up enrolments, referrals, conversions and rewards, as JSON or CSV",
            query: ReportQuery.parameters, answering: .ok(reportSchema, orText: "text/csv"),
            by: API.report),
        .get(
            "explain", "explain", "Explain why a reward was or was not given",
            query: [
                .text("code", "A referral code."),
                .text("email", "An e-mail address."),
                .number("event", "The number of an event."),
                .text("business_key", "The number of an order or invoice."),
                .text("customer", "The partner's id of a person."),
            ], answering: .ok(Explanation.schema), by: API.explain),
        .list(
            "events", "listEvents", "List the events", filteredBy: eventFilters, of: eventSchema,
            by: API.events),
        .get(
            "events/#", "showEvent", "Show an event as received, with its trace",
            answering: .ok(tracedEventSchema), by: API.event),
        .post(
            "events/#/replay", "replayEvent", "Decide an event again under the rules in force",
            taking: .json(ReplayRequest.schema), answering: .ok(replaySchema), by: API.replay
        ).needing(.operate),
    ]
}
