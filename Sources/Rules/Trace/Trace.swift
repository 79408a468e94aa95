/// An explanation of a rule's value: the tree of its terms, each with its outcome and the facts
/// that it read.
package struct Trace: Sendable {
    /// The rule's value, from the same evaluation that decides.
    package let result: Result<Value, EvaluationError>
    /// The rule as a whole.
    package let root: Node

    /// One part of the rule.
    package struct Node: Sendable {
        /// The byte range of its source.
        package let span: Range<Int>
        /// The source text of the part.
        package let text: String
        /// The term's effect on the decision.
        package let status: Status
        /// The value or the error of the part.
        package let outcome: Outcome
        /// The facts it read, in the order of the text, except those of its terms.
        package let facts: [Fact]
        /// The elements, for macros over lists and maps.
        package let elements: Elements?
        /// The parts of this part, except constants and facts; for a macro, the condition at its decisive
        /// element.
        package let terms: [Node]
        /// True if hidden values are part of its value (see `HiddenValues`).
        var isMadeOfHidden = false
    }

    /// The part of a term in the decision.
    package enum Status: String, Sendable {
        case evaluated
        /// An earlier term had decided; the outcome is the one it would have had.
        case skipped
        /// The term failed, but another term decided.
        case absorbed
    }

    /// The result of a part.
    package enum Outcome: Sendable {
        case value(Value)
        case failure(EvaluationError)
        /// A value that would reveal the content of a redacted field. Errors never show facts.
        case redacted
    }

    /// A fact that a part read.
    package struct Fact: Sendable {
        /// The value of a fact, or the reason why it is not shown.
        package enum Content: Sendable {
            case value(Value)
            case absent
            case redacted
        }

        /// The selection as written: `event.amount`.
        package let path: String
        /// The value of the fact.
        package let content: Content
        /// True if the content contains hidden values, which may be masked.
        var isHidden = false
    }

    /// The evaluations of a macro's condition, one per element.
    package struct Elements: Sendable {
        /// One element of the list or map.
        package struct Element: Sendable {
            /// The position, from 0, in the order of the list or map.
            package let index: Int
            /// The element, or the value of the key.
            package let value: Value
            /// The key; nil for a list.
            package let key: Value?
        }

        /// The number of elements evaluated.
        package var count = 0
        /// The number of elements that met the condition.
        package var matching = 0
        /// The number of elements for which the condition failed with an error.
        package var errors = 0
        /// The element that decided the result; further ones could not change it.
        package var deciding: Element?
        /// Up to three elements against: for `all` those that fail, for `exists` and `filter` the
        /// first that are left out.
        package var counterExamples: [Element] = []
        /// True if the condition was not evaluated for all, because the budget of the trace was
        /// exhausted.
        package var isCutShort = false
        /// True if the elements come from a redacted field, and so are not shown.
        package var isRedacted = false
    }
}

extension Program {
    /// Evaluates once as `evaluate` does, then again without stopping early, to show every term.
    ///
    /// - Parameter hidden: texts that the trace must not show. They remain in its `result`.
    package func explain(
        _ activation: Activation, budget: Budget = Budget(), hiding hidden: HiddenValues = .none
    ) -> Trace {
        let result = evaluate(activation, budget: budget)
        var explainer = TraceBuilder(self, hiding: hidden)
        var context = Context(
            activation, budget: budget, localCount: localCount, zones: zones)
        return Trace(result: result, root: explainer.explain(expression, &context).node)
    }
}
