import Referrals
import Time

/// The reason why one field of an event could not be mapped.
package struct MappingProblem: Error, Equatable, Sendable {
    /// The kind of problem, with its data.
    package enum Cause: Equatable, Sendable {
        /// The value is absent: a missing key on the way, null, an empty text.
        case missing(path: String)
        /// The value has another type than the field.
        case wrongType(found: String, wanted: String)
        /// A number instead of a time; it counts in this unit since 1970.
        case unixTime(UnixCount.Unit, isText: Bool)
        /// A text that does not have the field's format.
        case unreadable(wanted: String)
        case tooLong(limit: Int)
        case tooMany(limit: Int)
        /// The expression failed; in the words of the rule language.
        case failed(String)
    }

    /// The field that could not be mapped.
    package let field: Field
    /// The text of the expression.
    package let expression: String
    /// The kind of problem.
    package let cause: Cause

    package init(_ field: Field, _ expression: String, _ cause: Cause) {
        self.field = field
        self.expression = expression
        self.cause = cause
    }
}

extension MappingProblem {
    /// The code for the response.
    package var code: ReasonCode {
        if case .missing = cause { .mappingMissingField } else { .mappingTypeError }
    }

    /// The path at which a value is missing.
    package var path: String? {
        if case .missing(let path) = cause { path } else { nil }
    }
}

extension MappingProblem: CustomStringConvertible {
    /// A sentence for the author of the mapping or the sender. It may quote the body, so it belongs
    /// into responses, never into logs.
    package var description: String {
        guard !expression.isEmpty else {
            return "\(field.name): the mapping has no expression for it"
        }
        let named = "\(field.name) (\(expression))"
        switch cause {
        case .missing(let path):
            return path == expression
                ? "\(field.name): \(path) has no value"
                : "\(named): no value at \(path)"
        case .wrongType(let found, let wanted): return "\(named) is \(found), not \(wanted)"
        case .unixTime(let unit, let isText):
            return "\(named) is a number of \(unit) since 1970, not a time; "
                + unit.remedy(for: isText ? "int(\(expression))" : expression)
        case .unreadable(let wanted): return "\(named) is not \(wanted)"
        case .tooLong(let limit): return "\(named) is longer than \(limit) bytes"
        case .tooMany(let limit): return "\(named) gives more than \(limit) values"
        case .failed(let problem): return "\(named): \(problem)"
        }
    }
}

extension UnixCount.Unit {
    /// The expression that converts the number into a time.
    fileprivate func remedy(for number: String) -> String {
        switch self {
        case .seconds: "map it as fromUnix(\(number))"
        case .milliseconds: "map it as fromUnixMillis(\(number))"
        case .microseconds: "map it as fromUnixMillis(\(number) / 1000)"
        }
    }
}
