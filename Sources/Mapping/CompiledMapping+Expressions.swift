import Currencies
import Rules

/// One expression of a mapping that can be used, with its place.
package struct MappingExpression: Sendable {
    package let field: Field
    /// The place in a list of expressions.
    package let index: Int?
    package let program: Program

    /// A JSON pointer (RFC 6901) relative to the source.
    package var pointer: String { field.pointer(at: index) }
}

extension CompiledMapping {
    /// All expressions of a mapping that compile, whatever keeps others from it.
    package static func expressions(
        of text: MappingText, zones: Zones = .none
    ) -> [MappingExpression] {
        var compiler = Compiler(text, zones)
        return Field.allCases.flatMap { field in
            // One by one: where one of several is refused, the others keep their places.
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
    /// The currency of every event, where the mapping writes one down that ISO 4217 does not list.
    package var unknownCurrency: String? {
        guard let text = currency?.program.constantText, Currency(text)?.isListed != true else {
            return nil
        }
        return text
    }
}

extension Field {
    /// Where a source's declaration has it.
    func pointer(at index: Int?) -> String {
        let place = (standsBesideMapping ? "/" : "/mapping/") + name
        return index.map { "\(place)/\($0)" } ?? place
    }
}
