import JSON

extension JSON.Writer {
    /// Appends a value as JSON; a value that JSON cannot express is written as its CEL text.
    /// Redacted fields are left out.
    package mutating func value(_ value: Rules.Value) {
        switch value.scalar {
        case .null, .optional(nil): null()
        case .bool(let bool): self.bool(bool)
        case .int(let int): integer(int)
        case .uint(let uint): raw(Array(String(uint).utf8))
        case .double(let double):
            // JSON has no infinity and no NaN.
            double.isFinite ? raw(Array(double.description.utf8)) : string(double.description)
        case .optional(let inner?): self.value(inner)
        case .timestamp(let timestamp): string(timestamp.description)
        case .duration(let nanoseconds): string(DurationText.format(nanoseconds))
        case .record(let record): self.record(record)
        case let plain:
            if let text = plain.asString { return string(text) }
            if plain.isList { return list(plain) }
            if plain.isMap { return map(plain) }
            string(ValueText.text(of: plain, limit: .max))
        }
    }

    private mutating func list(_ list: Rules.Value) {
        beginArray()
        var elements = list.elements
        while let element = elements.next() { value(element) }
        endArray()
    }

    private mutating func map(_ map: Rules.Value) {
        beginObject()
        var entries = map.entries
        while let (key, value) = entries.next() {
            self.key(key.asString ?? ValueText.text(of: key))
            self.value(value)
        }
        endObject()
    }

    private mutating func record(_ record: Record) {
        beginObject()
        for (field, value) in zip(record.type.fields, record.values) where !field.isRedacted {
            guard let value else { continue }
            key(field.name)
            self.value(value)
        }
        endObject()
    }
}
