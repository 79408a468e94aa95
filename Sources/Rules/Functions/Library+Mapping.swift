import Currencies
import JSON

/// Functions for mappings that CEL does not have. Each is total over its types: it returns a value
/// or a plain error.
extension Library {
    static let mappings: [Function] = [
        Function(
            "minorUnits", [Type.string, .double, .int].map { .function([$0, .string], .int) },
            cost: .scan([0]), two: minorUnits),
        Function(
            "isoMinorUnits", [.function([.int, .string, .map(.string, .int)], .int)],
            three: isoMinorUnits),
        Function("fromUnix", [.function([.int], .timestamp)]) {
            value, _ throws(EvaluationError) in
            guard case .int(let seconds) = value else { throw .noOverload("fromUnix", value) }
            guard let timestamp = Timestamp(seconds: seconds) else {
                throw EvaluationError(
                    .invalidArgument(
                        function: "fromUnix",
                        problem:
                            "the time in seconds is out of range; for milliseconds use fromUnixMillis"
                    ))
            }
            return .timestamp(timestamp)
        },
        Function("fromUnixMillis", [.function([.int], .timestamp)]) {
            value, _ throws(EvaluationError) in
            guard case .int(let milliseconds) = value else {
                throw .noOverload("fromUnixMillis", value)
            }
            let rest = Int32(milliseconds.floorRemainder(by: 1000)) * 1_000_000
            guard
                let timestamp = Timestamp(
                    seconds: milliseconds.floorDivided(by: 1000), nanoseconds: rest)
            else { throw EvaluationError(.conversion(from: "int", to: "timestamp")) }
            return .timestamp(timestamp)
        },
        Function(
            "queryParam", [.function([.string, .string], .optional(.string))],
            cost: .scan([0]), size: .same(0), two: queryParameter),
        Function(
            "firstOf", [.function([.list(.parameter("A"))], .optional(.dyn))], cost: .elements,
            one: firstOf),
    ]

    /// An amount in units of a currency as whole minor units, by its decimal text: `"19.99"` and
    /// `EUR` give 1999. A JSON number is read from its own text; nothing is rounded.
    private static func minorUnits(
        _ amount: Value, _ currency: Value, _: inout Context
    ) throws(EvaluationError) -> Value {
        let text: String
        switch amount {
        case .int(let int): text = String(int)
        case .double(let double): text = double.description
        case .json(let json) where json.kind == .decimal: text = json.numberText ?? ""
        default:
            guard let string = amount.asString else {
                throw .noOverload("minorUnits", amount, currency)
            }
            text = string
        }
        guard let code = currency.asString else {
            throw .noOverload("minorUnits", amount, currency)
        }
        func refuse(_ problem: String) -> EvaluationError {
            EvaluationError(.invalidArgument(function: "minorUnits", problem: problem))
        }
        guard let exponent = Currency(code)?.exponent else {
            throw refuse("the currency is not in ISO 4217")
        }
        switch DecimalText.minorUnits(of: text, exponent: exponent) {
        case .success(let units): return .int(units)
        case .failure(.notDecimal): throw refuse("the amount is not a decimal number")
        case .failure(.tooPrecise):
            throw refuse("the amount has more than the currency's \(exponent) decimals")
        case .failure(.tooLarge): throw EvaluationError(.overflow("minorUnits"))
        }
    }

    /// An amount in a sender's own smallest units as ISO 4217 minor units. The map names the
    /// currencies for which the sender's number of decimals differs from ISO: with `{"ISK": 2}`
    /// 200000 `isk` give 2000. Nothing is rounded.
    private static func isoMinorUnits(
        _ amount: Value, _ currency: Value, _ exponents: Value, _: inout Context
    ) throws(EvaluationError) -> Value {
        guard case .int(let units) = amount, let code = currency.asString else {
            throw .noOverload("isoMinorUnits", [amount, currency, exponents])
        }
        func refuse(_ problem: String) -> EvaluationError {
            EvaluationError(.invalidArgument(function: "isoMinorUnits", problem: problem))
        }
        guard let currency = Currency(code), let exponent = currency.exponent else {
            throw refuse("the currency is not in ISO 4217")
        }
        guard let own = exponents.find(name: currency.text) else { return amount }
        guard case .int(let decimals) = own, (0...9).contains(decimals) else {
            throw refuse("a currency has 0 to 9 decimals")
        }
        var result = units
        for _ in 0..<max(0, exponent - Int(decimals)) {
            let (scaled, overflow) = result.multipliedReportingOverflow(by: 10)
            guard !overflow else { throw EvaluationError(.overflow("isoMinorUnits")) }
            result = scaled
        }
        for _ in 0..<max(0, Int(decimals) - exponent) {
            guard result % 10 == 0 else {
                throw refuse("the amount has more than the currency's \(exponent) decimals")
            }
            result /= 10
        }
        return .int(result)
    }

    /// The first parameter of this name in a URL's query, percent-decoded, `+` read as a space (the
    /// form of `application/x-www-form-urlencoded`); none if there is no such parameter.
    private static func queryParameter(
        _ url: Value, _ name: Value, _ context: inout Context
    ) throws(EvaluationError) -> Value {
        guard let text = url.asString, let wanted = name.asString else {
            throw .noOverload("queryParam", url, name)
        }
        let whole = text.utf8.prefix { $0 != UInt8(ascii: "#") }
        guard let question = whole.firstIndex(of: UInt8(ascii: "?")) else { return .optional(nil) }
        for pair in whole[whole.index(after: question)...].split(separator: UInt8(ascii: "&")) {
            let parts = pair.split(
                separator: UInt8(ascii: "="), maxSplits: 1, omittingEmptySubsequences: false)
            guard decodeForm(parts[0]).elementsEqual(wanted.utf8) else { continue }
            let value = parts.count > 1 ? decodeForm(parts[1]) : []
            try context.build(value.count)
            return .optional(.string(String(decoding: value, as: UTF8.self)))
        }
        return .optional(nil)
    }

    private static func decodeForm(_ text: some Collection<UInt8>) -> [UInt8] {
        let bytes = Array(text)
        var decoded: [UInt8] = []
        var index = 0
        while index < bytes.count {
            if bytes[index] == UInt8(ascii: "%"), index + 2 < bytes.count, bytes[index + 1].isHex,
                bytes[index + 2].isHex
            {
                let byte = bytes[index + 1].hexValue << 4 | bytes[index + 2].hexValue
                decoded.append(UInt8(truncatingIfNeeded: byte))
                index += 3
            } else {
                decoded.append(bytes[index] == UInt8(ascii: "+") ? 0x20 : bytes[index])
                index += 1
            }
        }
        return decoded
    }

    /// The first element that is neither an empty optional, nor null, nor an empty string.
    private static func firstOf(
        _ list: Value, _: inout Context
    ) throws(EvaluationError) -> Value {
        guard list.isList else { throw .noOverload("firstOf", list) }
        var elements = list.elements
        while let element = elements.next() {
            guard let value = element.unwrapped, !value.isNull else { continue }
            if value.isString, value.size == 0 { continue }
            return .optional(value)
        }
        return .optional(nil)
    }
}
