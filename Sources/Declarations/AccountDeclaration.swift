import JSON
import Reading
import Schemas

/// The account that owns all other declarations.
package struct AccountDeclaration: Equatable, Sendable {
    /// The plan of an account.
    package enum Plan: String, CaseIterable, Sendable { case free, paid }

    /// The name that operators see.
    package var name: String
    /// The plan.
    package var plan = Plan.free

    /// Creates an account on the default plan.
    package init(name: String) { self.name = name }
}

extension AccountDeclaration {
    /// Reads an account from a member of a workspace or from a request.
    package static func read(_ members: inout Members) -> AccountDeclaration {
        var account = usual
        for member in Self.members { member.read(&members, into: &account) }
        return account
    }

    private static let usual = AccountDeclaration(name: "")

    private static let members: [DeclaredMember<AccountDeclaration>] = [
        .required("name", \.name, "The name that operators see."),
        .choice("plan", \.plan, "The plan; public campaigns need a paid one."),
    ]

    /// The schema of an account. A workspace file declares a complete one.
    package static func schema(for form: DeclarationForm) -> JSONSchema {
        form.object(
            "Account",
            members.properties(for: form == .file ? .creation : form, usual: usual), ignoring: [])
    }

    /// The defaults of the members; required members have none.
    package static let defaults = members.defaults(in: usual)

    /// Writes the canonical JSON: compact, in a fixed order, without defaults.
    package func write(to json: inout Writer) {
        json.beginObject()
        for member in Self.members { member.write(self, unlike: Self.usual, to: &json) }
        json.endObject()
    }
}
