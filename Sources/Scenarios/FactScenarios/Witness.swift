import Reading
import Workspace

/// A trial with the responses that some rules give, and other rules do not.
package struct Witness: Sendable {
    private let trial: FactScenario
    private let answers: [GatewayResponse?]

    /// Plays a trial with some rules and then with others. Nil if the rules give the same
    /// responses, or if the trial cannot be played.
    ///
    /// - Parameters:
    ///   - folder: the folder of the files that `given` names.
    ///   - base: the declarations of `given`.
    ///   - changed: the declarations with the other rules.
    package init?(
        _ trial: FactScenario, _ given: FactScenario.Given, in folder: Folder,
        of base: WorkspaceFile,
        against changed: WorkspaceFile
    ) throws(Mistakes) {
        self.trial = trial
        func scenario(_ text: [UInt8], _ given: WorkspaceFile) throws(Mistakes) -> Scenario {
            try Scenario.read(text, file: trial.name, folder: folder, given: given)
        }
        let first = Play.run(
            try scenario(trial.text(given), base), file: trial.name, keepsResponses: true)
        guard first.verdict == .passed, first.steps.count == trial.steps.count else { return nil }
        answers = first.steps.map { $0.observed?.answers.last }
        let whole = text(given)
        guard Play.run(try scenario(whole, changed), file: trial.name).verdict == .failed,
            Play.run(try scenario(whole, base), file: trial.name).verdict == .passed
        else { return nil }
    }

    /// The scenario file: it passes with the first rules and fails with the others.
    package func text(_ given: FactScenario.Given) -> [UInt8] {
        trial.text(given, expecting: answers)
    }
}
