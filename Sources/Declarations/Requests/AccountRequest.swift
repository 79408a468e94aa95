import JSON
import Reading
import Referrals
import Schemas

/// The body of a request that makes or changes an account.
package struct AccountRequest: Equatable, Sendable {
    /// The name; nil if it stays.
    package var name: String?
    /// The plan; nil if it stays.
    package var plan: AccountDeclaration.Plan?
    /// The treatment of secret keys that browsers send; nil if it stays.
    package var browserKeys: BrowserKeyPolicy?

    /// Reads the body. The name of a new account is required.
    package static func read(_ body: Document, isNew: Bool) throws(Mistakes) -> AccountRequest {
        try request(body) { members in
            AccountRequest(
                name: members.text("name", required: isNew), plan: members.choice("plan"),
                browserKeys: members.choice("browser_keys"))
        }
    }

    /// The schema of the body.
    package static func schema(isNew: Bool) -> JSONSchema {
        let name = JSONSchema.text(atMost: 200).described("The name that operators see.")
        return .named(
            isNew ? "AccountCreation" : "AccountChange",
            .closed([
                isNew ? .required("name", name) : .optional("name", name.nullable),
                .optional("plan", .choice(AccountDeclaration.Plan.self).nullable),
                .optional(
                    "browser_keys",
                    .choice(BrowserKeyPolicy.self).nullable.described(
                        "The treatment of secret keys that browsers send.")),
            ]))
    }
}
