import Currencies
import JSON
import Schemas

extension Writer {
    /// Writes the codes of reasons as an array of strings.
    package mutating func member(_ name: String, _ reasons: Reasons) {
        list(name, reasons) { reason, writer in writer.string(reason.text) }
    }

    /// Writes a granted value as `GrantedValue.write(to:)` does; null if there is none.
    package mutating func member(_ name: String, _ value: GrantedValue?) {
        key(name)
        if let value { value.write(to: &self) } else { null() }
    }
}

extension GrantedValue {
    /// Writes `{"amount", "currency"}`, `{"points"}` or `{"text"}`; null for a reward without a
    /// stated value.
    func write(to writer: inout Writer) {
        switch self {
        case .nothingStated: writer.null()
        case .money(let money):
            writer.object { writer in
                writer.member("amount", money.minorUnits)
                writer.member("currency", money.currency.text)
            }
        case .points(let points): writer.object { $0.member("points", points) }
        case .text(let text): writer.object { $0.member("text", text) }
        }
    }
}

extension ReasonCode {
    /// The schema of a code in a response.
    package static let schema = JSONSchema.named(
        "ReasonCode", .choice(allCases.map(\.text)).described("A reason; `GET /api/v1/reasons`."))
}

extension GrantedValue {
    /// The schema of the value that `write` writes.
    package static let schema = JSONSchema.named(
        "GrantedValue",
        .any(of: [
            .object([
                .required("amount", .integer.described("The amount in minor units.")),
                .required("currency", .currency),
            ]),
            .object([.required("points", .integer)]), .object([.required("text", .string)]),
        ])
    ).nullable
}

extension JSONSchema {
    /// The code of a currency in a response.
    package static let currency = JSONSchema.string(.init(pattern: "^[A-Z]{3}$"))
        .described("A currency of ISO 4217.").example("EUR")

    /// The reason codes of an outcome or a status.
    package static let reasons = JSONSchema.array(of: ReasonCode.schema)
}
