import Crypto
import JSON
import Mapping
import Referrals

/// A value in an event by which people search for the event.
package enum EventName: Hashable {
    /// A code in canonical form, or as received if it does not have the form of a code.
    case code(String)
    case businessKey(String)
    /// An address in canonical spelling.
    case email(String)
    case customer(String)

    /// The first eight bytes of the SHA-256 of kind and text.
    package var digest: Int64 {
        let (kind, text) =
            switch self {
            case .code(let text): ("code", text)
            case .businessKey(let text): ("business_key", text)
            case .email(let text): ("email", text)
            case .customer(let text): ("customer", text)
            }
        let bytes = Array(kind.utf8) + [0] + Array(text.utf8)
        return Int64(bitPattern: (try? SHA256.leadingBits(of: bytes.span)) ?? 0)
    }

    /// The name of a code, in canonical form if it has the form of a code.
    package static func code(named text: String) -> EventName {
        .code(ReferralCode(text)?.text ?? text)
    }

    /// The name of an address, in canonical spelling if it has one.
    package static func email(spelled text: String) -> EventName {
        .email(EmailAddress(text)?.canonical ?? text)
    }
}

extension Incoming {
    /// The names in the event; for an event that could not be mapped as a whole, those of the
    /// fields that could be mapped by themselves.
    func names(_ source: SourceReading) -> Set<EventName> {
        let fields: LegibleFields
        switch content {
        case .event(let event):
            fields = LegibleFields(
                codes: event.code.texts, businessKeys: event.businessKeys, email: event.email,
                customer: event.customer)
        case .unmapped, .notOurs:
            guard let payload else { return [] }
            fields = source.mapping.legibleFields(
                of: payload, headers: source.fields(kept: self.fields, eventID: eventID))
        }
        var names = Set(fields.codes.map { EventName.code(named: $0) })
        names.formUnion(fields.businessKeys.map { .businessKey($0) })
        if let email = fields.email { names.insert(.email(spelled: email)) }
        if let customer = fields.customer { names.insert(.customer(customer)) }
        return names
    }
}
