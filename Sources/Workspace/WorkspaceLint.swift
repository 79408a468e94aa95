import Declarations
import JSON
import Reading
import Rules

/// What is to be said of a workspace's expressions: mistakes, doubts, and what each may cost.
package struct WorkspaceLint: Sendable {
    /// An expression of the file that can be used.
    package struct Expression: Sendable {
        /// Where it stands in the file (RFC 6901).
        package let pointer: String
        package let line: Int?
        package let type: String
        package let cost: CostEstimate
    }

    /// What keeps the workspace from being applied.
    package let mistakes: Mistakes
    /// What can be used as it is, and is probably not meant.
    package let warnings: [Mistake]
    package let expressions: [Expression]
}

extension WorkspaceFile {
    /// Looks at a workspace as `read` does, and closer at its expressions.
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
