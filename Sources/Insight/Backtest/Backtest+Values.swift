import Conditions
import Currencies
import Referrals

extension Participant {
    /// A person as far as comparisons of addresses read them.
    init(_ person: ConditionPerson, _ campaign: ID<Campaign>) {
        self.init(
            id: ID(person.id), campaign: campaign, email: person.email, joinedAt: person.joinedAt)
    }
}

extension RewardValue {
    /// The kind of sum that a budget is compared with.
    var sumUnit: String {
        switch self {
        case .money(let money): money.currency.text
        case .amounts, .percent: "percent"
        case .points: "points"
        case .text, .nothingStated: ""
        }
    }

    /// The currency of the sum for an event; nil for other units.
    func currency(for event: QualifyingEvent) -> Currency? {
        switch self {
        case .money(let money): money.currency
        case .amounts, .percent: event.currency
        case .points, .text, .nothingStated: nil
        }
    }
}

extension Referrals.Trace {
    /// The first check with another result. Checks of one subject are compared in their order.
    func turned(from was: Referrals.Trace) -> (was: Check?, becomes: Check?) {
        struct Name: Hashable {
            let subject: Check.Subject
            let reward: Int64
            let index: Int
        }
        func named(_ checks: [Check]) -> [(Name, Check)] {
            var counts: [Name: Int] = [:]
            return checks.map { check in
                let plain = Name(
                    subject: check.subject, reward: check.reward?.number ?? 0, index: 0)
                let index = counts[plain, default: 0]
                counts[plain] = index + 1
                return (
                    Name(subject: plain.subject, reward: plain.reward, index: index), check
                )
            }
        }
        let old = Dictionary(named(was.checks), uniquingKeysWith: { first, _ in first })
        let new = named(checks)
        for (name, check) in new {
            let before = old[name]
            let differs = before?.outcome != check.outcome
            let matters =
                check.outcome == .fail || check.outcome == .unknown
                || before?.outcome == .fail || before?.outcome == .unknown
            if differs, matters { return (before, check) }
        }
        let names = Set(new.map(\.0))
        let gone = named(was.checks).first { name, check in
            !names.contains(name) && (check.outcome == .fail || check.outcome == .unknown)
        }
        return (gone?.1, nil)
    }
}
