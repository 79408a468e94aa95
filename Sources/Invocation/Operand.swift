/// An argument of a command that is given by its position, without an option's name.
package struct Operand<Result: Sendable>: Sendable {
    /// The name, help and number of the operand.
    package let declaration: OperandDeclaration
    let result: @Sendable ([String]) -> Result
}

/// The description of an operand, independent of its type.
package struct OperandDeclaration: Sendable {
    /// The word that stands for the operand in help texts.
    package let name: String
    /// The help text.
    package let help: String
    let least: Int
    /// The maximum number of words; nil for no limit.
    let most: Int?
    let allowed: String
    let choices: [String]
    let isAllowed: @Sendable (String) -> Bool
}

/// An operand of any type.
package protocol DeclaresOperand {
    var declaration: OperandDeclaration { get }
}

extension Operand: DeclaresOperand {}

extension OperandDeclaration {
    fileprivate init<Value>(
        _ name: String, _ kind: Kind<Value>, _ help: String, least: Int, most: Int?
    ) {
        self.init(
            name: name, help: help, least: least, most: most, allowed: kind.allowed,
            choices: kind.choices, isAllowed: { kind.read($0) != nil })
    }
}

extension Operand {
    /// An operand that is required.
    package init(_ name: String, _ kind: Kind<Result>, _ help: String) {
        declaration = OperandDeclaration(name, kind, help, least: 1, most: 1)
        result = { texts in
            guard let value = texts.first.flatMap(kind.read) else {
                preconditionFailure("\(name) is required, and was found good")
            }
            return value
        }
    }

    /// An operand that may be omitted; its value is then nil.
    package static func optional<Value>(
        _ name: String, _ kind: Kind<Value>, _ help: String
    ) -> Operand where Result == Value? {
        Operand(declaration: OperandDeclaration(name, kind, help, least: 0, most: 1)) {
            $0.first.flatMap(kind.read)
        }
    }

    /// An operand that may be given any number of times.
    package static func repeated<Value>(
        _ name: String, _ kind: Kind<Value>, _ help: String, least: Int = 1
    ) -> Operand where Result == [Value] {
        Operand(declaration: OperandDeclaration(name, kind, help, least: least, most: nil)) {
            $0.compactMap(kind.read)
        }
    }
}
