import Declarations
import JSON
import Reading
import Rules

/// The findings about a workspace's expressions: mistakes, warnings, and the cost of each.
package struct WorkspaceLint: Sendable {
    /// A valid expression of the file.
    package struct Expression: Sendable {
        /// The place in the file as a JSON pointer (RFC 6901).
        package let pointer: String
        /// The line in the file; nil if unknown.
        package let line: Int?
        /// The type of the expression's value.
        package let type: String
        /// The estimated cost of evaluating it.
        package let cost: CostEstimate
    }

    /// The mistakes that prevent applying the workspace.
    package let mistakes: Mistakes
    /// Parts that are allowed and probably unintended.
    package let warnings: [Mistake]
    /// The valid expressions in the order of the file.
    package let expressions: [Expression]
}

extension WorkspaceFile {
    /// Reads a workspace as `read` does, and also collects warnings and costs of its expressions.
    package static func lint(
        _ bytes: [UInt8], file: String = "workspace.json", folder: Folder = .none,
        known: Known = .nothing, zones: Zones = .none
    ) -> WorkspaceLint {
        let document: Document
        do {
            document = try Document(parsing: bytes, limits: Limits(bytes: longest))
        } catch {
            return WorkspaceLint(
                mistakes: .notJSON(error, bytes, file: file), warnings: [], expressions: [])
        }
        let reading = DocumentReading(document, file: file)
        let check = ExpressionCheck(zones: zones, isLinting: true)
        var reader = WorkspaceReader(reading, folder, known, check)
        _ = reader.read(document.root)
        let found = check.found.sorted { $0.range.lowerBound < $1.range.lowerBound }
        let places = reading.shown(
            found.map { DocumentReading.Note(range: $0.range, fault: .doubt("")) })
        return WorkspaceLint(
            mistakes: reader.mistakes, warnings: reading.shown(reading.doubts),
            expressions: zip(found, places).map { expression, place in
                WorkspaceLint.Expression(
                    pointer: place.pointer ?? "", line: place.line,
                    type: expression.program.type.description, cost: expression.program.cost)
            })
    }
}
