import JSON

/// The members of one object, asked for by name. Whatever nobody asked for by the end is a mistake, so
/// that every member that is accepted has an effect.
///
/// Over a `base`, what is not said keeps the base's value, and null resets it (RFC 7396).
package struct Members {
    package let reading: DocumentReading
    /// Nil where something else stands in place of the object; that is a mistake already.
    package let object: Value?
    /// Where mistakes about what is not there are shown.
    package let anchor: Range<Int>
    package let base: Value?
    private var asked: [String] = []

    /// A member's value with its name.
    package struct Member {
        package let name: String
        package let value: Value
        /// Said by the base, not by the text being read.
        package let isBase: Bool

        package init(name: String, value: Value, isBase: Bool) {
            self.name = name
            self.value = value
            self.isBase = isBase
        }
    }

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

    /// Only what the base says, where the text says nothing.
    private init(base: Value, anchor: Range<Int>, in reading: DocumentReading) {
        self.reading = reading
        self.base = base
        self.anchor = anchor
        object = nil
    }

    /// The member, unless it is absent or null.
    package mutating func member(_ name: String) -> Member? {
        if !asked.contains(name) { asked.append(name) }
        if let value = object?[name] {
            return value.isNull ? nil : Member(name: name, value: value, isBase: false)
        }
        return baseMember(name).map { Member(name: name, value: $0, isBase: true) }
    }

    /// These may be said, and say nothing; nobody is advised to.
    package mutating func passOver(_ names: [String]) { passedOver += names }

    private var passedOver: [String] = []

    /// What the base says, but for these members: the text says something that unsays them.
    private var unsaid: Set<String> = []

    package mutating func forgetBase(_ names: [String]) { unsaid.formUnion(names) }

    /// The base's member of that name, to be read beside the text's.
    package func baseMember(_ name: String) -> Value? {
        guard !unsaid.contains(name), let value = base?[name], !value.isNull else { return nil }
        return value
    }

    /// Whether the text itself says something of it, be it null.
    package func says(_ name: String) -> Bool { object?[name] != nil }

    /// The member's own members; over those of the base, where both say something.
    package mutating func members(_ name: String) -> Members? {
        guard let member = member(name) else { return nil }
        if member.isBase { return Members(base: member.value, anchor: anchor, in: reading) }
        return Members(member.value, over: baseMember(name), in: reading)
    }

    package func note(_ fault: Fault, at member: Member) {
        if member.isBase {
            reading.note(fault, at: anchor, absent: member.name)
        } else {
            reading.note(fault, at: member.value)
        }
    }

    /// A mistake about a member that may or may not be there.
    package func note(_ fault: Fault, at name: String) {
        if let value = object?[name] {
            reading.note(fault, at: value)
        } else {
            reading.note(fault, at: anchor, absent: name)
        }
    }

    package func noteMissing(_ name: String) {
        guard object != nil || base != nil else { return }
        note(.missing(.member, anyOf: [name]), at: name)
    }

    /// Every member that was not asked for is unknown.
    package func end() {
        guard let object else { return }
        for (key, value) in object.members
        where !(asked + passedOver).contains(where: { key.equals($0) }) {
            reading.note(
                .unknown(key.string, .member, known: asked), at: key.range)
            // A mistyped "secret" holds one.
            reading.conceal(value.range)
        }
    }
}
