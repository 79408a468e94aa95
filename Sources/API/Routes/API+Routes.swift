import Declarations
import HTTP

extension API {
    /// All routes. OPTIONS, 405 with its `Allow`, 404, and the OpenAPI document follow from them.
    static let routes: [Route] =
        monitoringRoutes + referenceRoutes + keyRoutes + campaignRoutes + participantRoutes
        + waitlistRoutes + sourceRoutes + webhookRoutes + conversionRoutes + rewardRoutes
        + payoutRoutes
        + eventRoutes

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
            taking: .json(KeyRequest.schema(takesMode: true)),
            answering: .created(newKeySchema, at: "keys/#"), by: API.createKey),
        .list("keys", "listKeys", "List the API keys", of: keySchema, by: API.keys),
        .get(
            "keys/#", "showKey", "Show an API key without its secret part",
            answering: .ok(keySchema), by: API.key),
        .change(
            .patch, "keys/#", "renameKey", "Rename an API key",
            taking: .json(KeyRequest.schema(takesMode: false)), answering: .ok(keySchema),
            by: API.renameKey),
        .delete("keys/#", "revokeKey", "Revoke an API key for good", by: API.revokeKey),
    ]
}
