import Currencies
import Rules

/// One expression of a mapping that compiled, with its position.
package struct MappingExpression: Sendable {
    /// The field that the expression gives.
    package let field: Field
    /// The index in a list of expressions; nil for a single one.
    package let index: Int?
    /// The compiled expression.
    package let program: Program

    /// A JSON pointer (RFC 6901) relative to the source.
    package var pointer: String { field.pointer(at: index) }
}

extension CompiledMapping {
    /// All expressions of a mapping that compile, even if others do not.
    package static func expressions(
        of text: MappingText, zones: Zones = .none
    ) -> [MappingExpression] {
        var compiler = Compiler(text, zones)
        return Field.allCases.flatMap { field in
            // One by one: if one of several is refused, the others keep their indices.
            text[field].indices.compactMap { index in
                compiler.program(field, at: index).map { found in
                    MappingExpression(
                        field: field, index: text[field].count > 1 ? index : nil,
                        program: found.program)
                }
            }
        }
    }
}

extension CompiledMapping {
    /// The constant currency of a mapping if ISO 4217 does not list it; nil for any other mapping.
    package var unknownCurrency: String? {
        guard let text = currency?.program.constantText, Currency(text)?.isListed != true else {
            return nil
        }
        return text
    }
}

extension Field {
    /// The JSON pointer to the field in a source's declaration.
    func pointer(at index: Int?) -> String {
        let place = (standsBesideMapping ? "/" : "/mapping/") + name
        return index.map { "\(place)/\($0)" } ?? place
    }
}
