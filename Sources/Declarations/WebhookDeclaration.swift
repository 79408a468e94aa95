import Referrals
import Webhooks

/// An outbound subscription as declared. Its secret and its credentials are stored separately.
package struct WebhookDeclaration: Equatable, Sendable {
    /// The HTTP methods of notifications.
    package enum Method: String, CaseIterable, Sendable {
        case post = "POST"
        case put = "PUT"
        case patch = "PATCH"
    }

    /// The format of notifications: names and shapes of their members.
    package enum Dialect: String, CaseIterable, Sendable {
        case standard, referralloop
        case referralFactory = "referral-factory"
        case referralsCom = "referrals-com"
    }

    /// The changes of waitlist positions that cause notifications.
    package enum Shifts: String, CaseIterable, Sendable {
        /// Changes of the signups whose own referrals changed.
        case movers
        case all
    }

    /// The state of a webhook. A disabled webhook was switched off after repeated failures.
    package enum Status: String, CaseIterable, Sendable { case active, paused, disabled }

    // The value that a member has here is its default. No other place has defaults of webhooks.

    /// The name, unique in the account.
    package var name: String
    /// The URL to call.
    package var url: String
    /// The HTTP method.
    package var method = Method.post
    /// The types to send, in the order of all notification types, each once.
    package var events: [NotificationType]
    /// The sources of participants whose notifications are sent; nil for all.
    package var userSources: [String]?
    /// Additional header fields.
    package var headers: [Header] = []
    /// The only campaign whose notifications are sent; nil for all.
    package var campaign: CampaignNumber?
    /// The format of notifications.
    package var dialect = Dialect.standard
    /// The fields of the data to send, by their dotted names; nil for all.
    package var fields: [String]?
    /// The retries of a failed delivery.
    package var retry = RetryPolicy.usual
    /// The changes of waitlist positions that cause notifications; nil is the dialect's default.
    package var shifts: Shifts?
    /// The state of the webhook.
    package var status = Status.active

    /// The changes of waitlist positions that cause notifications: as declared, or else all of them
    /// in the dialect `referralloop` and those of movers in any other.
    package var shiftsInForce: Shifts { shifts ?? (dialect == .referralloop ? .all : .movers) }

    /// The maximum number of additional header fields.
    package static let mostHeaders = 3

    /// Creates a webhook with the defaults of all other members.
    package init(name: String, url: String, events: [NotificationType]) {
        self.name = name
        self.url = url
        self.events = events
    }

    /// A header field of each notification.
    package struct Header: Equatable, Sendable {
        /// The name of the field.
        package var name: String
        /// The value of the field.
        package var value: String

        /// Creates a field.
        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }
}

/// The times at which a failed delivery is retried.
package struct RetryPolicy: Equatable, Sendable {
    /// The delays in seconds, each from the end of the previous attempt. There is one attempt more
    /// than there are delays.
    package var delays: [Int]
    /// The maximum extension of a delay in per cent, chosen at random each time.
    package var jitterPercent: Int

    /// Creates a policy.
    package init(delays: [Int], jitterPercent: Int = 0) {
        self.delays = delays
        self.jitterPercent = jitterPercent
    }

    /// 1 min, 5 min, 15 min, 1 h.
    package static let usual = RetryPolicy(delays: [60, 300, 900, 3600])
    /// A single attempt.
    package static let none = RetryPolicy(delays: [])
    /// Attempts over three days, as the specification of Standard Webhooks recommends.
    package static let long = RetryPolicy(
        delays: [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400], jitterPercent: 10)

    /// The policies that have a name in declarations.
    package static let named: [(name: String, policy: RetryPolicy)] = [
        ("default", usual), ("none", none), ("long", long),
    ]
}

/// The sealed data of a webhook.
package struct WebhookSecrets: Equatable, Sendable {
    /// The secrets, each `whsec_` and base64, the current one first; the others serve rotation. Nil
    /// if the file has none: stored secrets are kept, or one is generated.
    package var secrets: [SecretSpec]?
    /// Secret header fields; nil if the file has none.
    package var credentials: [WebhookDeclaration.Header]?

    /// A digest of the secret in the last workspace file; nil if no file declared one.
    package var declared: SecretDigest?

    /// Creates the data to be sealed.
    package init(
        secrets: [SecretSpec]? = nil, credentials: [WebhookDeclaration.Header]? = nil,
        declared: SecretDigest? = nil
    ) {
        self.secrets = secrets
        self.credentials = credentials
        self.declared = declared
    }
}

extension WebhookSecrets: CustomStringConvertible, CustomReflectable {
    /// A text without the secrets, because it may be logged.
    package var description: String { "a webhook's secrets" }
    /// A mirror without children, so that dumps omit the secrets.
    package var customMirror: Mirror { Mirror(self, children: []) }
}

/// A webhook with its sealed data.
package struct WebhookEntry: Equatable, Sendable {
    /// The declaration.
    package var webhook: WebhookDeclaration
    /// The sealed data.
    package var secrets: WebhookSecrets

    /// Creates an entry.
    package init(webhook: WebhookDeclaration, secrets: WebhookSecrets = WebhookSecrets()) {
        self.webhook = webhook
        self.secrets = secrets
    }
}
