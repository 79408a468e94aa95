import JSON
import Time

/// What a log field may hold. There is no case for any object whatever, so that nothing is logged by accident.
package enum LogValue: Sendable {
    case string(String)
    case integer(Int64)
    case bool(Bool)
    case double(Double)
    case instant(Instant)
    /// Written as milliseconds with three decimals at most.
    case milliseconds(Duration)
    /// Written as `***`: it says that a secret was there.
    case secret

    package static func integer(_ integer: some BinaryInteger) -> LogValue {
        .integer(Int64(clamping: integer))
    }

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
