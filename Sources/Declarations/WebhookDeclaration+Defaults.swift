import JSON
import Reading
import Referrals

extension WebhookDeclaration {
    /// A declaration in which every member has its default.
    static let usual = WebhookDeclaration(name: "", url: "", events: [])

    /// The defaults of the members; required members have none.
    package static let defaults = ([method] + filters + delivery).defaults(in: usual)

    static let method = DeclaredMember<WebhookDeclaration>.choice("method", \.method)

    /// The members that select notifications and add header fields.
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

    /// The members that control the sending of notifications.
    static let delivery: [DeclaredMember<WebhookDeclaration>] = [
        .choice("dialect", \.dialect),
        DeclaredMember("retry", \.retry) { members, name in
            RetryPolicy.read(&members, name)
        } write: { retry, json in
            retry.write(to: &json)
        },
        DeclaredMember("shifts", \.shifts) { members, name in
            members.choice(name)
        } write: { shifts, json in
            json.string(shifts.rawValue)
        },
        .choice("status", \.status),
    ]
}
