import Conditions
import Declarations
import Ledger
import Reading
import Referrals
import Rules
import Sockets
import Synchronization
import Workspace

/// Plays the scenarios of a workspace with each of its mutants.
package struct MutationRun: Sendable {
    /// A scenario file that begins with the declarations of the workspace.
    package struct Subject: Sendable {
        /// The path of the file.
        package let file: String
        /// The content of the file.
        package let bytes: [UInt8]
        /// The folder of the files that the scenario names.
        package let folder: Folder

        /// Creates a subject from its parts.
        package init(file: String, bytes: [UInt8], folder: Folder) {
            self.file = file
            self.bytes = bytes
            self.folder = folder
        }

        /// Plays the scenario with other declarations.
        func play(
            _ given: WorkspaceFile, observer: (any DecisionObserver)? = nil
        ) -> ScenarioReport {
            // A step may change a part of a campaign, so the steps are read over the declarations.
            do throws(Mistakes) {
                let scenario = try Scenario.read(bytes, file: file, folder: folder, given: given)
                return Play.run(scenario, file: file, observer: observer)
            } catch {
                return ScenarioReport(file: file, mistakes: error)
            }
        }
    }

    /// A scenario that does not pass without a mutation.
    package struct Failing: Error {
        /// The report of the play.
        package let report: ScenarioReport
    }

    private struct Mutant: Sendable {
        let index: Int
        let mutant: CampaignMutant
        let workspace: WorkspaceFile
    }

    private struct Played: Sendable {
        let subject: Subject
        let steps: Int
        let entries: [DecisionRecorder.Entry]
    }

    private let workspace: WorkspaceFile
    private let given: FactScenario.Given
    private let folder: Folder
    private let zones: Zones
    private let played: [Played]

    /// Plays the scenarios without a mutation; throws the report of the first that does not pass.
    ///
    /// - Parameters:
    ///   - given: the workspace as the scenarios to write name it.
    ///   - folder: the folder of the path in `given`.
    ///   - workers: the number of threads.
    package init(
        _ workspace: WorkspaceFile, _ given: FactScenario.Given, in folder: Folder,
        scenarios: [Subject], zones: Zones = .none, workers: Int
    ) throws(Failing) {
        self.workspace = workspace
        self.given = given
        self.folder = folder
        self.zones = zones
        let runs = Parallel.map(scenarios, workers: workers) { subject in
            let recorder = DecisionRecorder()
            let report = subject.play(workspace, observer: recorder)
            return (
                report,
                Played(
                    subject: subject, steps: report.steps.count, entries: recorder.entries)
            )
        }
        if let failing = runs.first(where: { $0.0.verdict != .passed }) {
            throw Failing(report: failing.0)
        }
        // Short scenarios first: most mutants are noticed by one of them.
        played = runs.map(\.1).enumerated().sorted {
            ($0.element.steps, $0.offset) < ($1.element.steps, $1.offset)
        }.map(\.element)
    }

    /// Plays all mutants.
    package func report(workers: Int) -> MutationReport {
        let mutants = mutants
        let survivors = Parallel.map(mutants, workers: workers) { survivor($0) }
        return MutationReport(
            scenarios: played.count, mutants: mutants.count,
            survivors: survivors.compactMap(\.self))
    }

    private var mutants: [Mutant] {
        workspace.campaigns.enumerated().flatMap { index, entry in
            entry.campaign.mutants(zones: zones).map { mutant in
                var changed = workspace
                changed.campaigns[index].campaign = mutant.campaign
                return Mutant(index: index, mutant: mutant, workspace: changed)
            }
        }
    }

    /// Nil if a scenario notices the mutant.
    private func survivor(_ mutant: Mutant) -> MutationReport.Survivor? {
        let reached = played.filter { reaches(mutant, $0) }
        // Those whose decisions differ with the facts they had are likely to notice the mutant.
        let first = reached.filter { decidesDifferently(mutant, $0) }
        let files = Set(first.map(\.subject.file))
        for one in first + reached.filter({ !files.contains($0.subject.file) }) {
            if one.subject.play(mutant.workspace).verdict != .passed { return nil }
        }
        return MutationReport.Survivor(
            pointer: "/campaigns/\(mutant.index)/\(mutant.mutant.place)",
            operation: mutant.mutant.operation, before: mutant.mutant.before,
            after: mutant.mutant.after, witness: witness(of: mutant))
    }

    /// True if a decision of the scenario could be another one with the mutant. An expression has
    /// no other effect than its results.
    private func reaches(_ mutant: Mutant, _ one: Played) -> Bool {
        let original = workspace.campaigns[mutant.index].campaign
        let entries = one.entries.filter { $0.campaign.version.id.declared == original.id ?? ID(1) }
        guard let question = mutant.mutant.question,
            let old = compiled(original)?.conditions.program(for: question)
        else { return !entries.isEmpty }
        let new = compiled(mutant.mutant.campaign)?.conditions.program(for: question)
        return entries.contains { entry in
            guard let values = entry.values else { return true }
            // Another version may be in force after a step that applies one.
            guard entry.campaign.version.text(of: question) == old.source.text else {
                return false
            }
            // Without the expression no conversion is reviewed.
            let usual = question == .review ? "false" : "true"
            return word(old, values) != new.map { word($0, values) } ?? usual
        }
    }

    /// True if a decision of the scenario is another one with the mutant and the same facts.
    private func decidesDifferently(_ mutant: Mutant, _ one: Played) -> Bool {
        guard let changed = compiled(mutant.mutant.campaign) else { return true }
        let number = workspace.campaigns[mutant.index].campaign.id ?? ID(1)
        return one.entries.contains { entry in
            let version = entry.campaign.version
            guard version.id.declared == number else { return false }
            let rewards = changed.campaign.rewards
            guard rewards.count == version.rewards.count else { return true }
            let campaign = Campaign(
                id: version.id, version: version.version, changed.campaign.rules,
                rewards: zip(version.rewards, rewards).map { CampaignReward(id: $0.id, $1.rule) })
            var facts = entry.facts
            facts.campaign = campaign
            return decision(entry.facts, entry.campaign.conditions, entry.values)
                != decision(facts, changed.conditions, entry.values)
        }
    }

    private func decision(
        _ facts: Facts, _ conditions: Conditions, _ values: Activation?
    ) -> Decision {
        var budget = Conditions.budget
        return decide(facts) { question in
            guard let values else { return .unknown("the campaign has no such expression") }
            return conditions.verdict(on: question, given: values, spending: &budget)
        }
    }

    private func word(_ program: Program, _ values: Activation) -> String {
        switch program.evaluate(values) {
        case .success(let value): value.asBool.map { "\($0)" } ?? "unknown"
        case .failure: "unknown"
        }
    }

    private func compiled(_ campaign: CampaignDeclaration) -> RuleSet? {
        campaign.ruleSet(zones: zones)
    }

    // MARK: Witnesses

    private func witness(of mutant: Mutant) -> Witness? {
        let original = workspace.campaigns[mutant.index].campaign
        guard let old = compiled(original), let new = compiled(mutant.mutant.campaign) else {
            return nil
        }
        let name = "\(mutant.mutant.place): \(mutant.mutant.before) is not \(mutant.mutant.after)"
        let differences = DifferenceSearch.differences(old, new, atMost: 3, trials: 1500)
        var trials = differences.map { difference in
            FactScenario(name, of: difference.situation, usual: difference.usual, in: original)
        }
        if mutant.mutant.question == nil {
            trials += FactScenario.courses(
                name, of: mutant.mutant.place, usual: DifferenceSearch.usual(old), in: original)
        }
        for trial in trials {
            let found = try? Witness(
                trial, given, in: folder, of: workspace, against: mutant.workspace)
            if let found { return found }
        }
        return nil
    }
}

extension Campaign {
    /// The text of an expression; nil if the rules do not have it.
    fileprivate func text(of question: Question) -> String? {
        switch question {
        case .condition(let index):
            rules.conditions.indices.contains(index) ? rules.conditions[index] : nil
        case .when(let place): rewards.indices.contains(place) ? rewards[place].rule.when : nil
        case .review: if case .when(let text) = rules.review { text } else { nil }
        }
    }
}
