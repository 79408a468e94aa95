/// An option of a command with the type of its value: `Value` for an option that has a default or
/// is required, `Value?` for an optional one, `[Value]` for a repeatable one, `Bool` for a flag.
///
/// Every option has an environment variable, `REFGATE_` and its name in capitals, which applies if
/// the option is not given.
package struct Option<Result: Sendable>: Sendable {
    /// The description of the option.
    package let declaration: OptionDeclaration
    /// Converts texts that were found valid.
    let result: @Sendable ([String]) -> Result
}

/// The description of an option, independent of its type.
package struct OptionDeclaration: Sendable {
    /// The name without the leading hyphens.
    package let name: String
    /// The word that stands for the value in help texts; nil for a flag.
    package let valueName: String?
    /// The help text.
    package let help: String
    /// The default as it would be written on the command line.
    package let usual: String?
    /// True if the option must be given.
    package let isRequired: Bool
    /// True if the option may be given several times.
    package let isRepeated: Bool
    /// The name of the environment variable; nil if there is none.
    package let variable: String?
    let allowed: String
    let choices: [String]
    let isAllowed: @Sendable (String) -> Bool
}

/// An option of any type.
package protocol DeclaresOption {
    var declaration: OptionDeclaration { get }
}

extension Option: DeclaresOption {}

extension OptionDeclaration {
    fileprivate init<Value>(
        _ name: String, _ kind: Kind<Value>, _ help: String, usual: String? = nil,
        isRequired: Bool = false, isRepeated: Bool = false, hasVariable: Bool
    ) {
        self.init(
            name: name, valueName: kind.valueName, help: help, usual: usual,
            isRequired: isRequired, isRepeated: isRepeated,
            variable: hasVariable ? variableName(of: name) : nil, allowed: kind.allowed,
            choices: kind.choices, isAllowed: { kind.read($0) != nil })
    }
}

private func variableName(of option: String) -> String {
    "REFGATE_"
        + String(
            decoding: option.utf8.map { byte -> UInt8 in
                byte == UInt8(ascii: "-")
                    ? UInt8(ascii: "_") : byte >= 0x61 && byte <= 0x7A ? byte & 0xDF : byte
            }, as: UTF8.self)
}

extension Option {
    /// Creates an option with a default.
    package init(
        _ name: String, _ kind: Kind<Result>, default usual: String, _ help: String,
        hasVariable: Bool = true
    ) {
        guard let value = kind.read(usual) else {
            preconditionFailure("the default of --\(name) is not allowed")
        }
        declaration = OptionDeclaration(name, kind, help, usual: usual, hasVariable: hasVariable)
        result = { texts in texts.last.flatMap(kind.read) ?? value }
    }

    /// An option that must be given.
    package static func required(
        _ name: String, _ kind: Kind<Result>, _ help: String, hasVariable: Bool = true
    ) -> Option {
        Option(
            declaration: OptionDeclaration(
                name, kind, help, isRequired: true, hasVariable: hasVariable)
        ) { texts in
            guard let value = texts.last.flatMap(kind.read) else {
                preconditionFailure("--\(name) is required, and was found good")
            }
            return value
        }
    }

    /// An option that may be omitted; its value is then nil.
    package static func optional<Value>(
        _ name: String, _ kind: Kind<Value>, _ help: String, hasVariable: Bool = true
    ) -> Option where Result == Value? {
        Option(declaration: OptionDeclaration(name, kind, help, hasVariable: hasVariable)) {
            $0.last.flatMap(kind.read)
        }
    }

    /// An option that may be given several times; the variable separates values by commas.
    package static func repeated<Value>(
        _ name: String, _ kind: Kind<Value>, _ help: String, hasVariable: Bool = true
    ) -> Option where Result == [Value] {
        Option(
            declaration: OptionDeclaration(
                name, kind, help, isRepeated: true, hasVariable: hasVariable)
        ) { $0.compactMap(kind.read) }
    }
}

extension Option<Bool> {
    /// An option without a value; `--name=false` overrides a variable that sets it.
    package static func flag(
        _ name: String, _ help: String, hasVariable: Bool = true
    ) -> Option {
        Option(
            declaration: OptionDeclaration(
                name: name, valueName: nil, help: help, usual: nil, isRequired: false,
                isRepeated: false, variable: hasVariable ? variableName(of: name) : nil,
                allowed: "true or false is needed", choices: ["true", "false"],
                isAllowed: { flagValue($0) != nil })
        ) { $0.last.flatMap(flagValue) ?? false }
    }
}

private func flagValue(_ text: String) -> Bool? {
    switch text {
    case "true", "1", "yes": true
    case "false", "0", "no": false
    default: nil
    }
}
