import Inbound

extension API {
    /// Everything that can be asked for. OPTIONS, 405 with its `Allow`, and 404 follow from it.
    static let routes: [Route] = [
        .probe("healthz", API.health),
        .probe("readyz", API.readiness),
        .probe("metrics", API.figures),
        .open("status", API.status),
        .open("api/v1/status", API.status),

        .post("members/api-key", making: "keys/#", API.createKey),
        .list("keys", API.keys),
        .get("keys/#", API.key),
        .patch("keys/#", API.renameKey),
        .delete("keys/#", API.revokeKey),

        .list("campaigns", by: ["archived", "status"], API.campaigns),
        .post("campaigns", making: "campaigns/#", inSlices: API.createCampaign),
        .get("campaigns/#", API.campaign),
        .patch("campaigns/#", inSlices: API.changeCampaign),
        .put("campaigns/#", inSlices: API.changeCampaign),
        .delete("campaigns/#", API.archiveCampaign),
        .post("campaigns/#/archive", API.archiveCampaign),
        .post("campaigns/#/publish", API.publishCampaign),
        .get("campaigns/#/check", API.checkCampaign),

        .list("campaigns/#/rewards", API.campaignRewards),
        .post(
            "campaigns/#/rewards", making: "campaigns/#/rewards/#", API.addCampaignReward),
        .get("campaigns/#/rewards/#", API.campaignReward),
        .patch("campaigns/#/rewards/#", API.changeCampaignReward),
        .put("campaigns/#/rewards/#", API.changeCampaignReward),
        .delete("campaigns/#/rewards/#", API.removeCampaignReward),

        .list("campaigns/#/coupons", by: ["state"], API.coupons),
        .post(
            "campaigns/#/coupons", taking: .jsonOrCSV, making: "campaigns/#/coupons",
            inSlices: API.addCoupons),
        .delete("campaigns/#/coupons/#", API.voidCoupon),
        .post("campaigns/#/coupons/#/void", API.voidCoupon),

        .list(
            "participants",
            by: ["campaign", "role", "referred_by", "referral_code", "email", "external_id"],
            API.participants),
        .post("participants", making: "participants/#", API.enrolParticipant),
        .post("participants/import", taking: .csv, inSlices: API.importParticipants),
        .get("participants/export", query: ["campaign", "cursor"], API.exportParticipants),
        .get("participants/#", API.participant),
        .patch("participants/#", API.changeParticipant),
        .put("participants/#", API.changeParticipant),
        .delete("participants/#", API.deleteParticipant),

        .list("sources", API.sources),
        .post("sources", making: "sources/*", API.createSource),
        .get("sources/*", API.source),
        .patch("sources/*", API.changeSource),
        .put("sources/*", API.changeSource),
        .delete("sources/*", API.deleteSource),
        .post("sources/*/rotate-secret", API.rotateSourceSecret),
        .post("sources/*/end-rotation", API.endSourceRotation),
        .get("sources/*/setup", API.sourceSetup),

        .list("webhooks", API.webhooks),
        .post("webhooks", making: "webhooks/#", API.createWebhook),
        .get("webhooks/#", API.webhook),
        .patch("webhooks/#", API.changeWebhook),
        .put("webhooks/#", API.changeWebhook),
        .delete("webhooks/#", inSlices: API.deleteWebhook),
        .post("webhooks/#/rotate-secret", API.rotateWebhookSecret),
        .post("webhooks/#/end-rotation", API.endWebhookRotation),
        .post("webhooks/#/test", API.tryWebhook),
        .post("webhooks/#/resend", inSlices: API.resendFailed),
        .list("webhooks/#/deliveries", by: ["status", "type"], API.deliveries),

        .list("deliveries", by: ["webhook", "status", "type"], API.deliveries),
        .get("deliveries/#", API.delivery),
        .post("deliveries/#/resend", API.resendDelivery),

        .list("conversions", by: ["campaign", "status", "lead", "referrer"], API.conversions),
        .get("conversions/#", API.conversion),
        .post("conversions/#/approve", API.approveConversion),
        .post("conversions/#/reject", API.rejectConversion),
        .post("conversions/#/fraud", API.markFraud),
        .post("conversions/#/reverse", API.reverseConversion),

        .list("rewards", by: ["campaign", "status", "beneficiary"], API.rewards),
        .get("rewards/#", API.reward),
        .post("rewards/#/approve", API.approveReward),
        .post("rewards/#/reject", API.rejectReward),
        .post("rewards/#/redeem", API.redeemReward),
        .post("rewards/#/revoke", API.revokeReward),

        .get("explain", query: Explanation.Query.names, API.explain),
        .list("events", by: ["outcome", "source"], API.events),
        .get("events/#", API.event),
        .post("events/#/replay", API.replay),
    ]
}
