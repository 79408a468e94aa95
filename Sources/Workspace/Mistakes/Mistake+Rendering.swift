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

    /// The same with the line itself below, and a caret under the mistake with the remedy beside it.
    package var report: String { report(heading: description) }

    /// The same with the JSON pointer of the place, where it has one.
    package var locatedReport: String {
        guard let pointer, !pointer.isEmpty else { return report }
        return report(heading: "\(description); at \(pointer)")
    }

    private func report(heading: String) -> String {
        guard let excerpt else { return "\(heading)\n  \(remedy)\n" }
        let caret = String(repeating: "^", count: max(1, excerpt.width))
        let indent = String(repeating: " ", count: excerpt.indent)
        return "\(heading)\n  \(excerpt.text)\n  \(indent)\(caret) \(remedy)\n"
    }

    /// As an object: `{"file", "line", "column", "pointer", "found", "allowed", "remedy"}`.
    package func write(to json: inout Writer) {
        json.beginObject()
        json.key("file")
        json.string(file)
        if let line {
            json.key("line")
            json.integer(line)
        }
        if let column {
            json.key("column")
            json.integer(column)
        }
        if let pointer {
            json.key("pointer")
            json.string(pointer)
        }
        json.key("found")
        json.string(found)
        json.key("allowed")
        json.string(allowed)
        json.key("remedy")
        json.string(remedy)
        json.endObject()
    }
}

extension Mistakes: CustomStringConvertible {
    /// All of them for people, with a count at the end.
    package var description: String {
        var text = list.map(\.report).joined()
        if omitted > 0 { text += "and \(omitted) more\n" }
        text += count == 1 ? "1 mistake\n" : "\(count) mistakes\n"
        return text
    }

    /// All of them for programs: `{"mistakes": […], "omitted": 0}`.
    package func write(to json: inout Writer) {
        json.beginObject()
        json.key("mistakes")
        json.beginArray()
        for mistake in list { mistake.write(to: &json) }
        json.endArray()
        json.key("omitted")
        json.integer(omitted)
        json.endObject()
    }
}
