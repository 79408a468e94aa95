import Referrals
import Webhooks

/// An outbound subscription as it is declared. Its secret and its credentials are kept apart.
package struct WebhookDeclaration: Equatable, Sendable {
    package enum Method: String, CaseIterable, Sendable {
        case post = "POST"
        case put = "PUT"
        case patch = "PATCH"
    }

    /// Whose names and shapes its notifications have.
    package enum Dialect: String, CaseIterable, Sendable {
        case standard, referralloop
        case referralFactory = "referral-factory"
        case referralsCom = "referrals-com"
    }

    /// Which changes of waitlist positions it is told.
    package enum Shifts: String, CaseIterable, Sendable {
        /// Those of signups whose own referrals changed.
        case movers
        case all
    }

    package enum Status: String, CaseIterable, Sendable { case active, paused, disabled }

    // The value that a member has here is its default. No other place has defaults of webhooks.

    package var name: String
    package var url: String
    package var method = Method.post
    /// In the order of all notification types, each once.
    package var events: [NotificationType]
    /// Only of participants from these sources; nil for all.
    package var userSources: [String]?
    package var headers: [Header] = []
    package var campaign: ID<Campaign>?
    package var dialect = Dialect.standard
    package var retry = RetryPolicy.usual
    package var shifts = Shifts.movers
    package var status = Status.active

    package static let mostHeaders = 3

    package init(name: String, url: String, events: [NotificationType]) {
        self.name = name
        self.url = url
        self.events = events
    }

    /// A header field that is sent along.
    package struct Header: Equatable, Sendable {
        package var name: String
        package var value: String

        package init(name: String, value: String) {
            self.name = name
            self.value = value
        }
    }
}

/// When a failed delivery is tried again.
package struct RetryPolicy: Equatable, Sendable {
    /// In seconds, each from the end of the attempt before. One attempt more than there are delays.
    package var delays: [Int]
    /// By how much of itself a delay may be longer, drawn anew each time.
    package var jitterPercent: Int

    package init(delays: [Int], jitterPercent: Int = 0) {
        self.delays = delays
        self.jitterPercent = jitterPercent
    }

    /// 1 min, 5 min, 15 min, 1 h.
    package static let usual = RetryPolicy(delays: [60, 300, 900, 3600])
    /// One attempt.
    package static let none = RetryPolicy(delays: [])
    /// Over three days, as the specification of Standard Webhooks proposes it.
    package static let long = RetryPolicy(
        delays: [5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000, 86_400], jitterPercent: 10)

    /// What a policy may be called instead of being spelled out.
    package static let named: [(name: String, policy: RetryPolicy)] = [
        ("default", usual), ("none", none), ("long", long),
    ]
}

/// What storage seals of a webhook.
package struct WebhookSecrets: Equatable, Sendable {
    /// Each `whsec_` and base64, the current one first, the others serve rotation; nil where the file
    /// says none, and they are kept or one is made.
    package var secrets: [SecretSpec]?
    /// Sent as headers; nil where the file says nothing of them.
    package var credentials: [WebhookDeclaration.Header]?

    /// What a workspace file said of the secret the last time; nil where none said anything.
    package var declared: SecretDigest?

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
    /// Never the secrets: this text may end in a log.
    package var description: String { "a webhook's secrets" }
    package var customMirror: Mirror { Mirror(self, children: []) }
}

/// A webhook with what is sealed.
package struct WebhookEntry: Equatable, Sendable {
    package var webhook: WebhookDeclaration
    package var secrets: WebhookSecrets

    package init(webhook: WebhookDeclaration, secrets: WebhookSecrets = WebhookSecrets()) {
        self.webhook = webhook
        self.secrets = secrets
    }
}
