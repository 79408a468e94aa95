import JSON
import Reading
import Referrals

/// A campaign's risk checks as they are declared, with the lists that `Risk` only answers questions about.
package struct RiskDeclaration: Equatable, Sendable {
    /// Which throw-away mail domains hold a conversion.
    package enum Disposable: Equatable, Sendable {
        case off
        /// The well-known ones and these.
        case known(adding: [String])
    }

    package var selfReferral: Risk.SelfReferral
    package var velocity: Risk.Velocity?
    package var minSecondsSinceJoin: Int64?
    package var disposableEmail: Disposable
    package var blocklist: [String]

    package init(
        selfReferral: Risk.SelfReferral = .email, velocity: Risk.Velocity? = nil,
        minSecondsSinceJoin: Int64? = nil, disposableEmail: Disposable = .off,
        blocklist: [String] = []
    ) {
        self.selfReferral = selfReferral
        self.velocity = velocity
        self.minSecondsSinceJoin = minSecondsSinceJoin
        self.disposableEmail = disposableEmail
        self.blocklist = blocklist
    }

    /// The checks as decisions take them.
    package var risk: Risk {
        let disposable: DisposableDomains? =
            switch disposableEmail {
            case .off: nil
            case .known(let added): DisposableDomains(adding: added)
            }
        return Risk(
            selfReferral: selfReferral, velocity: velocity,
            minSecondsSinceJoin: minSecondsSinceJoin, disposableEmail: disposable,
            blocklist: Blocklist(blocklist))
    }
}

extension RiskDeclaration {
    private static let mostListed = 10_000
    private static let longestTime: Int64 = 3650 * 86_400

    static func read(_ members: Members) -> RiskDeclaration {
        var members = members
        var risk = RiskDeclaration()
        risk.selfReferral = members.choice("self_referral") ?? .email
        if var velocity = members.members("velocity") {
            let count = velocity.integer("count", in: 1...1_000_000, required: true)
            let window = velocity.seconds("window", in: 1...longestTime)
            if window == nil, velocity.member("window") == nil { velocity.noteMissing("window") }
            velocity.end()
            if let count, let window {
                risk.velocity = Risk.Velocity(count: Int(count), window: .seconds(window))
            }
        }
        risk.minSecondsSinceJoin = members.seconds("min_seconds_since_join", in: 1...longestTime)
        risk.disposableEmail = disposable(&members)
        risk.blocklist = members.texts("blocklist", count: mostListed, atMost: 254) ?? []
        members.end()
        return risk
    }

    /// `true`, or a list of more domains.
    private static func disposable(_ members: inout Members) -> Disposable {
        guard let member = members.member("disposable_email") else { return .off }
        if let isOn = member.value.bool { return isOn ? .known(adding: []) : .off }
        guard member.value.kind == .array else {
            members.note(
                .wrongType(found: JSONType(member.value.kind), expected: [.boolean, .list]),
                at: member)
            return .off
        }
        return .known(
            adding: members.texts("disposable_email", count: mostListed, atMost: 254) ?? [])
    }

    func write(to json: inout Writer) {
        json.beginObject()
        if selfReferral != .email { json.member("self_referral", selfReferral.rawValue) }
        if let velocity {
            json.key("velocity")
            json.beginObject()
            json.member("count", velocity.count)
            json.member("window", velocity.window.components.seconds)
            json.endObject()
        }
        if let minSecondsSinceJoin { json.member("min_seconds_since_join", minSecondsSinceJoin) }
        switch disposableEmail {
        case .off: break
        case .known(let added):
            if added.isEmpty {
                json.member("disposable_email", true)
            } else {
                json.member("disposable_email", added)
            }
        }
        if !blocklist.isEmpty { json.member("blocklist", blocklist) }
        json.endObject()
    }
}
