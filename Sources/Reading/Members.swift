import JSON

/// The members of one object, requested by name. A member that no reader has requested by the end
/// is a mistake, so that every accepted member has an effect.
///
/// With a `base`, an absent member keeps the base's value, and null resets it (RFC 7396).
package struct Members {
    /// The document that the object is part of.
    package let reading: DocumentReading
    /// The object; nil if another value is in its place, which is noted as a mistake.
    package let object: Value?
    /// The place at which missing members are reported.
    package let anchor: Range<Int>
    /// The value that the object changes; nil if the object is complete by itself.
    package let base: Value?
    private var asked: [String] = []

    /// A member: name and value.
    package struct Member {
        /// The name of the member.
        package let name: String
        /// The value of the member.
        package let value: Value
        /// True if the value comes from the base, not from the text.
        package let isBase: Bool

        /// Creates a member.
        package init(name: String, value: Value, isBase: Bool) {
            self.name = name
            self.value = value
            self.isBase = isBase
        }
    }

    /// Begins to read an object over a base.
    package init(_ value: Value, over base: Value? = nil, in reading: DocumentReading) {
        self.reading = reading
        self.base = base?.kind == .object ? base : nil
        anchor = value.range.lowerBound..<value.range.lowerBound + 1
        if value.kind == .object {
            object = value
        } else {
            object = nil
            reading.note(.wrongType(found: JSONType(value.kind), expected: [.object]), at: value)
        }
    }

    /// Creates the members of a base alone, if the text has no such member.
    private init(base: Value, anchor: Range<Int>, in reading: DocumentReading) {
        self.reading = reading
        self.base = base
        self.anchor = anchor
        object = nil
    }

    /// Returns a member; nil if it is absent or null.
    package mutating func member(_ name: String) -> Member? {
        if !asked.contains(name) { asked.append(name) }
        if let value = object?[name] {
            return value.isNull ? nil : Member(name: name, value: value, isBase: false)
        }
        return baseMember(name).map { Member(name: name, value: $0, isBase: true) }
    }

    /// Accepts members that have no effect. They are not suggested as corrections.
    package mutating func passOver(_ names: [String]) { passedOver += names }

    private var passedOver: [String] = []

    /// Members of the base to ignore, because the text has a member that replaces them.
    private var unsaid: Set<String> = []

    /// Ignores members of the base from now on.
    package mutating func forgetBase(_ names: [String]) { unsaid.formUnion(names) }

    /// Returns the base's member with this name, in addition to the text's.
    package func baseMember(_ name: String) -> Value? {
        guard !unsaid.contains(name), let value = base?[name], !value.isNull else { return nil }
        return value
    }

    /// True if the text has the member, even if it is null.
    package func says(_ name: String) -> Bool { object?[name] != nil }

    /// Returns the members of an object in this one; with those of the base, if both have it.
    package mutating func members(_ name: String) -> Members? {
        guard let member = member(name) else { return nil }
        if member.isBase { return Members(base: member.value, anchor: anchor, in: reading) }
        return Members(member.value, over: baseMember(name), in: reading)
    }

    /// Notes a mistake at a member.
    package func note(_ fault: Fault, at member: Member) {
        if member.isBase {
            reading.note(fault, at: anchor, absent: member.name)
        } else {
            reading.note(fault, at: member.value)
        }
    }

    /// Notes a mistake at a member that may be absent.
    package func note(_ fault: Fault, at name: String) {
        if let value = object?[name] {
            reading.note(fault, at: value)
        } else {
            reading.note(fault, at: anchor, absent: name)
        }
    }

    /// Notes that a required member is missing.
    package func noteMissing(_ name: String) {
        guard object != nil || base != nil else { return }
        note(.missing(.member, anyOf: [name]), at: name)
    }

    /// Notes every member that was not requested as unknown.
    package func end() {
        guard let object else { return }
        for (key, value) in object.members
        where !(asked + passedOver).contains(where: { key.equals($0) }) {
            reading.note(
                .unknown(key.string, .member, known: asked), at: key.range)
            // A misspelled "secret" contains a secret.
            reading.conceal(value.range)
        }
    }
}
