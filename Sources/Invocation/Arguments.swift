/// The valid arguments of a command, accessed through the options and operands it declared.
package struct Arguments: Sendable {
    private var options: [String: [String]] = [:]
    private var operands: [String: [String]] = [:]

    /// The value of an option that the command declared.
    package subscript<Result>(_ option: Option<Result>) -> Result {
        guard let texts = options[option.declaration.name] else {
            preconditionFailure("--\(option.declaration.name) is not declared by this command")
        }
        return option.result(texts)
    }

    /// The value of an operand that the command declared.
    package subscript<Result>(_ operand: Operand<Result>) -> Result {
        guard let texts = operands[operand.declaration.name] else {
            preconditionFailure("\(operand.declaration.name) is not declared by this command")
        }
        return operand.result(texts)
    }

    /// Reads the words after a command's name. `--name value` and `--name=value` are equivalent;
    /// after `--` every word is an operand; environment variables apply to options that are not
    /// given.
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

/// All mistakes of a command line.
package struct ArgumentErrors: Error, Equatable, Sendable {
    /// The mistakes in the order of their discovery; not empty.
    package let all: [ArgumentError]
}

/// One mistake of a command line.
package enum ArgumentError: Error, Equatable, Sendable {
    case unknownOption(String, nearest: String?)
    case valueMissing(option: String, valueName: String)
    case repeated(option: String)
    case requiredOption(String)
    case requiredOperand(String)
    case unexpectedOperand(String)
    /// An invalid value: its place, the text, and the allowed values.
    case value(Place, String, allowed: String, nearest: String?)

    /// The place of a value: an option, an operand or an environment variable.
    package enum Place: Equatable, Sendable {
        case option(String)
        case variable(String)
        case operand(String)
    }
}

extension ArgumentError: CustomStringConvertible {
    /// The mistake as a sentence for standard error.
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
    /// The place as it appears in a sentence.
    package var description: String {
        switch self {
        case .option(let name): "--\(name)"
        case .variable(let name): name
        case .operand(let name): name
        }
    }
}
