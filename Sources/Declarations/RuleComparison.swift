import Conditions
import JSON
import Referrals
import Rules
import Schemas

/// Two versions of a campaign's rules: the members that differ, and facts on which the versions
/// decide differently.
package struct RuleComparison: Sendable {
    /// A member of the campaign with its text in both versions.
    package struct Change: Equatable, Sendable {
        /// The member, such as `rewards/0/cap`.
        package let place: String
        /// The JSON text in the old version; nil for the default.
        package let old: [UInt8]?
        /// The JSON text in the new version; nil for the default.
        package let new: [UInt8]?
    }

    /// The members that differ, in the order of the old version.
    package let changes: [Change]
    /// Facts on which the versions decide differently. They are found by trying values around the
    /// bounds of both; an empty list is no proof that the versions decide alike.
    package let differences: [DifferenceSearch.Difference]

    /// Compares two versions.
    ///
    /// - Parameters:
    ///   - most: the maximum number of differences.
    ///   - trials: the maximum number of facts to decide about.
    init(
        _ old: CampaignDeclaration, _ new: CampaignDeclaration, rules: (old: RuleSet, new: RuleSet),
        atMost most: Int, trials: Int
    ) {
        changes = Self.compare(old, new)
        differences = DifferenceSearch.differences(
            rules.old, rules.new, atMost: most, trials: trials)
    }

    /// The sentence about the limits of the search.
    package static let caution =
        "Only values around the bounds of both rule sets were tried, alone and in pairs; this is"
        + " no proof that no other facts are decided differently."

    // MARK: Members

    private static func compare(
        _ old: CampaignDeclaration, _ new: CampaignDeclaration
    ) -> [Change] {
        var (old, new) = (old, new)
        old.id = nil
        new.id = nil
        guard let left = try? Document(parsing: old.canonicalJSON),
            let right = try? Document(parsing: new.canonicalJSON)
        else { return [] }
        return compare(left.root, right.root, "")
    }

    private static func compare(_ old: JSON.Value?, _ new: JSON.Value?, _ place: String) -> [Change]
    {
        guard let old, let new, old.kind == new.kind else {
            return old == nil && new == nil
                ? [] : [Change(place: place, old: old?.compactText, new: new?.compactText)]
        }
        let prefix = place.isEmpty ? "" : place + "/"
        switch old.kind {
        case .object:
            let names =
                old.members.map(\.key.string)
                + new.members.map(\.key.string).filter { old[$0] == nil }
            return names.flatMap { compare(old[$0], new[$0], prefix + $0) }
        case .array where old.count == new.count:
            return zip(old.elements, new.elements).enumerated().flatMap { index, pair in
                compare(pair.0, pair.1, "\(prefix)\(index)")
            }
        default:
            let (left, right) = (old.compactText, new.compactText)
            return left == right ? [] : [Change(place: place, old: left, new: right)]
        }
    }
}

// MARK: JSON

extension RuleComparison {
    /// The members that `write` writes.
    package static let properties: [JSONSchema.Property] = [
        .required(
            "changes",
            .array(
                of: .object([
                    .required("member", .string), .required("from", .anything),
                    .required("to", .anything),
                ])
            ).described("The members that differ; null for a default.")),
        .required(
            "differences",
            .array(of: .object(Difference.properties))
                .described("Facts on which the versions decide differently.")),
        .required("caution", .string.described("The limits of the search.")),
    ]

    private typealias Difference = DifferenceSearch.Difference

    /// Writes `"changes": [{"member", "from", "to"}], "differences": [{"facts", "earlier",
    /// "expressions", "from", "to"}], "caution"` as members of the open object.
    package func write(to json: inout Writer) {
        json.list("changes", changes) { change, json in
            json.object { json in
                json.member("member", change.place)
                json.member("from", raw: change.old ?? Array("null".utf8))
                json.member("to", raw: change.new ?? Array("null".utf8))
            }
        }
        json.list("differences", differences) { difference, json in
            json.object { difference.write(to: &$0) }
        }
        json.member("caution", Self.caution)
    }
}

extension DifferenceSearch.Difference {
    /// The facts that matter, by name: those that differ from the usual ones, and those that the
    /// expressions with different results read.
    package var facts: [(name: String, value: Rules.Value?)] {
        let paths = (changed + read).filter { $0[0] != "history" }
        var seen: Set<[String]> = []
        return paths.filter { seen.insert($0).inserted }.map {
            (name: $0.joined(separator: "."), value: situation.values[$0] ?? nil)
        }
    }

    /// The facts that differ from the usual ones, on one line.
    package var title: String {
        let facts = facts.map { fact in
            "\(fact.name) \(fact.value.map { ValueText.text(of: $0) } ?? "absent")"
        }
        return (facts + earlier).joined(separator: ", ")
    }

