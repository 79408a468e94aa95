/// The reason why a rule has no value: data for the program, with a text for people.
///
/// A class, so that a result without an error carries one word for it.
package final class EvaluationError: Error, Sendable {
    /// A kind of error with its data.
    package enum Reason: Equatable, Sendable {
        /// A map lacks the key, a record has no value for the field, or a field was selected from
        /// null.
        case noSuchKey(String, path: String)
        case noSuchOverload(function: String, arguments: [String])
        case unboundVariable(String)
        case unboundFunction(String)
        case indexOutOfRange(Int64, size: Int)
        case overflow(String)
        case divisionByZero
        case moduloByZero
        /// A value that the other type cannot represent.
        case conversion(from: String, to: String)
        case invalidArgument(function: String, problem: String)
        case repeatedKey
        case unsupportedKey(type: String)
        case emptyOptional
        case invalidPattern(String)
        case costExceeded(limit: Int)
        case sizeExceeded(limit: Int)
    }

    /// The kind of error.
    package let reason: Reason
    /// The byte range of the source at which it arose; nil until it is known.
    package let span: Range<Int>?
    /// Further errors of equal weight: of the other terms of one `&&` or `||`.
    package let others: [EvaluationError]

    package init(_ reason: Reason, at span: Range<Int>? = nil, others: [EvaluationError] = []) {
        self.reason = reason
        self.span = span
        self.others = others
    }

    func located(at span: Range<Int>) -> EvaluationError {
        self.span == nil ? EvaluationError(reason, at: span, others: others) : self
    }

    /// This error and the others of equal weight.
    package var all: [EvaluationError] { [self] + others.flatMap(\.all) }

    func merged(with other: EvaluationError) -> EvaluationError {
        EvaluationError(reason, at: span, others: others + [other])
    }

    /// True if a key or field is missing: for a mapping the field is absent, and not of a wrong
    /// type.
    package var isAbsence: Bool {
        switch reason {
        case .noSuchKey, .indexOutOfRange, .emptyOptional: others.allSatisfy(\.isAbsence)
        default: false
        }
    }

    /// True if a limit ended the evaluation; `||` does not absorb such an error.
    package var isLimit: Bool {
        switch reason {
        case .costExceeded, .sizeExceeded: true
        default: false
        }
    }
}

extension EvaluationError: CustomStringConvertible {
    /// The errors in words, separated by semicolons.
    package var description: String { all.map(\.reason.description).joined(separator: "; ") }
}

/// The text of an error may contain the rule's text, but never values of facts.
extension EvaluationError.Reason: CustomStringConvertible {
    /// The error in words.
    package var description: String {
        switch self {
        case .noSuchKey(let key, let path):
            "no such key: '\(key)' (\(path)); guard it with has(…) or select it with .?"
        case .noSuchOverload(let function, let arguments)
        where comparisons.contains(function) && arguments.count == 2:
            "\(typeInWords(arguments[0])) cannot be compared with \(typeInWords(arguments[1]))"
                + advice(function, arguments)
        case .noSuchOverload(let function, let arguments):
            "no such overload: \(function)(\(arguments.joined(separator: ", ")))"
                + advice(function, arguments)
        case .unboundVariable(let name): "no value for variable '\(name)'"
        case .unboundFunction(let name): "unbound function '\(name)'"
        case .indexOutOfRange(let index, let size):
            "index out of range: \(index) in a list of \(size)"
        case .overflow(let operation): "\(operation) overflows"
        case .divisionByZero: "division by zero"
        case .moduloByZero: "modulus by zero"
        case .conversion(let from, let to): "this \(from) cannot be converted to \(to)"
        case .invalidArgument(let function, let problem): "\(function): \(problem)"
        case .repeatedKey: "a key is repeated in a map"
        case .unsupportedKey(let type): "a map cannot have keys of type \(type)"
        case .emptyOptional: "optional.none() has no value"
        case .invalidPattern(let problem): "invalid pattern: \(problem)"
        case .costExceeded(let limit): "evaluation costs more than \(limit) units"
        case .sizeExceeded(let limit): "evaluation builds more than \(limit) bytes"
        }
    }
}

private let comparisons: Set<String> = ["_<_", "_<=_", "_>_", "_>=_"]

/// A hint for correcting types that do not fit; empty if there is none.
private func advice(_ function: String, _ arguments: [String]) -> String {
    if function == "bool" { return "; compare it with a value to get true or false" }
    if function.hasPrefix(".") { return "; only maps have members" }
    if function == "_[_]" {
        return arguments.first == "list"
            ? "; a list is indexed by int" : "; only lists and maps are indexed"
    }
    let numbers = ["int", "uint", "double"]
    guard arguments.count == 2, arguments[0] != arguments[1] else { return "" }
    switch (numbers.contains(arguments[0]), numbers.contains(arguments[1])) {
    case (true, true): return "; convert one side, for example with \(arguments[0])(…)"
    case (true, false) where arguments[1] == "string", (false, true) where arguments[0] == "string":
        return "; convert one side, for example with string(…) or int(…)"
    default: return ""
    }
}
