import Conditions
import Declarations
import JSON
import Reading
import Referrals
import Rules
import Time
import Workspace

/// Steps by which a gateway comes to decide about given facts, without the expected responses.
package struct Trial: Sendable {
    /// The sentence that names the scenario.
    package var name: String
    /// The clock before the first step.
    var clock: Instant
    /// The steps after the declaration of the source.
    var steps: [TrialStep]

    /// The id of the source that a trial declares.
    static let source = "trial"

    /// The declarations that a scenario begins with.
    package enum Given: Sendable {
        /// The path of a workspace file, as the scenario names it.
        case file(String)
        /// The text of a workspace.
        case text([UInt8])
    }
}

// MARK: Text

extension Trial {
    /// Writes the scenario.
    ///
    /// - Parameter answers: the responses to expect of each step; nil to expect nothing.
    func text(_ given: Given, expecting answers: [GatewayResponse?]? = nil) -> [UInt8] {
        var json = Writer(layout: .indented)
        json.object { json in
            json.member("name", name)
            switch given {
            case .file(let path): json.member("given", path)
            case .text(let text): json.member("given", raw: text)
            }
            json.member("clock", "\(clock)")
            json.list("steps", Array(steps.enumerated())) { step, json in
                step.element.write(expecting: answers?[step.offset], to: &json)
            }
        }
        return json.bytes + [UInt8(ascii: "\n")]
    }
}

/// A trial with the responses that some rules give, and other rules do not.
package struct Witness: Sendable {
    private let trial: Trial
    private let answers: [GatewayResponse?]

    /// Plays a trial with some rules and then with others. Nil if the rules give the same
    /// responses, or if the trial cannot be played.
    ///
    /// - Parameters:
    ///   - folder: the folder of the files that `given` names.
    ///   - base: the declarations of `given`.
    ///   - changed: the declarations with the other rules.
    package init?(
        _ trial: Trial, _ given: Trial.Given, in folder: Folder, of base: WorkspaceFile,
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
    package func text(_ given: Trial.Given) -> [UInt8] {
        trial.text(given, expecting: answers)
    }
}