    fileprivate static var properties: [JSONSchema.Property] {
        let decision = JSONSchema.object([
            .required("outcome", .choice(Outcome.self)),
            .required("reasons", .array(of: .string)),
            .required(
                "rewards",
                .array(
                    of: .object([
                        .required("beneficiary", .choice(CampaignReward.Beneficiary.self)),
                        .required("kind", .choice(CampaignReward.Kind.self)),
                        .required("status", .string), .required("reasons", .array(of: .string)),
                    ]))),
        ])
        return [
            .required("facts", .map(of: .anything).described("The facts by name; null if absent.")),
            .required(
                "earlier",
                .object([.required("other_leads", .count), .required("same_lead", .count)])
                    .described(
                        "Earlier conversions of the referrer's other leads, and of the lead.")),
            .required(
                "expressions",
                .array(
                    of: .object([
                        .required("member", .string), .required("from", .string.nullable),
                        .required("to", .string.nullable),
                    ])
                ).described("The expressions whose results differ.")),
            .required("from", decision), .required("to", decision),
        ]
    }

    /// Writes the members of the open object.
    func write(to json: inout Writer) {
        json.object("facts") { json in
            for fact in facts {
                json.key(fact.name)
                if let value = fact.value { json.value(value) } else { json.null() }
            }
        }
        json.object("earlier") { json in
            json.member("other_leads", situation.otherLeads)
            json.member("same_lead", situation.sameLead)
        }
        json.list("expressions", expressions) { turn, json in
            json.object { json in
                json.member("member", turn.place)
                json.member("from", turn.old?.name)
                json.member("to", turn.new?.name)
            }
        }
        json.object("from") { old.writeSummary(to: &$0) }
        json.object("to") { new.writeSummary(to: &$0) }
    }
}

extension Verdict {
    /// The result in one word.
    package var name: String {
        switch self {
        case .true: "true"
        case .false: "false"
        case .unknown: "unknown"
        }
    }
}

extension Decision {
    /// Writes `"outcome", "reasons", "rewards": [{"beneficiary", "kind", "status", "reasons"}]` as
    /// members of the open object.
    package func writeSummary(to json: inout Writer) {
        json.member("outcome", outcome.rawValue)
        json.member("reasons", reasons.map(\.text))
        json.list("rewards", rewards.filter { $0.isEarned }) { reward, json in
            json.object { json in
                json.member("beneficiary", reward.beneficiary.rawValue)
                json.member("kind", reward.kind.rawValue)
                json.member("status", reward.status?.rawValue)
                json.member("reasons", reward.reasons.map(\.text))
            }
        }
    }

    /// The outcome with its reasons and rewards, on one line.
    package var summary: String {
        let reasons = reasons.isEmpty ? "" : " (\(reasons.map(\.text).joined(separator: ", ")))"
        let granted = rewards.filter { $0.isEarned }.map { reward in
            "\(reward.kind.rawValue) for the \(reward.beneficiary.rawValue)"
                + (reward.status == .issued ? "" : ", \(reward.status?.rawValue ?? "")")
                + (reward.value.flatMap(\.words).map { " of \($0)" } ?? "")
        }
        return outcome.rawValue + reasons
            + (granted.isEmpty ? "" : ": " + granted.joined(separator: "; "))
    }
}

extension GrantedValue {
    fileprivate var words: String? {
        switch self {
        case .money(let money): "\(money)"
        case .points(let points): "\(points) points"
        case .text(let text): text
        case .nothingStated: nil
        }
    }
}

// MARK: Text

extension RuleComparison: CustomStringConvertible {
    /// The members and the facts, for a terminal.
    package var description: String {
        var lines = changes.map { change in
            "  \(change.place): \(text(change.old)) → \(text(change.new))"
        }
        if lines.isEmpty { lines.append("  no member differs") }
        for (index, difference) in differences.enumerated() {
            lines += ["", "  \(index + 1). \(difference.title)"]
            lines += difference.expressions.map { turn in
                "     \(turn.place)  \(turn.old?.name ?? "none") → \(turn.new?.name ?? "none")"
            }
            lines += ["     old  \(difference.old.summary)", "     new  \(difference.new.summary)"]
        }
        return lines.joined(separator: "\n")
    }

    private func text(_ json: [UInt8]?) -> String {
        json.map { String(decoding: $0, as: UTF8.self) } ?? "default"
    }
}

extension DifferenceSearch.Difference {
    fileprivate var earlier: [String] {
        (situation.otherLeads == 0
            ? [] : ["after \(situation.otherLeads) conversions of other leads"])
            + (situation.sameLead == 0
                ? [] : ["after \(situation.sameLead) conversions of the lead"])
    }
}
