import JSON
import Reading

/// The tenant that owns everything else.
package struct AccountDeclaration: Equatable, Sendable {
    package enum Plan: String, CaseIterable, Sendable { case free, paid }

    package var name: String
    package var plan = Plan.free

    package init(name: String) { self.name = name }
}

extension AccountDeclaration {
    package static func read(_ members: inout Members) -> AccountDeclaration {
        var account = usual
        for member in Self.members { member.read(&members, into: &account) }
        return account
    }

    private static let usual = AccountDeclaration(name: "")

    private static let members: [DeclaredMember<AccountDeclaration>] = [
        .required("name", \.name), .choice("plan", \.plan),
    ]

    /// What its members are where nothing is said of them; those that must be said have none.
    package static let defaults = members.defaults(in: usual)

    /// Compact, in a fixed order, defaults left out.
    package func write(to json: inout Writer) {
        json.beginObject()
        for member in Self.members { member.write(self, unlike: Self.usual, to: &json) }
        json.endObject()
    }
}
