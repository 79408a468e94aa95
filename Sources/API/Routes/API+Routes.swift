import Declarations
import HTTP
import Referrals

extension API {
    /// All routes. OPTIONS, 405 with its `Allow`, 404, and the OpenAPI document follow from them.
    static let routes: [Route] =
        monitoringRoutes + referenceRoutes + keyRoutes + accountRoutes + campaignRoutes
        + participantRoutes
        + waitlistRoutes + sourceRoutes + webhookRoutes + conversionRoutes + rewardRoutes
        + payoutRoutes
        + eventRoutes + widgetRoutes

    private static let monitoringRoutes: [Route] = [
        .probe(
            "healthz", "checkHealth", "Answer 200 while the process runs",
            answering: .ok(healthSchema), by: API.health),
        .probe(
            "readyz", "checkReadiness",
            "Answer 200 while events can be accepted, else 503 with the cause",
            answering: .ok(healthSchema), by: API.readiness),
        .probe(
            "metrics", "showMetrics", "Show the metrics as Prometheus text",
            answering: .text("text/plain"), by: API.figures),
        .open(
            "status", "showStatus", "Show the state of API v1, the Widget API and the webhooks",
            answering: .ok(statusSchema), by: API.status),
        .open(
            "api/v1/status", "showAPIStatus", "Show the same as `/status`",
            answering: .ok(statusSchema), by: API.status),
    ]

    private static let keyRoutes: [Route] = [
        .post(
            "members/api-key", "createKey", "Create an API key; the answer shows it once",
            taking: .json(KeyRequest.schema),
            answering: .created(newKeySchema, at: "keys/#"), by: API.createKey),
        .list("keys", "listKeys", "List the API keys", of: keySchema, by: API.keys),
        .get(
            "keys/#", "showKey", "Show an API key without its secret part",
            answering: .ok(keySchema), by: API.key),
        .change(
            .patch, "keys/#", "changeKey", "Change the name or the expiry of an API key",
            taking: .json(KeyChange.schema), answering: .ok(keySchema), by: API.changeKey),
        .delete("keys/#", "revokeKey", "Revoke an API key for good", by: API.revokeKey),
    ]

    private static let accountRoutes: [Route] = [
        .list("accounts", "listAccounts", "List the accounts", of: accountSchema, by: API.accounts)
            .needing(.admin),
        .post(
            "accounts", "createAccount", "Create an account; the answer shows its first key once",
            taking: .json(AccountRequest.schema(isNew: true)),
            answering: .created(newAccountSchema, at: "accounts/#"), by: API.createAccount),
        .get(
            "accounts/#", "showAccount", "Show an account", answering: .ok(accountSchema),
            by: API.account
        ).needing(.admin),
        .change(
            .patch, "accounts/#", "changeAccount", "Change the name, plan or policy of an account",
            taking: .json(AccountRequest.schema(isNew: false)), answering: .ok(accountSchema),
            by: API.changeAccount),
    ]
}
