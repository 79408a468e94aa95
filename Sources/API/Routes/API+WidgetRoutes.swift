import Declarations
import HTTP
import Referrals

extension API {
    static let widgetRoutes: [Route] = [
        .keyless(
            "r/*code", "visitLink",
            "Redirect to the landing page of a participant's campaign, and count the visit",
            answering: .redirect, by: API.visitFirstAccount),
        .keyless(
            "r/#side/*code", "visitLinkOfSide",
            "Redirect as `/r/{code}`, for other accounts and test sides", answering: .redirect,
            by: API.visitSide),
        .open(
            "widget.js", "showWidgetScript", "Show the script of the widget",
            answering: .text("text/javascript"), by: API.widgetScript),
        .open(
            "widget-example.js", "showWidgetExampleScript", "Show the script of the example page",
            answering: .text("text/javascript"), by: API.widgetExampleScript),
        .open(
            "widget.html", "showWidgetExample", "Show an example page with the widget",
            query: [
                .number("campaign", "The number of the campaign."),
                .text("key", "A publishable key.", example: "ref_live_0123"),
                .text("ref", "The referral code of the link that led here.", example: "ADA"),
            ],
            answering: .text("text/html"), by: API.widgetExample),
        .get(
            "widget/campaigns/#", "showWidgetCampaign", "Show a public campaign to visitors",
            answering: .ok(widgetCampaignSchema), by: API.widgetCampaign
        ).needing(.publishable),
        .post(
            "widget/signups", "signUpByWidget", "Enrol a visitor in a public campaign",
            taking: .json(SignupRequest.schema), answering: .json(.created, widgetSignUpSchema),
            by: API.widgetSignUp
        ).needing(.publishable),
        .get(
            "widget/participant", "showWidgetParticipant",
            "Show a participant their own code, position and rewards",
            answering: .ok(widgetParticipantSchema), by: API.widgetParticipant
        ).needing(.publishable).naming(
            .init(
                name: "X-Participant-Token", summary: "The participant_token of a sign-up.")),
        .post(
            "participants/#/widget-token", "createParticipantToken",
            "Create the token by which a participant's browser reads their own data",
            taking: .nothing, answering: .ok(participantTokenSchema), by: API.makeParticipantToken
        ).needing(.operate),
    ]
}
