import Declarations
import HTTP
import Programmes
import Referrals
import Storage

extension API {
    static let sourceRoutes: [Route] = [
        .list("sources", "listSources", "List the sources", of: sourceSchema, by: API.sources),
        .post(
            "sources", "createSource", "Create a source",
            taking: .json(SourceDeclaration.schema(for: .creation)),
            answering: .created(sourceSchema, at: "sources/*"), by: API.createSource),
        .get(
            "sources/*", "showSource", "Show a source without its secrets",
            answering: .ok(sourceSchema), by: API.source),
        .change(
            .patch, "sources/*", "changeSource", "Change members of a source",
            taking: .json(SourceDeclaration.schema(for: .change)), answering: .ok(sourceSchema),
            by: API.changeSource),
        .change(
            .put, "sources/*", "replaceSource", "Replace a source",
            taking: .json(SourceDeclaration.schema(for: .replacement)),
            answering: .ok(sourceSchema), by: API.changeSource),
        .delete(
            "sources/*", "deleteSource", "Delete a source; its events stay", by: API.deleteSource),
        .post(
            "sources/*/rotate-secret", "rotateSourceSecret", "Rotate the secret of a source",
            taking: .json(RotationRequest.schema), answering: .ok(sourceSchema),
            by: API.rotateSourceSecret),
        .post(
            "sources/*/end-rotation", "endSourceRotation", "End the overlap of a rotation now",
            taking: .nothing, answering: .ok(sourceSchema), by: API.endSourceRotation),
        .get(
            "sources/*/setup", "showSourceSetup",
            "Show address, steps and a signed `curl` command for the partner",
            answering: .ok(sourceSetupSchema), by: API.sourceSetup),
        .change(
            .post, "sources/*/try", "trySource",
            "Try a delivery of the partner without storing anything",
            taking: .json(TrialRequest.schema), answering: .ok(Trial.schema),
            inSlicesBy: API.trySource
        ).needing(.operate),
    ]

    static let webhookRoutes: [Route] = webhooks + deliveries

    private static let webhooks: [Route] = [
        .list("webhooks", "listWebhooks", "List the webhooks", of: webhookSchema, by: API.webhooks),
        .post(
            "webhooks", "createWebhook", "Create a webhook",
            taking: .json(WebhookDeclaration.schema(for: .creation)),
            answering: .created(webhookSchema, at: "webhooks/#"), by: API.createWebhook),
        .get(
            "webhooks/#", "showWebhook", "Show a webhook without its secret",
            answering: .ok(webhookSchema), by: API.webhook),
        .change(
            .patch, "webhooks/#", "changeWebhook", "Change members of a webhook",
            taking: .json(WebhookDeclaration.schema(for: .change)), answering: .ok(webhookSchema),
            by: API.changeWebhook),
        .change(
            .put, "webhooks/#", "replaceWebhook", "Replace a webhook",
            taking: .json(WebhookDeclaration.schema(for: .replacement)),
            answering: .ok(webhookSchema), by: API.changeWebhook),
        .change(
            .delete, "webhooks/#", "deleteWebhook",
            "Delete a webhook and cancel its waiting deliveries", taking: .nothing,
            answering: .nothing, inSlicesBy: API.deleteWebhook),
        .post(
            "webhooks/#/rotate-secret", "rotateWebhookSecret", "Rotate the secret of a webhook",
            taking: .json(RotationRequest.schema), answering: .ok(webhookSchema),
            by: API.rotateWebhookSecret),
        .post(
            "webhooks/#/end-rotation", "endWebhookRotation", "End the overlap of a rotation now",
            taking: .nothing, answering: .ok(webhookSchema), by: API.endWebhookRotation),
        .post(
            "webhooks/#/test", "testWebhook", "Send a test notification",
            taking: .json(TestNotificationRequest.schema), answering: .accepted(deliverySchema),
            by: API.tryWebhook
        ).needing(.operate),
        .change(
            .post, "webhooks/#/resend", "resendFailedDeliveries",
            "Send failed deliveries of a webhook again", taking: .json(ResendRequest.schema),
            answering: .accepted(resentSchema), inSlicesBy: API.resendFailed
        ).needing(.operate),
        .list(
            "webhooks/#/deliveries", "listDeliveriesOfWebhook", "List the deliveries of a webhook",
            filteredBy: deliveryFilters, of: deliverySchema, by: API.deliveries),
    ]

    private static let deliveries: [Route] = [
        .list(
            "deliveries", "listDeliveries", "List the deliveries",
            filteredBy: [.number("webhook", "The number of the webhook.")] + deliveryFilters,
            of: deliverySchema, by: API.deliveries),
        .get(
            "deliveries/#", "showDelivery", "Show a delivery with its request and attempts",
            answering: .ok(deliveryDetailSchema), by: API.delivery),
        .post(
            "deliveries/#/resend", "resendDelivery", "Send a finished delivery again",
            taking: .nothing, answering: .accepted(deliverySchema), by: API.resendDelivery
        ).needing(.operate),
    ]
}
