import JSON
import Time

extension Members {
    /// Reads a text that is not empty and has no control characters. The limit is in bytes.
    package mutating func text(_ name: String, atMost limit: Int = 200, required: Bool = false)
        -> String?
    {
        guard let member = member(name) else {
            if required { noteMissing(name) }
            return nil
        }
        return text(of: member, atMost: limit)
    }

    /// Reads the text of a member; notes a mistake and returns nil for any other value.
    package func text(of member: Member, atMost limit: Int) -> String? {
        accept(member, text(of: member.value, atMost: limit))
    }

    private func text(of value: Value, atMost limit: Int) -> Result<String, Fault> {
        guard let text = value.string else {
            return .failure(.wrongType(found: JSONType(value.kind), expected: [.text]))
        }
        return Result { () throws(Fault) in try checked(text, atMost: limit) }
    }

    private func accept<Read>(_ member: Member, _ result: Result<Read, Fault>) -> Read? {
        switch result {
        case .success(let read): return read
        case .failure(let fault):
            note(fault, at: member)
            return nil
        }
    }

    /// Reads a text and converts it. A thrown fault is noted at the member.
    package mutating func text<Read>(
        _ name: String, atMost limit: Int = 200, required: Bool = false,
        as read: (String) throws(Fault) -> Read
    ) -> Read? {
        guard let member = member(name) else {
            if required { noteMissing(name) }
            return nil
        }
        guard let text = text(of: member, atMost: limit) else { return nil }
        do {
            return try read(text)
        } catch {
            note(error, at: member)
            return nil
        }
    }

    /// Reads an integer of a range; notes a mistake and returns nil for any other value.
    package mutating func integer(
        _ name: String, in range: ClosedRange<Int64>, required: Bool = false
    ) -> Int64? {
        guard let member = member(name) else {
            if required { noteMissing(name) }
            return nil
        }
        return integer(of: member, in: range)
    }

    private func integer(of member: Member, in range: ClosedRange<Int64>) -> Int64? {
        guard let integer = member.value.int else {
            let fault: Fault =
                if member.value.kind == .decimal, let text = member.value.numberText,
                    !text.utf8.contains(where: { ".eE".utf8.contains($0) })
                { .outOfRange(text, range) } else {
                    .wrongType(found: JSONType(member.value.kind), expected: [.integer])
                }
            note(fault, at: member)
            return nil
        }
        guard range.contains(integer) else {
            note(.outOfRange(String(integer), range), at: member)
            return nil
        }
        return integer
    }

    /// Reads a number of items in a range.
    package mutating func count(_ name: String, in range: ClosedRange<Int>) -> Int? {
        integer(name, in: Int64(range.lowerBound)...Int64(range.upperBound)).map { Int($0) }
    }

    /// Reads one of the values of an enum.
    package mutating func choice<Choice: RawRepresentable<String> & CaseIterable>(
        _ name: String, of type: Choice.Type = Choice.self, required: Bool = false
    ) -> Choice? {
        guard let member = member(name) else {
            if required { noteMissing(name) }
            return nil
        }
        let choices = Choice.allCases.map(\.rawValue)
        guard let text = member.value.string else {
            note(.wrongType(found: JSONType(member.value.kind), expected: [.text]), at: member)
            return nil
        }
        guard let choice = Choice(rawValue: text) else {
            note(.notAmong(text, choices: choices), at: member)
            return nil
        }
        return choice
    }

    /// Reads true or false; notes a mistake and returns nil for any other value.
    package mutating func flag(_ name: String) -> Bool? {
        guard let member = member(name) else { return nil }
        guard let flag = member.value.bool else {
            note(.wrongType(found: JSONType(member.value.kind), expected: [.boolean]), at: member)
            return nil
        }
        return flag
    }

    /// Reads a time: RFC 3339 text, or Unix seconds or milliseconds.
    package mutating func instant(_ name: String) -> Instant? {
        // A number is usually a time in Unix seconds or milliseconds.
        if let member = member(name), let number = member.value.numberText {
            note(.malformed(.time, number), at: member)
            return nil
        }
        return text(name) { text throws(Fault) in
            guard let instant = Instant(rfc3339: text) else { throw .malformed(.time, text) }
            return instant
        }
    }

    /// Reads a duration in whole seconds, as a number or as text.
    package mutating func seconds(_ name: String, in range: ClosedRange<Int64>) -> Int64? {
        member(name).flatMap { seconds($0, in: range) }
    }

    /// Reads the duration of a member in whole seconds, as a number or as text.
    package func seconds(_ member: Member, in range: ClosedRange<Int64>) -> Int64? {
        if member.value.kind == .integer { return integer(of: member, in: range) }
        guard let text = member.value.string else {
            note(
                .wrongType(found: JSONType(member.value.kind), expected: [.integer, .text]),
                at: member)
            return nil
        }
        guard let seconds = durationSeconds(text) else {
            note(.malformed(.duration, text), at: member)
            return nil
        }
        guard range.contains(seconds) else {
            note(.outOfRange(String(seconds), range), at: member)
            return nil
        }
        return seconds
    }
}

// MARK: Lists

extension Members {
    /// Reads a list and returns its elements, each as a member for mistakes; nil if there is no
    /// list.
    package mutating func list(_ name: String, atMost limit: Int) -> [Member]? {
        guard let member = member(name) else { return nil }
        guard member.value.kind == .array else {
            note(.wrongType(found: JSONType(member.value.kind), expected: [.list]), at: member)
            return nil
        }
        guard member.value.count <= limit else {
            note(.tooMany(member.value.count, limit: limit), at: member)
            return nil
        }
        return member.value.elements.map { Member(name: name, value: $0, isBase: member.isBase) }
    }

    /// Reads a list of texts, in their order. `limit` is the maximum length of each text in bytes.
    package mutating func texts(_ name: String, count: Int, atMost limit: Int) -> [String]? {
        guard let list = list(name, atMost: count) else { return nil }
        return list.compactMap { text(of: $0, atMost: limit) }
    }
}
