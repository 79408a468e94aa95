import Reading

/// The result of a scenario file.
package struct ScenarioReport: Sendable {
    /// The path of the file.
    package let file: String
    /// The name of the scenario; nil if the file could not be read as one.
    package let name: String?
    /// The steps that were played, in their order.
    package let steps: [StepReport]
    /// The reason for which the scenario could not be played to its end, such as mistakes in the
    /// file.
    package let error: String?
    /// The mistakes in the file, if they are the reason.
    package let mistakes: Mistakes?
    /// The time that playing took.
    package let duration: Duration

    /// Creates a report of a scenario that was played.
    package init(
        file: String, name: String?, steps: [StepReport] = [], error: String? = nil,
        duration: Duration = .zero
    ) {
        self.file = file
        self.name = name
        self.steps = steps
        self.error = error
        mistakes = nil
        self.duration = duration
    }

    /// Creates a report of a file that is not a valid scenario.
    package init(file: String, mistakes: Mistakes) {
        self.file = file
        name = nil
        steps = []
        error =
            mistakes.list.map(\.located).joined()
            + (mistakes.count == 1 ? "1 mistake" : "\(mistakes.count) mistakes")
        self.mistakes = mistakes
        duration = .zero
    }

    /// The result. `error` means that the scenario could not be played, `failed` that a step
    /// differed.
    package enum Status: String, Sendable { case passed, failed, error }

    /// The result.
    package var verdict: Status {
        if error != nil { return .error }
        return steps.allSatisfy(\.differences.isEmpty) ? .passed : .failed
    }
}

/// The result of one step.
package struct StepReport: Sendable {
    /// The number of the step, from 1.
    package let number: Int
    /// The line of the step in the file.
    package let line: Int
    /// The action of the step in a few words.
    package let title: String
    /// The differences; empty if the step passed.
    package let differences: [Difference]
    /// The explanation of the event's decision, if something differs.
    package let explanation: String?
    /// The responses, if something differs from the expectation of the step.
    let observed: Observed?

    /// The responses to a post or a call.
    struct Observed: Sendable {
        /// At least one.
        let answers: [GatewayResponse]
        /// True if the responses have no order.
        let isConcurrent: Bool
    }
}

/// A difference between an expected and an actual value.
package struct Difference: Equatable, Sendable {
    /// The compared part of the response, such as `rewards[0].status`.
    package let part: String
    /// The expected value.
    package let expected: String
    /// The actual value.
    package let got: String

    /// Creates a difference.
    package init(_ part: String, expected: String, got: String) {
        self.part = part
        self.expected = expected
        self.got = got
    }
}
