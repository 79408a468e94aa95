import JSON

extension Trace: CustomStringConvertible {
    /// One line per term, indented: outcome, text, and the facts behind it.
    ///
    ///     false    event.amount >= 5000 && event.currency == "USD"
    ///       false    event.amount >= 5000   (event.amount = 4200)
    ///       skipped  event.currency == "USD"   (event.currency = "USD")
    package var description: String {
        var lines: [String] = []
        root.append(to: &lines, depth: 0)
        return lines.joined(separator: "\n")
    }

    /// Appends the tree as a JSON object.
    package func append(to writer: inout JSON.Writer) { root.append(to: &writer) }
}

extension Trace.Outcome: CustomStringConvertible {
    /// The value, the error in words, or the mark of a redacted value.
    package var description: String {
        switch self {
        case .value(let value): ValueText.text(of: value)
        case .failure(let error): "error: \(error)"
        case .redacted: "(redacted)"
        }
    }
}

extension Trace.Fact: CustomStringConvertible {
    /// The path and its content, such as `event.amount = 4200`.
    package var description: String {
        switch content {
        case .value(let value): "\(path) = \(ValueText.text(of: value))"
        case .absent: "\(path) is absent"
        case .redacted: "\(path) = (redacted)"
        }
    }
}

extension Trace.Elements: CustomStringConvertible {
    /// The numbers of elements and matches, and the decisive elements.
    package var description: String {
        var parts = ["\(matching) of \(count) elements"]
        if errors > 0 { parts.append("\(errors) failed") }
        if let deciding { parts.append("decided by \(shown(deciding))") }
        if !counterExamples.isEmpty {
            parts.append("not by \(counterExamples.map(shown).joined(separator: ", "))")
        }
        if isCutShort { parts.append("cut short") }
        return parts.joined(separator: "; ")
    }

    private func shown(_ element: Element) -> String {
        isRedacted ? "[\(element.index)] (redacted)" : element.description
    }
}

extension Trace.Elements.Element: CustomStringConvertible {
    /// The element with its index or key.
    package var description: String {
        "[\(key.map { ValueText.text(of: $0, limit: 60) } ?? String(index))] "
            + ValueText.text(of: value, limit: 80)
    }
}

extension Trace.Node {
    /// The first column: the outcome in one word, if it has one.
    private var mark: String {
        switch (status, outcome) {
        case (.skipped, _): "skipped"
        case (.absorbed, _): "absorbed"
        case (_, .value(.bool(let bool))): bool ? "true" : "false"
        case (_, .failure): "error"
        case (_, .value), (_, .redacted): "value"
        }
    }

    fileprivate func append(to lines: inout [String], depth: Int) {
        var notes = facts.map(\.description)
        if let elements { notes.append(elements.description) }
        if mark == "error" || mark == "absorbed" || mark == "value" {
            notes.insert(outcome.description, at: 0)
        }
        let padding = String(repeating: " ", count: max(0, 9 - mark.count))
        let note = notes.isEmpty ? "" : "   (\(notes.joined(separator: "; ")))"
        let shown = text.split(whereSeparator: \.isNewline).joined(separator: " ")
        lines.append(String(repeating: "  ", count: depth) + mark + padding + shown + note)
        for term in terms { term.append(to: &lines, depth: depth + 1) }
    }

    fileprivate func append(to writer: inout JSON.Writer) {
        writer.beginObject()
        writer.member("text", text)
        writer.member("status", status.rawValue)
        switch outcome {
        case .value(.bool(let bool)):
            writer.member("value", bool)
        case .value, .redacted:
            writer.member("value", outcome.description)
        case .failure(let error):
            writer.member("error", error.description)
        }
        if !facts.isEmpty {
            writer.list("facts", facts) { $0.append(to: &$1) }
        }
        if let elements {
            writer.member("elements", elements.description)
        }
        if !terms.isEmpty {
            writer.list("terms", terms) { $0.append(to: &$1) }
        }
        writer.endObject()
    }
}

extension Trace.Fact {
    fileprivate func append(to writer: inout JSON.Writer) {
        writer.beginObject()
        writer.member("path", path)
        switch content {
        case .value(let value):
            writer.member("value", ValueText.text(of: value))
        case .absent:
            writer.member("absent", true)
        case .redacted:
            writer.member("redacted", true)
        }
        writer.endObject()
    }
}
