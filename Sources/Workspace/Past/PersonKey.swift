import Declarations
import Reading
import Referrals

/// The value by which a row of a file names an enrolled person.
package enum PersonKey: Hashable, Sendable {
    /// The gateway's own number, or the partner's id.
    case id(ParticipantDeclaration.Identity)
    case code(ReferralCode)
    case email(EmailAddress)

    /// The key as text, for messages.
    package var text: String {
        switch self {
        case .id(let id): id.text
        case .code(let code): code.text
        case .email(let email): email.canonical
        }
    }
}

extension PersonKey {
    /// Reads a key of any kind: an address has an @, and digits alone are the gateway's own number.
    static func read(_ text: String) throws(Fault) -> PersonKey {
        if text.contains("@") { return .email(try readEmail(text)) }
        if text.utf8.allSatisfy({ $0 >= 0x30 && $0 <= 0x39 }) {
            return .id(.number(ID(try positiveNumber(text))))
        }
        return .code(try readCode(text))
    }
}
