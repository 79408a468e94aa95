/// One thing wrong, or worth a second look, in a rule's text.
package struct Diagnostic: Error, Equatable, Sendable {
    package enum Severity: Equatable, Sendable { case error, warning }

    package let severity: Severity
    package let message: String
    /// The bytes of the source it is about.
    package let range: Range<Int>
    package let sourceName: String
    /// 1-based; the column counts code points.
    package let line: Int
    package let column: Int
    /// The line itself.
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
    /// As cel-go prints it (`common/error.go`): the place, the message, the line and a caret.
    package var description: String {
        let word = severity == .error ? "ERROR" : "WARNING"
        let shown = text.map { $0 == "\t" ? " " : String($0) }.joined()
        let dots = String(repeating: ".", count: column - 1)
        return "\(word): \(sourceName):\(line):\(column): \(message)\n | \(shown)\n | \(dots)^"
    }
}

/// Everything that keeps a rule from being used, in the order of the text.
package struct CompileErrors: Error, Equatable, Sendable, CustomStringConvertible {
    /// Which step refused the text.
    package enum Stage: Equatable, Sendable { case parse, check, limit }

    package let stage: Stage
    package let diagnostics: [Diagnostic]

    init(_ stage: Stage, _ diagnostics: [Diagnostic]) {
        precondition(!diagnostics.isEmpty, "a refusal says what it refuses")
        self.stage = stage
        self.diagnostics = diagnostics.sorted { $0.range.lowerBound < $1.range.lowerBound }
    }

    package var description: String {
        diagnostics.map(\.description).joined(separator: "\n")
    }
}
