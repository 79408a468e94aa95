import Declarations
import HTTP
import Insight
import Referrals
import Schemas
import Workspace

extension API {
    static let campaignRoutes: [Route] = campaigns + versions + campaignRewards + coupons + past

    private static let campaigns: [Route] = [
        .list(
            "campaigns", "listCampaigns", "List the campaigns",
            filteredBy: [
                .flag("archived", "True for the archived campaigns, false for all others."),
                .choice("status", of: Campaign.Status.self, "The status of the campaigns."),
            ], of: campaignSchema, by: API.campaigns),
        .change(
            .post, "campaigns", "createCampaign", "Create a campaign",
            taking: .json(CampaignDeclaration.schema(for: .creation)),
            answering: .created(campaignSchema, at: "campaigns/#"), inSlicesBy: API.createCampaign),
        .get(
            "campaigns/#", "showCampaign", "Show a campaign", answering: .ok(campaignSchema),
            by: API.campaign),
        .change(
            .patch, "campaigns/#", "changeCampaign", "Change members of a campaign",
            taking: .json(CampaignDeclaration.schema(for: .change)), answering: .ok(campaignSchema),
            inSlicesBy: API.changeCampaign),
        .change(
            .put, "campaigns/#", "replaceCampaign", "Replace a campaign",
            taking: .json(CampaignDeclaration.schema(for: .replacement)),
            answering: .ok(campaignSchema), inSlicesBy: API.changeCampaign),
        .delete(
            "campaigns/#", "deleteCampaign", "End a campaign and archive it",
            by: API.archiveCampaign),
        .post(
            "campaigns/#/archive", "archiveCampaign", "End a campaign and archive it",
            taking: .nothing, answering: .ok(campaignSchema), by: API.archiveCampaign),
        .post(
            "campaigns/#/publish", "publishCampaign", "Make a campaign public or private",
            taking: .json(PublishRequest.schema), answering: .ok(campaignSchema),
            by: API.publishCampaign),
        .get(
            "campaigns/#/check", "checkCampaign",
            "Check what would keep the next event from a reward",
            answering: .ok(campaignCheckSchema), by: API.checkCampaign),
        .query(
            "campaigns/#/backtest", "backtestCampaign",
            "Decide stored events again under changed rules, without storing anything",
            taking: .json(BacktestRequest.schema), answering: .ok(BacktestReport.schema),
            by: API.backtest
        ).needing(.operate),
    ]

    private static let versions: [Route] = [
        .list(
            "campaigns/#/versions", "listCampaignVersions",
            "List the versions of a campaign's rules, the newest first",
            of: campaignVersionSchema, by: API.campaignVersions),
        .get(
            "campaigns/#/versions/#", "showCampaignVersion", "Show a version of a campaign's rules",
            answering: .ok(campaignVersionSchema), by: API.campaignVersion),
        .get(
            "campaigns/#/diff", "compareCampaignVersions",
            "Compare two versions of a campaign's rules, and find facts that they decide differently",
            query: [
                .number("from", "The old version; the one before `to` by default."),
                .number("to", "The new version; the one in force by default."),
            ], answering: .ok(campaignDifferenceSchema), by: API.compareCampaignVersions),
    ]

    private static let campaignRewards: [Route] = [
        .list(
            "campaigns/#/rewards", "listCampaignRewards",
            "List the campaign rewards in their order",
            of: campaignRewardSchema, by: API.campaignRewards),
        .post(
            "campaigns/#/rewards", "addCampaignReward", "Add a campaign reward",
            taking: .json(RewardRule.schema(for: .creation)),
            answering: .created(campaignRewardSchema, at: "campaigns/#/rewards/#"),
            by: API.addCampaignReward),
        .get(
            "campaigns/#/rewards/#", "showCampaignReward", "Show a campaign reward",
            answering: .ok(campaignRewardSchema), by: API.campaignReward),
        .change(
            .patch, "campaigns/#/rewards/#", "changeCampaignReward",
            "Change members of a campaign reward", taking: .json(RewardRule.schema(for: .change)),
            answering: .ok(campaignRewardSchema), by: API.changeCampaignReward),
        .change(
            .put, "campaigns/#/rewards/#", "replaceCampaignReward", "Replace a campaign reward",
            taking: .json(RewardRule.schema(for: .replacement)),
            answering: .ok(campaignRewardSchema), by: API.changeCampaignReward),
        .delete(
            "campaigns/#/rewards/#", "removeCampaignReward", "Remove the last campaign reward",
            by: API.removeCampaignReward),
    ]

    private static let coupons: [Route] = [
        .list(
            "campaigns/#/coupons", "listCoupons", "List the coupons and count them by state",
            filteredBy: [.choice("state", of: CouponState.self, "The state of the coupons.")],
            of: couponSchema, with: [.required("stock", stockSchema)], by: API.coupons),
        .change(
            .post, "campaigns/#/coupons", "addCoupons",
            "Add coupons to the pool, or generate them from a pattern", query: [.onError],
            taking: .json(
                CouponsRequest.schema,
                orCSV: "The column `code`, and for lists of other systems `state`."),
            answering: .created(addedCouponsSchema, at: "campaigns/#/coupons"),
            inSlicesBy: API.addCoupons),
        .delete(
            "campaigns/#/coupons/#", "deleteCoupon", "Void a coupon that no reward has",
            by: API.voidCoupon),
        .post(
            "campaigns/#/coupons/#/void", "voidCoupon", "Void a coupon that no reward has",
            taking: .nothing, answering: .ok(couponSchema), by: API.voidCoupon),
    ]

    private static let past: [Route] = [
        .change(
            .post, "campaigns/#/conversions/import", "importConversions",
            "Import conversions that another product counted, all rows or none",
            query: [.onError],
            taking: .csv("The columns \(PastConversion.columns.joined(separator: ", "))."),
            answering: .ok(importSchema), inSlicesBy: API.importConversions),
        .change(
            .post, "campaigns/#/rewards/import", "importRewards",
            "Import rewards that another product gave, all rows or none", query: [.onError],
            taking: .csv("The columns \(PastReward.columns.joined(separator: ", "))."),
            answering: .ok(importSchema), inSlicesBy: API.importRewards),
    ]
}
