import JSON
import Rules

/// The facts that an expression needs, with a file of examples in the form of `--facts`.
struct MissingFacts {
    /// Not empty.
    let needs: [Need]

    /// Nil if the expression reads nothing but the time.
    init?(_ program: Program) {
        needs = program.needs.filter { $0.path != ["now"] }
        if needs.isEmpty { return nil }
    }

    /// The facts with their types, and the file of examples on one line.
    var description: String {
        let width = needs.map(\.name.count).max() ?? 0
        let lines = needs.map { need in
            let gap = String(repeating: " ", count: width - need.name.count)
            let absence = need.mayBeAbsent ? ", may be absent" : ""
            return "  \(need.name)\(gap)  \(need.typeText)\(absence)"
        }
        var writer = Writer()
        writeExample(to: &writer)
        let example = String(decoding: writer.bytes, as: UTF8.self)
        return (["no facts were given; the expression reads"] + lines).joined(separator: "\n")
            + "\n\nexample for --facts FILE\n  \(example)"
    }

    /// Writes the facts as the members `needs` and `example` of the open object.
    func write(to writer: inout Writer) {
        writer.list("needs", needs) { need, writer in
            writer.object { writer in
                writer.member("fact", need.name)
                writer.member("type", need.type.description)
                writer.member("may_be_absent", need.mayBeAbsent)
            }
        }
        writer.key("example")
        writeExample(to: &writer)
    }

    private func writeExample(to writer: inout Writer) {
        write(needs.map { ($0.path[...], $0) }, to: &writer)
    }

    /// Writes an object with the facts below one path, in the order of the expression.
    private func write(_ facts: [(rest: ArraySlice<String>, need: Need)], to writer: inout Writer) {
        writer.beginObject()
        var names: [String] = []
        for fact in facts {
            if let name = fact.rest.first, !names.contains(name) { names.append(name) }
        }
        for name in names {
            let below = facts.filter { $0.rest.first == name }
                .map { (rest: $0.rest.dropFirst(), need: $0.need) }
            writer.key(name)
            if below.count == 1, below[0].rest.isEmpty {
                below[0].need.writeExample(to: &writer)
            } else {
                write(below, to: &writer)
            }
        }
        writer.endObject()
    }
}

extension Need {
    fileprivate var typeText: String {
        if case .record = type { return "object" }
        return type == .dyn ? "any value" : type.description
    }

    fileprivate func writeExample(to writer: inout Writer) {
        switch type {
        case .bool: writer.bool(true)
        case .int, .uint: writer.integer(1)
        case .double: writer.double(1.5)
        case .string: writer.string(isCurrency ? "EUR" : "text")
        case .timestamp: writer.string("2026-03-01T10:00:00Z")
        case .duration: writer.string("24h")
        case .list:
            writer.beginArray()
            writer.endArray()
        case .map, .record:
            writer.beginObject()
            writer.endObject()
        default: writer.null()
        }
    }
}
