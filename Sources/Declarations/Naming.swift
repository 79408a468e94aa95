import JSON
import Reading
import Referrals

/// What a declaration may say of the id or name that it is known by.
package enum Naming<Key: Equatable & Sendable>: Sendable {
    /// It must be said: a workspace file, or what is stored.
    case declared
    /// It is given from elsewhere, such as a path, and may be repeated but not changed.
    case given(Key)
    /// It is not there yet, and is not chosen here.
    case unnamed
}

/// The greatest number that every reader of JSON keeps exactly (RFC 8259 section 6).
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

    /// The same for what is named by a text.
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

    static var longestExpression: Int { 8192 }

    /// CEL expressions, which may be long and go over several lines.
    mutating func expressions(_ name: String) -> [String]? {
        guard let list = list(name, atMost: 64) else { return nil }
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
