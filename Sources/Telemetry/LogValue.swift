import JSON
import Time

/// The value of a log field. There is no case for arbitrary objects, so that nothing is logged by
/// accident.
package enum LogValue: Sendable {
    case string(String)
    case integer(Int64)
    case bool(Bool)
    case double(Double)
    case instant(Instant)
    /// Written as a number of milliseconds with at most three decimals.
    case milliseconds(Duration)
    /// Written as `***`, which shows that there was a secret.
    case secret

    /// An integer of any type; beyond `Int64` the nearest one that fits.
    package static func integer(_ integer: some BinaryInteger) -> LogValue {
        .integer(Int64(clamping: integer))
    }

    /// The field of a secret, which is written as `***`.
    package static func secret<Value>(_ secret: Secret<Value>) -> LogValue { .secret }
}

extension Writer {
    mutating func logValue(_ value: LogValue) {
        switch value {
        case .string(let string): self.string(string)
        case .integer(let integer): self.integer(integer)
        case .bool(let bool): self.bool(bool)
        case .double(let double): self.double(double)
        case .instant(let instant): string(instant.rfc3339)
        case .milliseconds(let duration):
            let microseconds = duration.attoseconds / 1_000_000_000_000
            double(Double(microseconds) / 1000)
        case .secret: string("***")
        }
    }
}
