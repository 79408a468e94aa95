/// Why a rule came to its value: the tree of its terms, each with its outcome and the facts it read.
package struct Trace: Sendable {
    /// What the rule came to, by the same evaluation that decides.
    package let result: Result<Value, EvaluationError>
    package let root: Node

    package struct Node: Sendable {
        /// The bytes of the source, and these as text.
        package let span: Range<Int>
        package let text: String
        package let status: Status
        package let outcome: Outcome
        /// What was read for it, in the order of the text; what its terms read stands with them.
        package let facts: [Fact]
        /// For macros over lists and maps.
        package let elements: Elements?
        /// Every part but constants and facts; a macro's condition at its deciding element.
        package let terms: [Node]
        /// Whether hidden values went into it (see `HiddenValues`).
        var isMadeOfHidden = false
    }

    package enum Status: String, Sendable {
        case evaluated
        /// A term before it had decided; the outcome is what it would have been.
        case skipped
        /// It failed, and another term decided anyway.
        case absorbed
    }

    package enum Outcome: Sendable {
        case value(Value)
        case failure(EvaluationError)
        /// A value that would show what a redacted field holds. Errors never show what was read.
        case redacted
    }

    package struct Fact: Sendable {
        package enum Content: Sendable {
            case value(Value)
            case absent
            case redacted
        }

        /// As written: `event.amount`.
        package let path: String
        package let content: Content
        /// Whether the content holds hidden values, which may be masked in it.
        var isHidden = false
    }

    package struct Elements: Sendable {
        package struct Element: Sendable {
            /// From 0, in the order of the list or map.
            package let index: Int
            /// The element, or the key and its value.
            package let value: Value
            package let key: Value?
        }

        package var count = 0
        /// Of those, how many met the condition.
        package var matching = 0
        package var errors = 0
        /// The element after which nothing could change.
        package var deciding: Element?
        /// Up to three that speak against: for `all` those that fail, for `exists` and `filter` the
        /// first that are left out.
        package var counterExamples: [Element] = []
        /// The condition was not tried on all: the budget of a trace ended.
        package var isCutShort = false
        /// They come from a field that is not shown, and so are not.
        package var isRedacted = false
    }
}

extension Program {
    /// Evaluates once as `evaluate` does, then again without stopping early, to show every term.
    ///
    /// - Parameter hidden: what the trace must not show. Its `result` is the value as it is.
    package func explain(
        _ activation: Activation, budget: Budget = Budget(), hiding hidden: HiddenValues = .none
    ) -> Trace {
        let result = evaluate(activation, budget: budget)
        var explainer = Explainer(self, hiding: hidden)
        var context = Context(
            activation, budget: budget, localCount: localCount, zones: zones)
        return Trace(result: result, root: explainer.explain(expression, &context).node)
    }
}
