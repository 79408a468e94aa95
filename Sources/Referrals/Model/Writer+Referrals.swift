import Currencies
import JSON

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
