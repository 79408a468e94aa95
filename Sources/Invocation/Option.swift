/// An option of a command, and what its value becomes: `Value` where there is a default or it must be
/// given, `Value?` where it may be left out, `[Value]` where it may be repeated, `Bool` for a flag.
///
/// Each has a variable, `REFGATE_` and its name in capitals, which counts where the option is not given.
package struct Option<Result: Sendable>: Sendable {
    package let declaration: OptionDeclaration
    /// Makes the result of texts that were found good.
    let result: @Sendable ([String]) -> Result
}

/// What is known of an option whatever its type.
package struct OptionDeclaration: Sendable {
    package let name: String
    /// Nil for a flag.
    package let valueName: String?
    package let help: String
    /// The default as it would be written.
    package let usual: String?
    package let isRequired: Bool
    package let isRepeated: Bool
    /// Nil where no variable stands for it.
    package let variable: String?
    let allowed: String
    let choices: [String]
    let isAllowed: @Sendable (String) -> Bool
}

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
    /// An option with a default.
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

    /// An option that may be left out.
    package static func optional<Value>(
        _ name: String, _ kind: Kind<Value>, _ help: String, hasVariable: Bool = true
    ) -> Option where Result == Value? {
        Option(declaration: OptionDeclaration(name, kind, help, hasVariable: hasVariable)) {
            $0.last.flatMap(kind.read)
        }
    }

    /// An option that may be given several times; a variable separates its values by commas.
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
    /// An option that needs no value; `--name=false` takes back what a variable says.
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
