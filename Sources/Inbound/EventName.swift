import Crypto
import JSON
import Mapping
import Referrals

/// Something that an event carries and that a person would ask for it by.
enum EventName: Hashable {
    /// In the canonical form, or as it came where it has not the form of a code.
    case code(String)
    case businessKey(String)
    /// In the canonical spelling.
    case email(String)
    case customer(String)

    /// The beginning of the SHA-256 of its kind and text.
    var digest: Int64 {
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

    static func code(named text: String) -> EventName { .code(ReferralCode(text)?.text ?? text) }

    static func email(spelled text: String) -> EventName {
        .email(EmailAddress(text)?.canonical ?? text)
    }
}

extension Incoming {
    /// Of what could not be mapped as a whole, what could be mapped by itself.
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
