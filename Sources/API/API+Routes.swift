import Insight
import Ledger

extension API {
    /// All routes. OPTIONS, 405 with its `Allow`, and 404 follow from them.
    static let routes: [Route] = [
        .probe("healthz", "Answer 200 while the process runs", API.health),
        .probe(
            "readyz", "Answer 200 while events can be accepted, else 503 with the cause",
            API.readiness),
        .probe("metrics", "Show the metrics as Prometheus text", API.figures),
        .open("status", "Show the state of API v1, the Widget API and the webhooks", API.status),
        .open("api/v1/status", "Show the same as `/status`", API.status),

        .post(
            "members/api-key", "Create an API key; the answer shows it once", making: "keys/#",
            API.createKey),
        .list("keys", "List the API keys", API.keys),
        .get("keys/#", "Show an API key without its secret part", API.key),
        .patch("keys/#", "Rename an API key", API.renameKey),
        .delete("keys/#", "Revoke an API key for good", API.revokeKey),

        .list("campaigns", "List the campaigns", by: ["archived", "status"], API.campaigns),
        .post(
            "campaigns", "Create a campaign", making: "campaigns/#", inSlices: API.createCampaign),
        .get("campaigns/#", "Show a campaign", API.campaign),
        .patch("campaigns/#", "Change members of a campaign", inSlices: API.changeCampaign),
        .put("campaigns/#", "Replace a campaign", inSlices: API.changeCampaign),
        .delete("campaigns/#", "End a campaign and archive it", API.archiveCampaign),
        .post("campaigns/#/archive", "End a campaign and archive it", API.archiveCampaign),
        .post("campaigns/#/publish", "Make a campaign public or private", API.publishCampaign),
        .get(
            "campaigns/#/check", "Check what would keep the next event from a reward",
            API.checkCampaign),

        .list(
            "campaigns/#/rewards", "List the campaign rewards in their order", API.campaignRewards),
        .post(
            "campaigns/#/rewards", "Add a campaign reward", making: "campaigns/#/rewards/#",
            API.addCampaignReward),
        .get("campaigns/#/rewards/#", "Show a campaign reward", API.campaignReward),
        .patch(
            "campaigns/#/rewards/#", "Change members of a campaign reward", API.changeCampaignReward
        ),
        .put("campaigns/#/rewards/#", "Replace a campaign reward", API.changeCampaignReward),
        .delete(
            "campaigns/#/rewards/#", "Remove the last campaign reward", API.removeCampaignReward),

        .list(
            "campaigns/#/coupons", "List the coupons and count them by state", by: ["state"],
            API.coupons),
        .post(
            "campaigns/#/coupons", "Add coupons to the pool, or generate them from a pattern",
            taking: .jsonOrCSV, making: "campaigns/#/coupons",
            inSlices: API.addCoupons),
        .delete("campaigns/#/coupons/#", "Void a coupon that no reward has", API.voidCoupon),
        .post("campaigns/#/coupons/#/void", "Void a coupon that no reward has", API.voidCoupon),

        .list(
            "participants", "List the participants",
            by: ["campaign", "role", "referred_by", "referral_code", "email", "external_id"],
            API.participants),
        .post(
            "participants", "Create a participant, or change an existing one",
            making: "participants/#", API.enrolParticipant),
        .post(
            "participants/import", "Import participants, all rows or none", taking: .csv,
            inSlices: API.importParticipants),
        .get(
            "participants/export", "Export participants, 10,000 rows a page",
            query: ["campaign", "cursor"], API.exportParticipants),
        .get("participants/#", "Show a participant", API.participant),
        .patch("participants/#", "Change members of a participant", API.changeParticipant),
        .put("participants/#", "Replace a participant", API.changeParticipant),
        .delete(
            "participants/#", "Delete a person; code, amounts and ledger stay",
            API.deleteParticipant),
        .post(
            "participants/#/qualify", "Qualify a participant by hand, as if an event had come",
            API.qualifyParticipant),

        .list("waitlists", "List the waitlists with the counts of their signups", API.waitlists),
        .get("waitlists/*", "Show a waitlist by its UUID", API.waitlist),
        .post(
            "waitlists/*/admit", "Approve the first waiting signups of a waitlist",
            inSlices: API.admit),
        .get(
            "signups", "List the signups of a waitlist in their order",
            query: ["waitlist_id", "status", "limit", "offset"], API.signups),
        .post("signups", "Add a person to a waitlist", making: "signups/*", API.createSignup),
        .get("signups/*", "Show a signup with its position", API.signup),
        .patch("signups/*", "Change the status of a signup", API.changeSignup),
        .delete("signups/*", "Delete a signup with its person", API.deleteSignup),

        .list("sources", "List the sources", API.sources),
        .post("sources", "Create a source", making: "sources/*", API.createSource),
        .get("sources/*", "Show a source without its secrets", API.source),
        .patch("sources/*", "Change members of a source", API.changeSource),
        .put("sources/*", "Replace a source", API.changeSource),
        .delete("sources/*", "Delete a source; its events stay", API.deleteSource),
        .post("sources/*/rotate-secret", "Rotate the secret of a source", API.rotateSourceSecret),
        .post("sources/*/end-rotation", "End the overlap of a rotation now", API.endSourceRotation),
        .get(
            "sources/*/setup", "Show address, steps and a signed `curl` command for the partner",
            API.sourceSetup),

        .list("webhooks", "List the webhooks", API.webhooks),
        .post("webhooks", "Create a webhook", making: "webhooks/#", API.createWebhook),
        .post(
            "webhooks/subscribe", "Subscribe to one event of a waitlist, in ReferralLoop's form",
            API.subscribe),
        .delete(
            "webhooks/unsubscribe/*", "Delete a subscription and cancel its waiting deliveries",
            inSlices: API.unsubscribe),
        .get("webhooks/#", "Show a webhook without its secret", API.webhook),
        .patch("webhooks/#", "Change members of a webhook", API.changeWebhook),
        .put("webhooks/#", "Replace a webhook", API.changeWebhook),
        .delete(
            "webhooks/#", "Delete a webhook and cancel its waiting deliveries",
            inSlices: API.deleteWebhook),
        .post(
            "webhooks/#/rotate-secret", "Rotate the secret of a webhook", API.rotateWebhookSecret),
        .post(
            "webhooks/#/end-rotation", "End the overlap of a rotation now", API.endWebhookRotation),
        .post("webhooks/#/test", "Send a test notification", API.tryWebhook),
        .post(
            "webhooks/#/resend", "Send failed deliveries of a webhook again",
            inSlices: API.resendFailed),
        .list(
            "webhooks/#/deliveries", "List the deliveries of a webhook", by: ["status", "type"],
            API.deliveries),

        .list(
            "deliveries", "List the deliveries", by: ["webhook", "status", "type"], API.deliveries),
        .get("deliveries/#", "Show a delivery with its attempts", API.delivery),
        .post("deliveries/#/resend", "Send a finished delivery again", API.resendDelivery),

        .list(
            "conversions", "List the conversions", by: ["campaign", "status", "lead", "referrer"],
            API.conversions),
        .get(
            "conversions/#", "Show a conversion with rewards, refunds, reviews and trace",
            API.conversion),
        .post(
            "conversions/#/approve", "Approve a conversion that waits for review",
            API.approveConversion),
        .post(
            "conversions/#/reject", "Reject a conversion that waits for review",
            API.rejectConversion),
        .post("conversions/#/fraud", "Mark a conversion as fraud", API.markFraud),
        .post(
            "conversions/#/reverse", "Reverse a conversion, in full or by an amount",
            API.reverseConversion),

        .list(
            "rewards", "List the rewards", by: ["campaign", "status", "beneficiary"], API.rewards),
        .get("rewards/#", "Show a reward with ledger, reviews and trace", API.reward),
        .post("rewards/#/approve", "Approve a reward that waits for review", API.approveReward),
        .post("rewards/#/reject", "Reject a reward that waits for review", API.rejectReward),
        .post("rewards/#/redeem", "Mark a reward as redeemed", API.redeemReward),
        .post("rewards/#/revoke", "Revoke a reward", API.revokeReward),

        .list("payouts", "List the payouts", by: ["campaign", "status"], API.payouts),
        .post(
            "payouts", "Gather issued cash rewards into a payout", making: "payouts/#",
            inSlices: API.createPayout),
        .get(
            "payouts/totals", "Show what each participant was paid in a year, as CSV",
            query: ["year", "cursor"], API.payoutTotals),
        .get(
            "payouts/#", "Show a payout with its rewards, as JSON or CSV",
            query: ["format", "limit", "cursor"], API.payout),
        .post(
            "payouts/#/paid", "Mark a payout as paid and redeem its rewards",
            inSlices: API.markPaid),
        .post(
            "payouts/#/failed", "Mark a payout as failed and free its rewards",
            inSlices: API.markFailed),
        .get(
            "reports", "Sum up enrolments, referrals, conversions and rewards, as JSON or CSV",
            query: ReportQuery.parameters, API.report),
        .get(
            "explain", "Explain why a reward was or was not given", query: Explanation.Query.names,
            API.explain),
        .list("events", "List the events", by: ["outcome", "source"], API.events),
        .get("events/#", "Show an event with its trace", API.event),
        .post("events/#/replay", "Decide an event again under the rules in force", API.replay),
    ]
}
