import Currencies
import JSON
import Referrals
import Rules
import Time

/// Fields with values other than a plain text.
extension ItemReader {
    mutating func reversal() -> (kind: Reversal.Kind?, isLink: Bool) {
        guard let program = mapping.reversal, let text = text(program) else { return (nil, false) }
        if text == "link" { return (nil, true) }
        guard let kind = Reversal.Kind(rawValue: text) else {
            problems.append(
                program.problem(
                    .unreadable(wanted: "'refund', 'refund_total', 'reinstate' or 'link'")))
            return (nil, false)
        }
        return (kind, false)
    }

    /// The keys of all expressions, each of which may give several, without white space around
    /// them; absent and blank ones are left out.
    mutating func businessKeys() -> [String] {
        var keys: [String] = []
        for program in mapping.businessKeys {
            guard let value = value(program) else { continue }
            if let list = value.asList {
                for element in list {
                    guard let element = element.unwrapped, !element.isNull else { continue }
                    add(element, of: program, to: &keys)
                }
            } else {
                add(value, of: program, to: &keys)
            }
        }
        if keys.count > Limits.businessKeys, let program = mapping.businessKeys.first {
            problems.append(program.problem(.tooMany(limit: Limits.businessKeys)))
        }
        return keys
    }

    private mutating func add(
        _ value: Rules.Value, of program: FieldProgram, to keys: inout [String]
    ) {
        guard let key = string(value, program).map(trimmed), !key.isEmpty else { return }
        // Beyond the limit no key is kept, so that the search for repeats stays cheap.
        guard keys.count <= Limits.businessKeys else { return }
        guard !keys.contains(where: { $0.utf8.elementsEqual(key.utf8) }) else { return }
        keys.append(key)
    }

    /// Whole minor units. For a reversal, a negative amount has its own error.
    mutating func amount(_ program: FieldProgram?, isReversal: Bool) -> Int64? {
        guard let program, let value = value(program) else { return nil }
        guard let amount = value.asInt else {
            problems.append(
                program.problem(
                    .wrongType(found: value.typeName.name, wanted: "int (minor units)")))
            return nil
        }
        if amount < 0, isReversal {
            problems.append(
                program.problem(
                    .wrongType(
                        found: "negative", wanted: "the refunded amount as a positive number")))
        }
        return amount
    }

    mutating func currency() -> Currency? {
        guard let program = mapping.currency, let text = text(program) else { return nil }
        guard let currency = Currency(text), currency.isListed else {
            problems.append(
                program.problem(.unreadable(wanted: "a currency that ISO 4217 lists, such as EUR")))
            return nil
        }
        return currency
    }

    mutating func occurredAt() -> Instant? {
        guard let program = mapping.occurredAt, let value = value(program) else { return nil }
        if let count = value.asInt.flatMap({ UnixCount($0) }) {
            problems.append(program.problem(.unixTime(count.unit, isText: false)))
            return nil
        }
        let instant: Instant?
        switch value {
        case .timestamp(let timestamp): instant = Instant(timestamp)
        case .json(let json) where json.kind == .string:
            guard let bytes = json.stringBytes, !bytes.isEmpty else { return nil }
            instant = Instant(rfc3339: bytes.span)
        case .string(let text):
            guard !text.isEmpty else { return nil }
            instant = Instant(rfc3339: text)
        default:
            problems.append(
                program.problem(
                    .wrongType(found: value.typeName.name, wanted: "timestamp or string")))
            return nil
        }
        if instant == nil {
            let count = value.asString.flatMap { UnixCount($0) }
            problems.append(
                program.problem(
                    count.map { .unixTime($0.unit, isText: true) }
                        ?? .unreadable(wanted: "a time in the form of RFC 3339")))
        }
        return instant
    }
}

extension Instant {
    /// Converts a timestamp; the part below a microsecond is dropped.
    fileprivate init?(_ timestamp: Timestamp) {
        self.init(
            microseconds: timestamp.seconds * 1_000_000 + Int64(timestamp.nanoseconds / 1000))
    }
}
