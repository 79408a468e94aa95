/// An error or a warning about a part of a rule's text.
package struct Diagnostic: Error, Equatable, Sendable {
    /// An error prevents the rule from being used, a warning does not.
    package enum Severity: Equatable, Sendable { case error, warning }

    /// The severity.
    package let severity: Severity
    /// The message, without its place.
    package let message: String
    /// The byte range of the source that it concerns.
    package let range: Range<Int>
    /// The name of the source.
    package let sourceName: String
    /// Counted from 1.
    package let line: Int
    /// Counted from 1, in code points.
    package let column: Int
    /// The content of the line.
    package let text: String

    init(
        _ message: String, at range: Range<Int>, in source: Source, severity: Severity = .error
    ) {
        let position = source.position(of: range.lowerBound)
        self.severity = severity
        self.message = message
        self.range = range
        sourceName = source.name
        line = position.line
        column = position.column
        text = source.line(position.line)
    }
}

extension Diagnostic: CustomStringConvertible {
    /// The form that cel-go prints (`common/error.go`): the place, the message, the line and a
    /// caret.
    package var description: String {
        let word = severity == .error ? "ERROR" : "WARNING"
        let shown = text.map { $0 == "\t" ? " " : String($0) }.joined()
        let dots = String(repeating: ".", count: column - 1)
        return "\(word): \(sourceName):\(line):\(column): \(message)\n | \(shown)\n | \(dots)^"
    }
}

/// All errors that prevent a rule from being used, in the order of the text.
package struct CompileErrors: Error, Equatable, Sendable, CustomStringConvertible {
    /// The stage that refused the text.
    package enum Stage: Equatable, Sendable { case parse, check, limit }

    /// The stage that refused the text.
    package let stage: Stage
    /// At least one error.
    package let diagnostics: [Diagnostic]

    init(_ stage: Stage, _ diagnostics: [Diagnostic]) {
        precondition(!diagnostics.isEmpty, "a refusal says what it refuses")
        self.stage = stage
        self.diagnostics = diagnostics.sorted { $0.range.lowerBound < $1.range.lowerBound }
    }

    /// The diagnostics, one after another.
    package var description: String {
        diagnostics.map(\.description).joined(separator: "\n")
    }
}
