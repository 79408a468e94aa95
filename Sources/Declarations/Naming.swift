import JSON
import Reading
import Referrals
import Schemas

/// The rule for the id or name in a declaration.
package enum Naming<Key: Equatable & Sendable>: Sendable {
    /// The name is required: in a workspace file, or in stored JSON.
    case declared
    /// The name is given elsewhere, such as in a path; the declaration may repeat but not change
    /// it.
    case given(Key)
    /// There is no name yet, and the declaration must not choose one.
    case unnamed
}

/// The largest integer that every JSON reader represents exactly (RFC 8259 section 6).
package let greatestNumber: Int64 = 9_007_199_254_740_991

extension Members {
    mutating func id<Subject>(_ naming: Naming<ID<Subject>>) -> ID<Subject>? {
        switch naming {
        case .unnamed: return nil
        case .declared:
            return integer("id", in: 1...greatestNumber, required: true).map { ID($0) }
        case .given(let id):
            if let said = integer("id", in: 1...greatestNumber), said != id.number {
                note(.notFixed(String(id.number)), at: "id")
            }
            return id
        }
    }

    /// Reads a name that is a text, by the same rules.
    mutating func name(
        _ member: String, _ naming: Naming<String>, atMost limit: Int = 200,
        as read: (String) throws(Fault) -> String
    ) -> String? {
        switch naming {
        case .unnamed: return nil
        case .declared: return text(member, atMost: limit, required: true, as: read)
        case .given(let name):
            if let said = text(member, atMost: limit, as: read), said != name {
                note(.notFixed(name), at: member)
            }
            return name
        }
    }

    static var longestExpression: Int { JSONSchema.longestExpression }

    /// Reads CEL expressions, which may be long and have line breaks.
    mutating func expressions(_ name: String) -> [String]? {
        guard let list = list(name, atMost: mostExpressions) else { return nil }
        return list.compactMap { expression($0) }
    }

    mutating func expression(_ name: String) -> String? {
        guard let member = member(name) else { return nil }
        return expression(member)
    }

    func expression(_ member: Member) -> String? {
        guard let text = member.value.string else {
            note(.wrongType(found: JSONType(member.value.kind), expected: [.text]), at: member)
            return nil
        }
        guard !text.isEmpty else {
            note(.empty, at: member)
            return nil
        }
        guard text.utf8.count <= Self.longestExpression else {
            note(.tooLong(bytes: text.utf8.count, limit: Self.longestExpression), at: member)
            return nil
        }
        return text
    }
}
