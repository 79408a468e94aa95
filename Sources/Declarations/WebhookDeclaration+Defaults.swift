import JSON
import Reading
import Referrals

extension WebhookDeclaration {
    /// A declaration in which nothing is said that has a default.
    static let usual = WebhookDeclaration(name: "", url: "", events: [])

    /// What its members are where nothing is said of them; those that must be said have none.
    package static let defaults = ([method] + filters + delivery).defaults(in: usual)

    static let method = DeclaredMember<WebhookDeclaration>.choice("method", \.method)

    /// Which notifications are sent, and what is sent along.
    static let filters: [DeclaredMember<WebhookDeclaration>] = [
        DeclaredMember("user_sources", \.userSources) { members, name in
            let list = members.oneOrMore(name)
            return list?.compactMap { members.text(of: $0, atMost: ParticipantLimits.source) }
        } write: { sources, json in
            json.array(sources) { $1.string($0) }
        },
        DeclaredMember("headers", \.headers) { members, name in
            var names: [String] = []
            return members.headers(name, atMost: mostHeaders, &names)
        } write: { headers, json in
            json.headers(headers)
        },
        .number("campaign", \.campaign),
    ]

    /// How notifications are sent.
    static let delivery: [DeclaredMember<WebhookDeclaration>] = [
        .choice("dialect", \.dialect),
        DeclaredMember("retry", \.retry) { members, name in
            RetryPolicy.read(&members, name)
        } write: { retry, json in
            retry.write(to: &json)
        },
        .choice("shifts", \.shifts),
        .choice("status", \.status),
    ]
}
