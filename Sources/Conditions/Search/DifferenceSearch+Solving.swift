import Referrals
import Rules

extension DifferenceSearch {
    /// Changes facts until all conditions of one rule set are true, as far as a local search
    /// succeeds.
    ///
    /// - Parameter kept: facts that keep their values.
    func solve(
        _ side: KeyPath<Pair, Program?>, from start: [Int], keeping kept: Set<Int> = []
    ) -> [Int] {
        let campaign = side == \.old ? old.campaign : new.campaign
        let programs = side == \.old ? conjuncts.old : conjuncts.new
        let readers = programs.map { table.indices(readBy: [$0]).filter { !kept.contains($0) } }
        func isTrue(_ index: Int, _ activation: Activation) -> Bool {
            verdict(programs[index], activation) == .true
        }
        var choice = start
        var stuck: Set<Int> = []
        for _ in 0..<(2 * programs.count) {
            let now = activation(situation(choice), campaign)
            let open = programs.indices.filter { !isTrue($0, now) }
            guard let goal = open.first(where: { !stuck.contains($0) }) else { break }
            var best: (choice: [Int], open: Int)?
            for changed in neighbours(choice, readers[goal]) {
                let situation = situation(changed)
                guard situation.canExist else { continue }
                let values = activation(situation, campaign)
                guard isTrue(goal, values) else { continue }
                let left = programs.indices.count { !isTrue($0, values) }
                if left < best?.open ?? .max { best = (changed, left) }
                if left < open.count { break }
            }
            if let best, best.open <= open.count {
                choice = best.choice
            } else {
                stuck.insert(goal)
            }
        }
        return choice
    }

    /// The choices with one or two other values among some facts.
    private func neighbours(_ choice: [Int], _ facts: [Int]) -> [[Int]] {
        let singles = facts.flatMap { fact in
            table.facts[fact].values.indices.filter { $0 != choice[fact] }.map { (fact, $0) }
        }
        var all: [[Int]] = []
        for (fact, value) in singles {
            var changed = choice
            changed[fact] = value
            all.append(changed)
        }
        for (fact, value) in singles {
            for (other, second) in singles where other > fact {
                guard all.count < 600 else { return all }
                var changed = choice
                changed[fact] = value
                changed[other] = second
                all.append(changed)
            }
        }
        return all
    }
}
