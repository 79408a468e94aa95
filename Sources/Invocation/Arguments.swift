/// What a command was given, found good and ready to be asked for by the options it declared.
package struct Arguments: Sendable {
    private var options: [String: [String]] = [:]
    private var operands: [String: [String]] = [:]

    package subscript<Result>(_ option: Option<Result>) -> Result {
        guard let texts = options[option.declaration.name] else {
            preconditionFailure("--\(option.declaration.name) is not declared by this command")
        }
        return option.result(texts)
    }

    package subscript<Result>(_ operand: Operand<Result>) -> Result {
        guard let texts = operands[operand.declaration.name] else {
            preconditionFailure("\(operand.declaration.name) is not declared by this command")
        }
        return operand.result(texts)
    }

    /// Reads the words after a command's name. `--name value` and `--name=value` are the same; after
    /// `--` everything is an operand; variables count where an option is not given.
    package init(
        _ words: some Collection<String>, for usage: Usage, environment: [String: String] = [:]
    ) throws(ArgumentErrors) {
        var reader = ArgumentReader(usage)
        reader.read(Array(words))
        reader.readVariables(environment)
        reader.checkRequired()
        guard reader.errors.isEmpty else { throw ArgumentErrors(all: reader.errors) }
        options = reader.options
        operands = reader.operands
    }
}

/// Everything that is wrong with a command line.
package struct ArgumentErrors: Error, Equatable, Sendable {
    package let all: [ArgumentError]
}

package enum ArgumentError: Error, Equatable, Sendable {
    case unknownOption(String, nearest: String?)
    case valueMissing(option: String, valueName: String)
    case repeated(option: String)
    case requiredOption(String)
    case requiredOperand(String)
    case unexpectedOperand(String)
    /// Where it was said, what was said, and what is allowed.
    case value(Place, String, allowed: String, nearest: String?)

    package enum Place: Equatable, Sendable {
        case option(String)
        case variable(String)
        case operand(String)
    }
}

extension ArgumentError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .unknownOption(let text, let nearest):
            "unknown option '\(text)'" + (nearest.map { "; did you mean '--\($0)'?" } ?? "")
        case .valueMissing(let option, let valueName): "--\(option) needs a value, \(valueName)"
        case .repeated(let option): "--\(option) is given twice"
        case .requiredOption(let option): "--\(option) is required"
        case .requiredOperand(let name): "\(name) is required"
        case .unexpectedOperand(let text): "unexpected argument '\(text)'"
        case .value(let place, let text, let allowed, let nearest):
            "\(place): found '\(text)'; \(allowed)"
                + (nearest.map { "; did you mean '\($0)'?" } ?? "")
        }
    }
}

extension ArgumentError.Place: CustomStringConvertible {
    package var description: String {
        switch self {
        case .option(let name): "--\(name)"
        case .variable(let name): name
        case .operand(let name): name
        }
    }
}
