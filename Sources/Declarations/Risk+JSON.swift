import JSON
import Reading
import Referrals
import Schemas

extension Risk {
    private static let mostListed = 10_000
    private static let longestEntry = 254
    private static let longestTime: Int64 = 3650 * 86_400
    private static let velocityCounts: ClosedRange<Int64> = 1...1_000_000

    /// The checks of a campaign that declares none.
    private static let usual = Risk()

    private static let members: [DeclaredMember<Risk>] = [
        .choice(
            "self_referral", \.selfReferral, "The check that referrer and lead are two people."),
        DeclaredMember("velocity", \.velocity, velocitySchema) { members, name in
            members.members(name).flatMap { readVelocity($0) }
        } write: { velocity, json in
            json.object { json in
                json.member("count", velocity.count)
                json.member("window", velocity.window.components.seconds)
            }
        },
        DeclaredMember(
            "min_seconds_since_join", \.minSecondsSinceJoin,
            .duration(in: 1...longestTime).described(
                "The time after joining before which a goal is implausible.")
        ) { members, name in
            members.seconds(name, in: 1...longestTime)
        } write: { seconds, json in
            json.integer(seconds)
        },
        DeclaredMember("disposable_email", \.disposableEmail, disposableSchema) { members, name in
            readDisposable(&members, name)
        } write: { disposable, json in
            disposable.write(to: &json)
        },
        DeclaredMember(
            "blocklist", \.blocklist,
            listSchema.described("Addresses and domains whose conversions are reviewed.")
        ) { members, name in
            members.texts(name, count: mostListed, atMost: longestEntry)
        } write: { entries, json in
            json.array(entries) { $1.string($0) }
        },
    ]

    private static let listSchema = JSONSchema.array(
        of: .text(atMost: longestEntry), atMost: mostListed)

    private static let velocitySchema = JSONSchema.closed([
        .required("count", .integer(in: velocityCounts)),
        .required("window", .duration(in: 1...longestTime)),
    ]).described("The number of a referrer's conversions in a time, above which they are reviewed.")

    private static let disposableSchema = JSONSchema.any(of: [.boolean, listSchema]).described(
        "True to review leads with throw-away addresses, or further domains of such addresses.")

    /// The schema of the checks.
    static let schema = JSONSchema.named(
        "Risk",
        .closed(members.properties(for: .change, usual: usual))
            .described("The risk checks of the campaign."))

    /// The defaults of the members.
    package static let defaults = members.defaults(in: usual)

    static func read(_ members: Members) -> Risk {
        var members = members
        var risk = usual
        for member in Self.members { member.read(&members, into: &risk) }
        members.end()
        return risk
    }

    private static func readVelocity(_ members: Members) -> Velocity? {
        var velocity = members
        let count = velocity.integer("count", in: velocityCounts, required: true)
        let window = velocity.seconds("window", in: 1...longestTime)
        if window == nil, velocity.member("window") == nil { velocity.noteMissing("window") }
        velocity.end()
        guard let count, let window else { return nil }
        return Velocity(count: Int(count), window: .seconds(window))
    }

    /// Reads `true`, or a list of additional domains.
    private static func readDisposable(_ members: inout Members, _ name: String) -> Disposable? {
        guard let member = members.member(name) else { return nil }
        if let isOn = member.value.bool { return isOn ? .known(adding: []) : .off }
        guard member.value.kind == .array else {
            members.note(
                .wrongType(found: JSONType(member.value.kind), expected: [.boolean, .list]),
                at: member)
            return nil
        }
        return .known(adding: members.texts(name, count: mostListed, atMost: longestEntry) ?? [])
    }

    /// Writes the canonical JSON: compact, in a fixed order, without defaults.
    func write(to json: inout Writer) {
        json.object { json in
            for member in Self.members { member.write(self, unlike: Self.usual, to: &json) }
        }
    }
}

extension Risk.Disposable {
    fileprivate func write(to json: inout Writer) {
        switch self {
        case .off: json.bool(false)
        case .known(let added) where added.isEmpty: json.bool(true)
        case .known(let added): json.array(added) { $1.string($0) }
        }
    }
}
