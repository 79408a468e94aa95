import Currencies
import HTTP
import JSON
import Rules
import Time

/// A field of a mapping with the value that it has for one item, for people who write mappings.
/// Each field is mapped by itself, so that the problems of one field hide no other.
package struct ShownField: Equatable, Sendable {
    /// The value of a field.
    package enum Value: Equatable, Sendable {
        /// The expression gives no value, or the problems say why there is none.
        case absent
        case text(String)
        /// Codes or business keys.
        case texts([String])
        case integer(Int64)
        case flag(Bool)
    }

    /// The field.
    package let field: Field
    /// The texts of its expressions; several only for codes and business keys.
    package let expressions: [String]
    /// The value.
    package let value: Value
    /// The reasons for which the field cannot be mapped; empty if it can.
    package let problems: [MappingProblem]
}

extension CompiledMapping {
    /// The fields of an item that have an expression, in the order of `Field.allCases`. The fields
    /// of a whole body that `each` splits are not shown.
    package func shownFields(of payload: JSON.Value, headers: Fields) -> [ShownField] {
        var reader = reader(headers)
        reader.activation[slot: Self.payloadSlot] = Rules.Value(payload)
        return text.fields.filter { $0 != .each }.map { reader.shown($0) }
    }
}

extension ItemReader {
    fileprivate mutating func shown(_ field: Field) -> ShownField {
        problems = []
        let value = shownValue(field)
        return ShownField(
            field: field, expressions: mapping.text[field], value: value, problems: problems)
    }

    private mutating func shownValue(_ field: Field) -> ShownField.Value {
        let value: ShownField.Value? =
            switch field {
            case .each: nil
            case .filter: mapping.filter.flatMap { bool($0, isRequired: true) }.map { .flag($0) }
            case .eventID: text(mapping.eventID).map { .text($0) }
            case .goal: text(mapping.goal, isRequired: true).map { .text($0) }
            case .referralCode: .texts(shownCodes())
            case .businessKey: .texts(businessKeys())
            case .amount: amount(mapping.amount, isReversal: false).map { .integer($0) }
            case .paid: amount(mapping.paid, isReversal: false).map { .integer($0) }
            case .currency: currency().map { .text($0.text) }
            case .occurredAt: occurredAt().map { .text($0.rfc3339) }
            case .email: email().map { .text($0) }
            case .customer: text(mapping.customer).map { .text($0) }
            case .firstName: text(mapping.firstName).map { .text($0) }
            case .test: bool(mapping.test).map { .flag($0) }
            case .reversal: text(mapping.reversal).map { .text($0) }
            }
        return value ?? .absent
    }

    /// The codes; a qualification without a code and a customer has a problem.
    private mutating func shownCodes() -> [String] {
        let (reversal, isLink) = reversal()
        let customer = text(mapping.customer)
        problems = []
        let code = code(isRequired: reversal == nil && !isLink, customer: customer)
        if case .missing(let problem) = code { problems = [problem] }
        return code.texts
    }
}
