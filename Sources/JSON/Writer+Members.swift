// Members of the object that is open: a name with its value. A nil value is written as null; a member that
// is left out instead is named `ifPresent`.

extension Writer {
    package mutating func member(_ name: String, _ text: String?) {
        key(name)
        if let text { string(text) } else { null() }
    }

    package mutating func member(_ name: String, _ number: Int64?) {
        key(name)
        if let number { integer(number) } else { null() }
    }

    package mutating func member(_ name: String, _ number: Int?) {
        member(name, number.map { Int64($0) })
    }

    package mutating func member(_ name: String, _ flag: Bool) {
        key(name)
        bool(flag)
    }

    /// An array of strings.
    package mutating func member(_ name: String, _ texts: [String]) {
        list(name, texts) { text, writer in writer.string(text) }
    }

    /// A value that was read before, as `value(_:)` writes it.
    package mutating func member(_ name: String, _ value: Value) {
        key(name)
        self.value(value)
    }

    /// One JSON value as it is, as `raw(_:)` writes it.
    package mutating func member(_ name: String, raw json: some Collection<UInt8>) {
        key(name)
        raw(json)
    }

    /// Writes no member where the text is nil.
    package mutating func member(_ name: String, ifPresent text: String?) {
        if let text { member(name, text) }
    }

    /// Writes no member where the number is nil.
    package mutating func member(_ name: String, ifPresent number: Int64?) {
        if let number { member(name, number) }
    }

    /// Writes no member where the number is nil.
    package mutating func member(_ name: String, ifPresent number: Int?) {
        if let number { member(name, number) }
    }
}

// MARK: Nested values

extension Writer {
    /// An object, with the members that `body` writes.
    package mutating func object<Failure: Error>(
        _ body: (inout Self) throws(Failure) -> Void
    ) throws(Failure) {
        beginObject()
        try body(&self)
        endObject()
    }

    /// A member that is an object, with the members that `body` writes.
    package mutating func object<Failure: Error>(
        _ name: String, _ body: (inout Self) throws(Failure) -> Void
    ) throws(Failure) {
        key(name)
        try object(body)
    }

    /// An array: `body` writes one value for each element.
    package mutating func array<Element, Failure: Error>(
        _ elements: some Sequence<Element>,
        _ body: (Element, inout Self) throws(Failure) -> Void
    ) throws(Failure) {
        beginArray()
        for element in elements { try body(element, &self) }
        endArray()
    }

    /// A member that is an array: `body` writes one value for each element.
    package mutating func list<Element, Failure: Error>(
        _ name: String, _ elements: some Sequence<Element>,
        _ body: (Element, inout Self) throws(Failure) -> Void
    ) throws(Failure) {
        key(name)
        try array(elements, body)
    }
}
