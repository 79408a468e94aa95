/// What a command takes without an option's name, in its place.
package struct Operand<Result: Sendable>: Sendable {
    package let declaration: OperandDeclaration
    let result: @Sendable ([String]) -> Result
}

/// What is known of an operand whatever its type.
package struct OperandDeclaration: Sendable {
    package let name: String
    package let help: String
    let least: Int
    /// Nil where there is no limit.
    let most: Int?
    let allowed: String
    let choices: [String]
    let isAllowed: @Sendable (String) -> Bool
}

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
    /// An operand that must be given.
    package init(_ name: String, _ kind: Kind<Result>, _ help: String) {
        declaration = OperandDeclaration(name, kind, help, least: 1, most: 1)
        result = { texts in
            guard let value = texts.first.flatMap(kind.read) else {
                preconditionFailure("\(name) is required, and was found good")
            }
            return value
        }
    }

    package static func optional<Value>(
        _ name: String, _ kind: Kind<Value>, _ help: String
    ) -> Operand where Result == Value? {
        Operand(declaration: OperandDeclaration(name, kind, help, least: 0, most: 1)) {
            $0.first.flatMap(kind.read)
        }
    }

    /// As many as there are.
    package static func repeated<Value>(
        _ name: String, _ kind: Kind<Value>, _ help: String, least: Int = 1
    ) -> Operand where Result == [Value] {
        Operand(declaration: OperandDeclaration(name, kind, help, least: least, most: nil)) {
            $0.compactMap(kind.read)
        }
    }
}
