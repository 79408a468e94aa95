import JSON

extension Mistake: CustomStringConvertible {
    /// `file:line:column: what was found; what is allowed`.
    package var description: String {
        var text = file
        if let line { text += ":\(line)" }
        if let column { text += ":\(column)" }
        text += ": \(found)"
        if !allowed.isEmpty { text += "; \(allowed)" }
        return text
    }

    /// The description, with the line itself below it, and a caret under the mistake with the
    /// correction beside it.
    package var report: String { shown(under: description) }

    /// The description, with the JSON pointer of the mistake.
    package var located: String {
        guard let pointer, !pointer.isEmpty else { return report }
        return shown(under: "\(description) (\(pointer))")
    }

    private func shown(under description: String) -> String {
        guard let excerpt else { return "\(description)\n  \(remedy)\n" }
        let caret = String(repeating: "^", count: max(1, excerpt.width))
        let indent = String(repeating: " ", count: excerpt.indent)
        return "\(description)\n  \(excerpt.text)\n  \(indent)\(caret) \(remedy)\n"
    }

    /// Writes an object: `{"file", "line", "column", "pointer", "found", "allowed", "remedy"}`.
    package func write(to json: inout Writer) {
        json.beginObject()
        json.member("file", file)
        if let line {
            json.member("line", line)
        }
        if let column {
            json.member("column", column)
        }
        if let pointer {
            json.member("pointer", pointer)
        }
        json.member("found", found)
        json.member("allowed", allowed)
        json.member("remedy", remedy)
        json.endObject()
    }
}

extension Mistakes: CustomStringConvertible {
    /// All mistakes with their lines, and the number of them at the end.
    package var description: String {
        lines(by: \.report)
    }

    /// All mistakes, each with its JSON pointer.
    package var located: String { lines(by: \.located) }

    private func lines(by line: (Mistake) -> String) -> String {
        var text = list.map(line).joined()
        if omitted > 0 { text += "and \(omitted) more\n" }
        text += count == 1 ? "1 mistake\n" : "\(count) mistakes\n"
        return text
    }

    /// Writes all mistakes as an object: `{"mistakes": […], "omitted": 0}`.
    package func write(to json: inout Writer) {
        json.beginObject()
        json.list("mistakes", list) { $0.write(to: &$1) }
        json.member("omitted", omitted)
        json.endObject()
    }
}
