import JSON
import Rules

/// The values of a condition's parts, as lines for a terminal, from the detail in a trace.
struct RuleTree {
    private let root: JSON.Value

    /// Nil if the detail is not a tree.
    init?(_ detail: [UInt8]) {
        guard let document = try? Document(parsing: detail), document.root["text"] != nil else {
            return nil
        }
        root = document.root
    }

    var lines: [String] { lines(of: root, depth: 0) }

    private func lines(of node: JSON.Value, depth: Int) -> [String] {
        let mark = mark(of: node)
        var notes: [String] = []
        if let error = node["error"]?.string {
            notes.append(error)
        } else if let value = node["value"]?.string {
            notes.append(value)
        }
        notes += node["facts"]?.elements.map(words) ?? []
        notes += [node["elements"]?.string].compactMap(\.self)
        let text = (node["text"]?.string ?? "").split(whereSeparator: \.isWhitespace)
            .joined(separator: " ")
        let padding = String(repeating: " ", count: max(1, 9 - mark.utf8.count))
        let line =
            String(repeating: "  ", count: depth) + mark + padding + text
            + (notes.isEmpty ? "" : "   (\(notes.joined(separator: "; ")))")
        let terms = node["terms"]?.elements.map { lines(of: $0, depth: depth + 1) } ?? []
        return [line] + terms.joined()
    }

    private func mark(of node: JSON.Value) -> String {
        let status = node["status"]?.string ?? ""
        if status != "evaluated" { return status }
        if node["error"] != nil { return "error" }
        return node["value"]?.bool.map { "\($0)" } ?? "value"
    }

    private func words(_ fact: JSON.Value) -> String {
        let path = fact["path"]?.string ?? ""
        if let value = fact["value"]?.string { return "\(path) = \(value)" }
        return fact["absent"]?.bool == true ? "\(path) is absent" : "\(path) = (redacted)"
    }
}
