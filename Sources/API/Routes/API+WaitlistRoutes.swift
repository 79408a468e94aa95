import Declarations
import HTTP
import Referrals

extension API {
    static let waitlistRoutes: [Route] = [
        .list(
            "waitlists", "listWaitlists", "List the waitlists with the counts of their signups",
            of: waitlistSchema, by: API.waitlists),
        .get(
            "waitlists/*", "showWaitlist", "Show a waitlist by its UUID",
            answering: .ok(waitlistSchema), by: API.waitlist),
        .change(
            .post, "waitlists/*/admit", "admitSignups",
            "Approve the first waiting signups of a waitlist",
            taking: .json(AdmissionRequest.schema), answering: .ok(admissionSchema),
            inSlicesBy: API.admit
        ).needing(.operate),
        .get(
            "signups", "listSignups", "List the signups of a waitlist in their order",
            query: signupFilters, answering: .ok(signupListSchema), by: API.signups),
        .post(
            "signups", "createSignup", "Add a person to a waitlist",
            taking: .json(SignupRequest.schema),
            answering: .created(signupSchema, at: "signups/*"), by: API.createSignup),
        .get(
            "signups/*", "showSignup", "Show a signup with its position",
            answering: .ok(signupSchema), by: API.signup),
        .change(
            .patch, "signups/*", "changeSignup", "Change the status of a signup",
            taking: .json(SignupStatusRequest.schema), answering: .ok(signupSchema),
            by: API.changeSignup
        ).needing(.operate),
        .delete(
            "signups/*", "deleteSignup", "Delete a signup with its person", by: API.deleteSignup),
        .post(
            "webhooks/subscribe", "subscribe",
            "Subscribe to one event of a waitlist, in ReferralLoop's form",
            taking: .json(SubscriptionRequest.schema),
            answering: .json(.created, subscriptionSchema), by: API.subscribe),
        .change(
            .delete, "webhooks/unsubscribe/*sub_id", "unsubscribe",
            "Delete a subscription and cancel its waiting deliveries", taking: .nothing,
            answering: .nothing, inSlicesBy: API.unsubscribe),
    ]
}
