import HTTP
import Rules

/// A message's header fields as the map that expressions read: names in lower case, field lines of one
/// name joined by a comma (RFC 9110 section 5.3).
final class HeaderTable: StringTable {
    private let fields: Fields

    init(_ fields: Fields) { self.fields = fields }

    func string(named name: String) -> String? {
        guard let first = fields.first(name) else { return nil }
        let lines = fields.all(name)
        guard lines.count > 1 else { return String(decoding: first, as: UTF8.self) }
        return lines.map { String(decoding: $0, as: UTF8.self) }.joined(separator: ", ")
    }

    var names: [String] {
        var seen: Set<[UInt8]> = []
        var names: [String] = []
        fields.forEach { name, _ in
            guard seen.insert(Array(name)).inserted else { return }
            names.append(String(decoding: name, as: UTF8.self))
        }
        return names
    }
}
