import HTTP
import JSON
import Referrals
import Rules

/// The fields of an item that name a person or an order, each as far as it can be read by itself: also of an item
/// that is unmapped as a whole, or that the source's filter leaves out.
package struct LegibleFields: Equatable, Sendable {
    /// In their canonical form, as far as they have the form of a code.
    package var codes: [String] = []
    package var businessKeys: [String] = []
    package var email: String?
    package var customer: String?
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
    /// The texts that it was read from, in their canonical form where they have one.
    package var texts: [String] {
        switch self {
        case .none, .missing: []
        case .named(let code): [code.text]
        case .unreadable(let text): [text]
        case .candidates(let candidates): candidates.map(\.text)
        }
    }
}
