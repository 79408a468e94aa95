/// The functions and methods of other languages that authors expect in rules, with the spelling that
/// rules have for them.
enum ForeignName {
    /// The call to write instead of a method; nil for a name that is not known.
    ///
    /// - Parameters:
    ///   - target: the text before the dot.
    ///   - type: the type of the target.
    ///   - arguments: the text of the arguments.
    static func method(
        _ name: String, of target: String, _ type: Type, _ arguments: String
    ) -> String? {
        let name = folded(name)
        if case .list = type, ["contains", "includes", "include", "has"].contains(name) {
            return "\(arguments) in \(target)"
        }
        if let other = methods[name] { return "\(target).\(other)(\(arguments))" }
        if let function = functionsOfMethods[name] { return "\(function)(\(target))" }
        return switch name {
        case "isempty", "empty": "size(\(target)) == 0"
        case "equals", "eq": "\(target) == \(arguments)"
        default: nil
        }
    }

    /// The expression to write instead of a call of a function; nil for a name that is not known.
    static func function(_ name: String, _ arguments: [String]) -> String? {
        let name = folded(name)
        let all = arguments.joined(separator: ", ")
        if let other = functions[name] { return "\(other)(\(all))" }
        guard let first = arguments.first else { return nil }
        let rest = arguments.dropFirst().joined(separator: ", ")
        if let other = methods[name] ?? methodsOfFunctions[name] {
            return "\(first).\(other)(\(rest))"
        }
        return switch name {
        case "not": "!(\(first))"
        case "isnull": "\(first) == null"
        case "isempty", "empty": "size(\(first)) == 0"
        default: nil
        }
    }

    /// The literal to write instead of a word; nil for a word that is not known.
    static func literal(_ name: String) -> String? {
        switch name {
        case "True", "TRUE", "yes": "true"
        case "False", "FALSE", "no": "false"
        case "None", "nil", "NULL", "Null", "undefined": "null"
        default: nil
        }
    }

    /// Letter case and underscores are ignored.
    private static func folded(_ name: String) -> String {
        name.lowercased().filter { $0 != "_" }
    }

    private static let methods = [
        "lower": "lowerAscii", "tolower": "lowerAscii", "tolowercase": "lowerAscii",
        "lowercase": "lowerAscii", "lowercased": "lowerAscii", "downcase": "lowerAscii",
        "upper": "upperAscii", "toupper": "upperAscii", "touppercase": "upperAscii",
        "uppercase": "upperAscii", "uppercased": "upperAscii", "upcase": "upperAscii",
        "strip": "trim", "trimmed": "trim", "includes": "contains", "include": "contains",
        "beginswith": "startsWith", "hasprefix": "startsWith", "hassuffix": "endsWith",
        "slice": "substring", "substr": "substring", "replaceall": "replace", "match": "matches",
        "regex": "matches", "any": "exists", "some": "exists", "every": "all", "where": "filter",
    ]

    private static let functionsOfMethods = [
        "length": "size", "len": "size", "count": "size", "tostring": "string", "str": "string",
        "toint": "int", "tointeger": "int", "tonumber": "int", "tofloat": "double",
        "todouble": "double",
    ]

    private static let functions = [
        "length": "size", "len": "size", "count": "size", "max": "math.greatest",
        "min": "math.least", "abs": "math.abs", "ceil": "math.ceil", "floor": "math.floor",
        "round": "math.round", "sqrt": "math.sqrt", "trunc": "math.trunc", "sign": "math.sign",
        "str": "string", "tostring": "string", "number": "int", "tonumber": "int",
        "integer": "int", "parseint": "int", "toint": "int", "float": "double",
        "parsefloat": "double", "tofloat": "double", "date": "timestamp", "datetime": "timestamp",
        "exists": "has", "defined": "has", "isset": "has",
    ]

    private static let methodsOfFunctions = [
        "contains": "contains", "startswith": "startsWith", "endswith": "endsWith",
        "trim": "trim", "replace": "replace", "split": "split",
    ]
}
