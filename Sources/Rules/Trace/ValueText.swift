import JSON

/// Values as text for a trace: in CEL's notation, in a fixed order, cut if long, and without the
/// content of redacted fields.
package enum ValueText {
    /// The text of a value, at most about `limit` bytes; `…` shows that it is cut.
    package static func text(of value: Value, limit: Int = 160) -> String {
        var writer = ValueWriter(limit: limit)
        writer.write(value)
        return writer.text
    }
}

private struct ValueWriter {
    private(set) var text = ""
    private let limit: Int
    private var isFull = false

    init(limit: Int) { self.limit = limit }

    private mutating func put(_ part: String) {
        guard !isFull else { return }
        if text.utf8.count + part.utf8.count <= limit {
            text += part
            return
        }
        isFull = true
        for scalar in part.unicodeScalars {
            guard text.utf8.count + scalar.utf8.count <= limit else { break }
            text.unicodeScalars.append(scalar)
        }
        text += "…"
    }

    mutating func write(_ value: Value) {
        guard !isFull else { return }
        switch value.scalar {
        case .optional(let inner):
            guard let inner else { return put("optional.none()") }
            put("optional.of(")
            write(inner)
            put(")")
        case .record(let record): write(record)
        case .timestamp(let timestamp): put("timestamp(\"\(timestamp)\")")
        case .duration(let nanoseconds): put("duration(\"\(DurationText.format(nanoseconds))\")")
        case .uint(let uint): put("\(uint)u")
        case .double(let double): put(double.description)
        case .bytes(let bytes): put("\(bytes.count) bytes")
        case let plain:
            if let string = plain.asString { return put(quotedLiteral(beginning(of: string))) }
            if plain.isList { return writeList(plain) }
            if plain.isMap { return writeMap(plain) }
            put(plain.shown)
        }
    }

    /// The beginning of a long text: as much as can be shown and at least one byte more, so that it
    /// is cut.
    private func beginning(of string: String) -> String {
        guard limit < string.utf8.count else { return string }
        return String(string.unicodeScalars.prefix(limit + 1))
    }

    private mutating func writeList(_ list: Value) {
        put("[")
        var elements = list.elements
        var isFirst = true
        while !isFull, let element = elements.next() {
            if !isFirst { put(", ") }
            isFirst = false
            write(element)
        }
        put("]")
    }

    private mutating func writeMap(_ map: Value) {
        put("{")
        var entries = map.entries
        var isFirst = true
        while !isFull, let (key, value) = entries.next() {
            if !isFirst { put(", ") }
            isFirst = false
            write(key)
            put(": ")
            write(value)
        }
        put("}")
    }

    private mutating func write(_ record: Record) {
        put(record.type.name + "{")
        var isFirst = true
        for (field, value) in zip(record.type.fields, record.values) {
            guard let value, !isFull else { continue }
            put((isFirst ? "" : ", ") + field.name + ": ")
            isFirst = false
            if field.isRedacted { put("(redacted)") } else { write(value) }
        }
        put("}")
    }
}
