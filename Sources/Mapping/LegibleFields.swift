import HTTP
import JSON
import Referrals
import Rules

/// The fields of an item that identify a person or an order, as far as each can be mapped by
/// itself: also of an item that is unmapped as a whole, or excluded by the source's filter.
package struct LegibleFields: Equatable, Sendable {
    /// Referral codes, in canonical form if they have the form of a code.
    package var codes: [String] = []
    /// The business keys, without repeats.
    package var businessKeys: [String] = []
    /// The e-mail address, as it was sent.
    package var email: String?
    /// The customer's id.
    package var customer: String?
    /// The customer's first name.
    package var firstName: String?

    package init(
        codes: [String] = [], businessKeys: [String] = [], email: String? = nil,
        customer: String? = nil, firstName: String? = nil
    ) {
        self.codes = codes
        self.businessKeys = businessKeys
        self.email = email
        self.customer = customer
        self.firstName = firstName
    }
}

extension CompiledMapping {
    /// Maps only these fields of an item and ignores all problems.
    package func legibleFields(of payload: JSON.Value, headers: Fields) -> LegibleFields {
        var reader = reader(headers)
        return reader.legibleFields(payload)
    }
}

extension ItemReader {
    fileprivate mutating func legibleFields(_ payload: JSON.Value) -> LegibleFields {
        activation[slot: CompiledMapping.payloadSlot] = Rules.Value(payload)
        var fields = LegibleFields()
        fields.customer = text(mapping.customer)
        fields.businessKeys = businessKeys()
        // The reader gives no code once a problem is known; those of other fields do not count here.
        problems = []
        fields.codes = code(isRequired: false, customer: nil).texts
        fields.email = email()
        fields.firstName = text(mapping.firstName)
        return fields
    }
}

extension MappedEvent.Code {
    /// The texts it was read from, in canonical form if they have one.
    package var texts: [String] {
        switch self {
        case .none, .missing: []
        case .named(let code): [code.text]
        case .unreadable(let text): [text]
        case .candidates(let candidates): candidates.map(\.text)
        }
    }
}
