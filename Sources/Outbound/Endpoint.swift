import Declarations
import HTTP
import Referrals
import Time
import Transport
import Webhooks

/// A webhook ready to be called: its address parsed and checked, its request head made, its keys
/// set up.
package final class Endpoint: Sendable {
    /// The webhook's id.
    package let id: ID<Webhook>
    /// The id of the account that owns the webhook.
    package let account: ID<Account>
    /// The webhook's name.
    package let name: String
    /// The subscribed types of notifications.
    package let events: Set<NotificationType>
    /// The declared status.
    package let status: WebhookDeclaration.Status
    let form: NotificationForm
    let retry: RetryPolicy
    let target: Result<Target, DestinationFault>
    private let standard: Signer
    private let plain: Signer

    /// The destination of requests, with the part of them that is always the same.
    struct Target: Equatable, Sendable {
        let destination: Destination
        let head: OutgoingHead
    }

    /// The header fields of every request, beside those of the declaration and the signature.
    package static let ownFields: [(name: String, value: String)] = [
        ("User-Agent", "refgate"), ("Accept", "*/*"), ("Accept-Encoding", "identity"),
        ("Content-Type", "application/json"),
    ]

    /// Makes an endpoint of a declaration. Throws if the stored secrets cannot sign.
    package init(
        id: ID<Webhook>, account: ID<Account>, _ declaration: WebhookDeclaration,
        _ secrets: WebhookSecrets, rules: DestinationRules
    ) throws(ConfigurationError) {
        self.id = id
        self.account = account
        name = declaration.name
        events = Set(declaration.events)
        status = declaration.status
        form = NotificationForm(of: declaration)
        retry = declaration.retry
        let keys = secrets.secrets ?? []
        standard = try Signer(.standardWebhooks, secrets: keys)
        plain = try Signer(.hmac, secrets: keys)
        do throws(DestinationFault) {
            let destination = try rules.judge(declaration.url)
            let further = (declaration.headers + (secrets.credentials ?? []))
                .map { ($0.name, $0.value) }
            target = .success(
                Target(
                    destination: destination,
                    head: OutgoingHead(
                        method: declaration.method.rawValue, target: destination.target,
                        authority: destination.authority, fields: Self.ownFields + further)))
        } catch {
            target = .failure(error)
        }
    }

    /// True if the receiver may respond differently than under an earlier declaration: the webhook
    /// has another address, sends another head, or is active again.
    package func mayAnswerOtherwise(than earlier: Endpoint) -> Bool {
        target != earlier.target || (status == .active && earlier.status != .active)
    }

    /// The header fields that prove a delivery, over the bytes that are sent. `webhook-signature`
    /// holds one signature per unexpired secret. `X-Webhook-Signature` holds one signature: the
    /// former secret's until the overlap of a rotation ends.
    func signature(
        id: String, at now: Instant, body: [UInt8]
    ) throws(Signer.Failure) -> [(name: String, value: String)] {
        try standard.sign(id: id, at: now, body: body) + plain.sign(id: id, at: now, body: body)
    }
}
