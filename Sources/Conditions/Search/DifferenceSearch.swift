import Referrals
import Rules
import Time

/// A search for facts on which two rule sets decide differently. It tries the values around the
/// bounds of both, alone and in pairs; where it finds nothing, the rule sets may still differ.
package struct DifferenceSearch: Sendable {
    /// Facts on which the rule sets decide differently.
    package struct Difference: Sendable {
        /// The facts.
        package let situation: Situation
        /// Facts that both rule sets are likely to reward, for earlier events.
        package let usual: Situation
        /// The paths of the facts that differ from the usual ones, and of those in the payload.
        package let changed: [[String]]
        /// The paths of the facts that the expressions with different results read.
        package let read: [[String]]
        /// The decision of the old rules.
        package let old: Decision
        /// The decision of the new rules.
        package let new: Decision
        /// The expressions with different results, or with a result in one rule set only.
        package let expressions: [Turn]
    }

    /// An expression whose result changes.
    package struct Turn: Equatable, Sendable {
        /// The member of the campaign, such as `conditions/0`.
        package let place: String
        /// The result of the old rules; nil if they do not have the expression.
        package let old: Verdict?
        /// The result of the new rules; nil if they do not have the expression.
        package let new: Verdict?
    }

    let old: RuleSet
    let new: RuleSet
    let table: FactTable
    let usual: Situation
    let pairs: [Pair]
    /// The facts that each pair of expressions reads.
    private(set) var readers: [[Int]] = []
    /// The terms of the conditions of each rule set that must all be true.
    let conjuncts: (old: [Program], new: [Program])
    private let most: Int
    private var trialsLeft: Int
    private var seen: Set<String> = []
    /// The number of differences in which the same expressions turn.
    private var alike: [String: Int] = [:]
    private var found: [Difference] = []

    /// The expressions at corresponding places of the two rule sets.
    struct Pair: Sendable {
        var place: String
        var old: Program?
        var new: Program?
        var isSame: Bool { old != nil && old?.canonicalText == new?.canonicalText }
    }

    /// Searches for facts on which the rule sets decide differently.
    ///
    /// - Parameters:
    ///   - most: the maximum number of differences; of differences that look alike only one is
    ///     returned.
    ///   - trials: the maximum number of facts to decide about.
    package static func differences(
        _ old: RuleSet, _ new: RuleSet, atMost most: Int = 20, trials: Int = 12_000
    ) -> [Difference] {
        var search = DifferenceSearch(old, new, most, trials)
        search.run()
        return search.found
    }

    /// A situation whose conditions are all true, as far as a search finds one.
    package static func usual(_ rules: RuleSet) -> Situation {
        let search = DifferenceSearch(rules, rules, 0, 0)
        return search.situation(search.solve(\.old, from: search.table.facts.map { _ in 0 }))
    }

    private init(_ old: RuleSet, _ new: RuleSet, _ most: Int, _ trials: Int) {
        self.old = old
        self.new = new
        self.most = most
        trialsLeft = trials
        conjuncts = (Self.conjuncts(old), Self.conjuncts(new))
        usual = Situation(for: old.campaign)
        table = Self.facts(old, new, usual)
        pairs = Self.pairs(old, new)
        readers = pairs.map { pair in
            table.indices(readBy: [pair.old, pair.new].compactMap(\.self))
        }
    }

    private static func conjuncts(_ set: RuleSet) -> [Program] {
        set.programs.filter { $0.question != .review }.flatMap { _, program in
            program.conjuncts.compactMap {
                try? Program.compile($0, in: ConditionLanguage.environment)
            }
        }
    }

    // MARK: Pairs

    private static func pairs(_ old: RuleSet, _ new: RuleSet) -> [Pair] {
        var left = old.programs
        var right = new.programs
        var pairs: [Pair] = []
        for (question, program) in left {
            let match = right.firstIndex { $0.program.canonicalText == program.canonicalText }
            guard let match, (right[match].question == .review) == (question == .review) else {
                continue
            }
            pairs.append(
                Pair(place: question.place, old: program, new: right.remove(at: match).program))
            left.removeAll { $0.question == question }
        }
        for (question, program) in left {
            let match =
                right.firstIndex { $0.question == question }
                ?? right.firstIndex {
                    ($0.question == .review) == (question == .review)
                }
            let other = match.map { right.remove(at: $0).program }
            pairs.append(Pair(place: question.place, old: program, new: other))
        }
        return pairs + right.map { Pair(place: $0.question.place, old: nil, new: $0.program) }
    }

    // MARK: Walking

    private mutating func run() {
        let start = table.facts.map { _ in 0 }
        let bases = [solve(\.old, from: start), solve(\.new, from: start)]
        for base in bases where !isDone {
            _ = attempt(base, from: base)
            for place in pairs.indices where !pairs[place].isSame { split(place, base) }
        }
        for base in bases where !isDone { walkSingly(base) }
        for base in bases where !isDone { walkInPairs(base) }
    }

    private var isDone: Bool { found.count >= most || trialsLeft <= 0 }

    private mutating func walkSingly(_ base: [Int]) {
        for fact in table.facts.indices {
            for value in table.facts[fact].values.indices where value != base[fact] && !isDone {
                var choice = base
                choice[fact] = value
                _ = attempt(choice, from: base)
            }
        }
    }

    private mutating func walkInPairs(_ base: [Int]) {
        let changed = pairs.indices.filter { !pairs[$0].isSame }.flatMap { readers[$0] }
        let facts = Set(changed + table.indices(of: [Situation.otherLeads, Situation.sameLead]))
        for fact in facts.sorted() {
            for value in table.facts[fact].values.indices where value != base[fact] {
                var outer = base
                outer[fact] = value
                for other in table.facts.indices where other != fact {
                    for value in table.facts[other].values.indices where value != base[other] {
                        guard !isDone else { return }
                        var choice = outer
                        choice[other] = value
                        _ = attempt(choice, from: base)
                    }
                }
            }
        }
    }

    /// Tries all values of the facts that one pair of expressions reads, first those on which the
    /// two expressions differ.
    private mutating func split(_ place: Int, _ base: [Int]) {
        let facts = readers[place]
        var left = 3000
        var matches = 0
        combine(facts[...], base) { choice, search in
            left -= 1
            guard left > 0, matches < 8, !search.isDone else { return false }
            let (one, other) = search.verdicts(place, choice)
            guard one != other else { return true }
            if search.attempt(choice, from: base) {
                matches += 1
            } else {
                // Another expression may decide; let it agree.
                for side in [\Pair.old, \Pair.new] {
                    let free = search.solve(side, from: choice, keeping: Set(facts))
                    if search.attempt(free, from: base) {
                        matches += 1
                        break
                    }
                }
            }
            return true
        }
    }

    /// Calls the body with all combinations of values, until it returns false.
    @discardableResult
    private mutating func combine(
        _ facts: ArraySlice<Int>, _ choice: [Int],
        _ body: (_ choice: [Int], _ search: inout DifferenceSearch) -> Bool
    ) -> Bool {
        guard let first = facts.first else { return body(choice, &self) }
        var choice = choice
        // The value of the base comes first, so that few facts change.
        let usual = choice[first]
        let values = [usual] + table.facts[first].values.indices.filter { $0 != usual }
        for value in values {
            choice[first] = value
            guard combine(facts.dropFirst(), choice, body) else { return false }
        }
        return true
    }

    // MARK: Trying

    /// Decides by both rule sets, and keeps the facts if the decisions differ in a new way. True if
    /// the decisions differ.
    private mutating func attempt(_ choice: [Int], from base: [Int]) -> Bool {
        trialsLeft -= 1
        let situation = situation(choice)
        guard situation.canExist else { return false }
        let one = decision(old, situation)
        let other = decision(new, situation)
        guard one.key != other.key else { return false }
        let turns = turns(situation)
        let key = "\(turns.map(\.key)) \(one.key) \(other.key)"
        guard seen.insert(key).inserted else { return true }
        // Other facts that turn the same expressions say little more.
        let turned = turns.map(\.key).joined(separator: ",")
        guard turned.isEmpty || alike[turned, default: 0] < 2 else { return true }
        alike[turned, default: 0] += 1
        let usual = self.situation(base)
        found.append(
            Difference(
                situation: situation, usual: usual, changed: changed(choice), read: read(turns),
                old: one, new: other, expressions: turns))
        return true
    }

    private func changed(_ choice: [Int]) -> [[String]] {
        table.facts.indices.map { ($0, table.facts[$0].need.path) }
            .filter { choice[$0.0] != 0 || $0.1[0] == "payload" }.map(\.1)
    }

    private func read(_ turns: [Turn]) -> [[String]] {
        let places = pairs.indices.filter { place in
            turns.contains { $0.place == pairs[place].place }
        }
        return places.flatMap { readers[$0] }.map { table.facts[$0].need.path }
    }

    /// The situation with the chosen value of each fact.
    func situation(_ choice: [Int]) -> Situation {
        var situation = usual
        var chosen: [[String]: Rules.Value?] = [:]
        for (fact, value) in zip(table.facts, choice) {
            chosen[fact.need.path] = .some(fact.values[value])
        }
        if case .timestamp(let now)? = chosen[["now"]] ?? nil {
            let shift = now.instant - usual.now
            situation.setTimes(
                now.instant,
                leadJoined: (usual.instant(["lead", "joined_at"]) ?? now.instant) + shift,
                referrerJoined: (usual.instant(["referrer", "joined_at"]) ?? now.instant) + shift)
        }
        for (fact, value) in zip(table.facts, choice)
        where value != 0 || fact.need.path[0] == "payload" {
            situation.values[fact.need.path] = .some(fact.values[value])
        }
        situation.values[["event", "referral_code"]] = situation.values[["lead", "referral_code"]]
        situation.otherLeads = Int(chosen[Situation.otherLeads]??.asInt ?? 0)
        situation.sameLead = Int(chosen[Situation.sameLead]??.asInt ?? 0)
        situation.values[Situation.otherLeads] = nil
        situation.values[Situation.sameLead] = nil
        return situation
    }

    private func decision(_ set: RuleSet, _ situation: Situation) -> Decision {
        let activation = activation(situation, set.campaign)
        var budget = Conditions.budget
        return decide(situation.facts(under: set.campaign)) { question in
            set.conditions.verdict(on: question, given: activation, spending: &budget)
        }
    }

    func activation(_ situation: Situation, _ campaign: Campaign) -> Activation {
        var activation = table.activation([], over: situation.values)
        activation[slot: ConditionLanguage.Slot.campaign.rawValue] =
            ConditionLanguage.campaign.value(
                of: ConditionCampaign(version: campaign, conversions: nil))
        return activation
    }

    private func turns(_ situation: Situation) -> [Turn] {
        let left = activation(situation, old.campaign)
        let right = activation(situation, new.campaign)
        return pairs.compactMap { pair in
            let turn = Turn(
                place: pair.place, old: pair.old.map { verdict($0, left) },
                new: pair.new.map { verdict($0, right) })
            return turn.old == turn.new ? nil : turn
        }
    }

    func verdict(_ program: Program, _ activation: Activation) -> Verdict {
        switch program.evaluate(activation) {
        case .success(.bool(true)): .true
        case .success(.bool(false)): .false
        case .success: .unknown("the expression returns neither true nor false")
        case .failure(let error): .unknown(error.description)
        }
    }

    /// The results of the expressions of one pair; an absent one is true.
    private func verdicts(_ place: Int, _ choice: [Int]) -> (Verdict.Word, Verdict.Word) {
        let situation = situation(choice)
        let (one, other) = (pairs[place].old, pairs[place].new)
        return (
            one.map { verdict($0, activation(situation, old.campaign)).word } ?? .true,
            other.map { verdict($0, activation(situation, new.campaign)).word } ?? .true
        )
    }
}

extension Verdict {
    enum Word: String { case `true`, `false`, unknown }

    var word: Word {
        switch self {
        case .true: .true
        case .false: .false
        case .unknown: .unknown
        }
    }
}

extension DifferenceSearch.Turn {
    fileprivate var key: String {
        "\(place) \(old?.word.rawValue ?? "-") \(new?.word.rawValue ?? "-")"
    }
}

extension Decision {
    /// The parts of a decision that a person can see, as text.
    package var key: String {
        let rewards = rewards.map { reward in
            "\(reward.beneficiary) \(reward.kind) \(reward.status.map { "\($0)" } ?? "none")"
                + " \(Array(reward.reasons)) \(reward.value.map { "\($0)" } ?? "")"
                + " \(reward.heldUntil.map { "\($0)" } ?? "")"
        }
        return "\(outcome) \(Array(reasons)) \(rewards)"
    }
}
