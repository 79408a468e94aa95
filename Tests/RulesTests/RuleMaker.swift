import TestSupport

/// Makes rules from a seed; each parses, few check.
struct RuleMaker {
    private var random: Seeded
    private var names = ["payload", "event", "lead", "headers"]

    init(seed: UInt64) { random = Seeded(seed) }

    private mutating func pick(_ options: [String]) -> String {
        options.randomElement(using: &random) ?? ""
    }

    private mutating func chance(_ percent: Int) -> Bool {
        Int.random(in: 0..<100, using: &random) < percent
    }

    mutating func rule(depth: Int) -> String {
        guard depth > 0, !chance(10) else { return leaf() }
        switch Int.random(in: 0..<14, using: &random) {
        case 0, 1:
            let operators = ["==", "!=", "<", ">=", "+", "-", "*", "/", "%", "in"]
            return "(\(rule(depth: depth - 1)) \(pick(operators)) \(rule(depth: depth - 1)))"
        case 2, 3:
            let terms = (0..<3).map { _ in rule(depth: depth - 1) }
            return "(\(terms.joined(separator: pick([" && ", " || "]))))"
        case 4: return "!(\(rule(depth: depth - 1)))"
        case 5:
            let parts = (0..<3).map { _ in "(\(rule(depth: depth - 1)))" }
            return "(\(parts[0]) ? \(parts[1]) : \(parts[2]))"
        case 6: return "[\(rule(depth: depth - 1)), \(rule(depth: depth - 1))]"
        case 7: return "{\(rule(depth: depth - 1)): \(rule(depth: depth - 1))}"
        case 8, 9: return macro(depth: depth)
        case 10:
            let functions = [
                "size", "string", "int", "double", "type", "dyn", "firstOf", "bool", "uint",
                "bytes", "timestamp", "duration", "fromUnix", "fromUnixMillis", "math.greatest",
                "math.least", "math.ceil", "math.abs", "math.sign", "math.bitNot", "math.sqrt",
                "base64.encode", "base64.decode", "optional.of", "optional.ofNonZeroValue",
                "strings.quote",
            ]
            return "\(pick(functions))(\(rule(depth: depth - 1)))"
        case 11:
            let methods = [
                "upperAscii()", "split(\",\")", "trim()", "substring(1)", "contains(\"a\")",
                "join(\"-\")", "replace(\"a\", \"bb\")", "matches(\"^[a-z]+$\")", "reverse()",
                "hasValue()", "orValue(1)", "optMap(o, o)", "getFullYear()", "charAt(0)",
                "getHours(\"Europe/Berlin\")", "getMilliseconds()", "format([1, \"a\", 2.5])",
                "indexOf(\"a\", 1)", "lastIndexOf(\"\")", "substring(1, 2)", "split(\"\", 2)",
                "replace(\"\", \"x\", 3)", "optFlatMap(o, o)", "value()", "startsWith(\"a\")",
            ]
            return "(\(rule(depth: depth - 1))).\(pick(methods))"
        case 12:
            if chance(30) { return pair(depth: depth) }
            return "(\(rule(depth: depth - 1)))[\(rule(depth: depth - 1))]"
        default: return "has((\(rule(depth: depth - 1))).\(field()))"
        }
    }

    /// A function of two.
    private mutating func pair(depth: Int) -> String {
        let functions = [
            "math.bitAnd", "math.bitShiftLeft", "math.bitShiftRight", "math.greatest",
            "minorUnits", "queryParam", "matches",
        ]
        return "\(pick(functions))(\(rule(depth: depth - 1)), \(rule(depth: depth - 1)))"
    }

    private mutating func macro(depth: Int) -> String {
        let name = "v\(names.count)"
        let range = rule(depth: depth - 1)
        names.append(name)
        defer { names.removeLast() }
        let macros = ["all", "exists", "exists_one", "map", "filter"]
        if chance(20) { return "cel.bind(\(name), \(range), \(rule(depth: depth - 1)))" }
        return "(\(range)).\(pick(macros))(\(name), \(rule(depth: depth - 1)))"
    }

    private mutating func field() -> String {
        pick(["a", "b", "c", "d", "e", "f", "g", "h", "missing", "amount", "verified"])
    }

    private mutating func leaf() -> String {
        switch Int.random(in: 0..<4, using: &random) {
        case 0:
            return pick([
                "1", "-9223372036854775808", "2u", "0.5", "\"a\"", "b\"a\"", "true", "null", "[]",
                "{}", "\"é\"", "duration(\"5s\")", "optional.none()", "int", "1e308", "-1",
                "18446744073709551615u", "9223372036854775807", "\"\"", "b\"\\xff\"", "64", "0",
                "timestamp(\"9999-12-31T23:59:59.999999999Z\")", "\"%s%d%.99f\"", "\"(a|b)*\"",
                "duration(\"-9223372036s\")", "timestamp(\"0001-01-01T00:00:00Z\")",
            ])
        case 1: return pick(names)
        default:
            var path = pick(names)
            for _ in 0..<Int.random(in: 1...3, using: &random) {
                path += (chance(30) ? ".?" : ".") + field()
            }
            return path
        }
    }
}
