import Reading

/// What came of a scenario file.
package struct ScenarioReport: Sendable {
    package let file: String
    /// Nil where the file could not be read as a scenario.
    package let name: String?
    package let steps: [StepReport]
    /// Why it could not be played to its end, such as mistakes in the file.
    package let error: String?
    /// What is wrong in the file, where that is why.
    package let mistakes: Mistakes?
    package let duration: Duration

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

    /// A file that is no scenario.
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

    /// A scenario that could not be played is no scenario that says no.
    package enum Verdict: String, Sendable { case passed, failed, error }

    package var verdict: Verdict {
        if error != nil { return .error }
        return steps.allSatisfy(\.differences.isEmpty) ? .passed : .failed
    }
}

/// What came of one step.
package struct StepReport: Sendable {
    package let number: Int
    /// Its line in the file.
    package let line: Int
    /// What it does, in a few words.
    package let title: String
    package let differences: [Difference]
    /// Why the event was decided as it was, where something differs.
    package let explanation: String?
}

/// Something that is not as it was expected to be.
package struct Difference: Equatable, Sendable {
    /// Which part of the answer, such as `rewards[0].status`.
    package let part: String
    package let expected: String
    package let got: String

    package init(_ part: String, expected: String, got: String) {
        self.part = part
        self.expected = expected
        self.got = got
    }
}
