import Currencies
import JSON

extension Writer {
    /// The codes of reasons as an array of strings.
    package mutating func member(_ name: String, _ reasons: Reasons) {
        list(name, reasons) { reason, writer in writer.string(reason.text) }
    }

    /// A granted value as `GrantedValue.write(to:)` has it; null where there is none.
    package mutating func member(_ name: String, _ value: GrantedValue?) {
        key(name)
        if let value { value.write(to: &self) } else { null() }
    }
}

extension GrantedValue {
    /// `{"amount", "currency"}`, `{"points"}` or `{"text"}`; null for a value that states nothing.
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
