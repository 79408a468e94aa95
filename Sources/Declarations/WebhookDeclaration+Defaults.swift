import JSON
import Reading
import Referrals
import Schemas

extension WebhookDeclaration {
    /// A declaration in which every member has its default.
    static let usual = WebhookDeclaration(name: "", url: "", events: [])

    /// The defaults of the members; required members have none.
    package static let defaults = ([method] + filters + delivery).defaults(in: usual)

    static let mostFields = 100
    private static let longestField = 100

    static let method = DeclaredMember<WebhookDeclaration>.choice(
        "method", \.method, "The HTTP method of notifications.")

    /// The members that select notifications and add header fields.
    static let filters: [DeclaredMember<WebhookDeclaration>] = [
        DeclaredMember(
            "user_sources", \.userSources,
            .any(of: [
                .array(
                    of: .text(atMost: ParticipantLimits.source), atMost: Members.mostOfOneOrMore),
                .text(atMost: ParticipantLimits.source),
            ]).described("The sources of participants whose notifications are sent.")
        ) { members, name in
            let list = members.oneOrMore(name)
            return list?.compactMap { members.text(of: $0, atMost: ParticipantLimits.source) }
        } write: { sources, json in
            json.array(sources) { $1.string($0) }
        },
        DeclaredMember(
            "headers", \.headers,
            .headers(atMost: mostHeaders).described("Additional header fields of notifications.")
        ) { members, name in
            var names: [String] = []
            return members.headers(name, atMost: mostHeaders, &names)
        } write: { headers, json in
            json.headers(headers)
        },
        .number(
            "campaign", \.campaign, "The only campaign whose notifications are sent."),
    ]

    /// The members that control the sending of notifications.
    static let delivery: [DeclaredMember<WebhookDeclaration>] = [
        .choice("dialect", \.dialect, "The format of notifications."),
        DeclaredMember(
            "fields", \.fields,
            .array(of: .text(atMost: longestField), atMost: mostFields).described(
                "The fields of the data to send, such as `recipient.email`; all if left out.")
        ) { members, name in
            members.list(name, atMost: mostFields)?.compactMap {
                members.text(of: $0, atMost: longestField)
            }
        } write: { fields, json in
            json.array(fields) { $1.string($0) }
        },
        DeclaredMember("retry", \.retry, RetryPolicy.schema) { members, name in
            RetryPolicy.read(&members, name)
        } write: { retry, json in
            retry.write(to: &json)
        },
        DeclaredMember(
            "shifts", \.shifts,
            .choice(Shifts.self).described("The position changes that cause notifications.")
        ) { members, name in
            members.choice(name)
        } write: { shifts, json in
            json.string(shifts.rawValue)
        },
        .choice("status", \.status, "A paused webhook keeps its queue."),
    ]
}
