import JSON
import Reading
import Referrals
import Schemas
import Time

/// One member of a declaration: its name, its schema, and the functions that read and write it.
///
/// A declaration lists its members once, and its type has their defaults. Reading starts from the
/// defaults, so that an omitted member keeps its default. Writing omits a member that has its
/// default.
struct DeclaredMember<Whole: Sendable>: Sendable {
    let name: String
    /// The values that can be declared, without null, with the meaning of the member.
    let schema: JSONSchema
    /// True if the member is required: it has no default, and is always written.
    var isRequired = false
    private let take: @Sendable (inout Members, inout Whole) -> Void
    private let put: @Sendable (Whole, inout Writer) -> Void
    private let isSame: @Sendable (Whole, Whole) -> Bool

    /// Creates a member.
    ///
    /// - Parameters:
    ///   - schema: the values that `read` accepts, with a description.
    ///   - read: returns nil if the text does not have the member, or has it with a mistake that
    ///     `read` has noted.
    ///   - write: writes the value without the name.
    init<Value: Equatable & Sendable>(
        _ name: String, _ path: WritableKeyPath<Whole, Value> & Sendable, _ schema: JSONSchema,
        read: @escaping @Sendable (inout Members, String) -> Value?,
        write: @escaping @Sendable (Value, inout Writer) -> Void
    ) {
        self.name = name
        self.schema = schema
        take = { members, whole in
            if let value = read(&members, name) { whole[keyPath: path] = value }
        }
        put = { whole, json in write(whole[keyPath: path], &json) }
        isSame = { $0[keyPath: path] == $1[keyPath: path] }
    }

    /// A member whose default may be nil, which is written as null.
    init<Value: Equatable & Sendable>(
        _ name: String, _ path: WritableKeyPath<Whole, Value?> & Sendable, _ schema: JSONSchema,
        read: @escaping @Sendable (inout Members, String) -> Value?,
        write: @escaping @Sendable (Value, inout Writer) -> Void
    ) {
        self.name = name
        self.schema = schema
        take = { members, whole in
            if let value = read(&members, name) { whole[keyPath: path] = value }
        }
        put = { whole, json in
            if let value = whole[keyPath: path] { write(value, &json) } else { json.null() }
        }
        isSame = { $0[keyPath: path] == $1[keyPath: path] }
    }

    func read(_ members: inout Members, into whole: inout Whole) { take(&members, &whole) }

    /// Writes the member, unless it has the same value as in `usual`.
    func write(_ whole: Whole, unlike usual: Whole, to json: inout Writer) {
        guard isRequired || !isSame(whole, usual) else { return }
        json.key(name)
        put(whole, &json)
    }

    /// The member's value in `usual`, as JSON.
    func usual(in usual: Whole) -> DeclaredDefault {
        DeclaredDefault(name: name, json: compact { put(usual, &$0) })
    }
}

/// The default of a member of a declaration.
package struct DeclaredDefault: Equatable, Sendable {
    /// The name of the member.
    package let name: String
    /// The default as compact JSON.
    package let json: [UInt8]

    init(name: String, json: [UInt8]) {
        self.name = name
        self.json = json
    }

    /// Creates a default.
    package init(name: String, text: String) {
        self.init(name: name, json: compact { $0.string(text) })
    }
}

extension Array {
    /// The defaults of the members that have one, in their order.
    func defaults<Whole>(in usual: Whole) -> [DeclaredDefault]
    where Element == DeclaredMember<Whole> {
        filter { !$0.isRequired }.map { $0.usual(in: usual) }
    }
}

// MARK: Kinds of members

extension DeclaredMember {
    /// A text that is required.
    static func required(
        _ name: String, _ path: WritableKeyPath<Whole, String> & Sendable, atMost limit: Int = 200,
        _ summary: String
    ) -> Self {
        var member = Self(name, path, .text(atMost: limit).described(summary)) { members, name in
            members.text(name, atMost: limit, required: true)
        } write: { text, json in
            json.string(text)
        }
        member.isRequired = true
        return member
    }

    /// A text that is read as a URL.
    static func url(
        _ name: String, _ path: WritableKeyPath<Whole, String?> & Sendable, _ summary: String
    ) -> Self {
        Self(name, path, .url.described(summary)) { members, name in
            members.text(name, atMost: longestURL, as: readURL)
        } write: { text, json in
            json.string(text)
        }
    }

    static func text(
        _ name: String, _ path: WritableKeyPath<Whole, String?> & Sendable,
        atMost limit: Int = 200, _ summary: String
    ) -> Self {
        Self(name, path, .text(atMost: limit).described(summary)) { members, name in
            members.text(name, atMost: limit)
        } write: { text, json in
            json.string(text)
        }
    }

    /// One of the values of an enum.
    static func choice<Choice: RawRepresentable<String> & CaseIterable & Equatable & Sendable>(
        _ name: String, _ path: WritableKeyPath<Whole, Choice> & Sendable, _ summary: String
    ) -> Self {
        Self(name, path, .choice(Choice.self).described(summary)) { members, name in
            members.choice(name)
        } write: { choice, json in
            json.string(choice.rawValue)
        }
    }

    static func count(
        _ name: String, _ path: WritableKeyPath<Whole, Int> & Sendable, in range: ClosedRange<Int>,
        _ summary: String
    ) -> Self {
        Self(name, path, .integer(in: range.in64Bits).described(summary)) { members, name in
            members.count(name, in: range)
        } write: { count, json in
            json.integer(count)
        }
    }

    static func count(
        _ name: String, _ path: WritableKeyPath<Whole, Int?> & Sendable, in range: ClosedRange<Int>,
        _ summary: String
    ) -> Self {
        Self(name, path, .integer(in: range.in64Bits).described(summary)) { members, name in
            members.count(name, in: range)
        } write: { count, json in
            json.integer(count)
        }
    }

    static func integer(
        _ name: String, _ path: WritableKeyPath<Whole, Int64?> & Sendable,
        in range: ClosedRange<Int64>, _ summary: String
    ) -> Self {
        Self(name, path, .integer(in: range).described(summary)) { members, name in
            members.integer(name, in: range)
        } write: { integer, json in
            json.integer(integer)
        }
    }

    /// The number of a row.
    static func number<Row: Sendable>(
        _ name: String, _ path: WritableKeyPath<Whole, ID<Row>?> & Sendable, _ summary: String
    ) -> Self {
        Self(name, path, .rowNumber.described(summary)) { members, name in
            members.integer(name, in: 1...greatestNumber).map { ID<Row>($0) }
        } write: { id, json in
            json.integer(id.number)
        }
    }

    static func instant(
        _ name: String, _ path: WritableKeyPath<Whole, Instant?> & Sendable, _ summary: String
    ) -> Self {
        Self(name, path, .instant.described(summary)) { members, name in
            members.instant(name)
        } write: { instant, json in
            json.string(instant.rfc3339)
        }
    }
}

extension ClosedRange<Int> {
    fileprivate var in64Bits: ClosedRange<Int64> { Int64(lowerBound)...Int64(upperBound) }
}
