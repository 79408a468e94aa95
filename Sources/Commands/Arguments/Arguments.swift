import Time

/// What a command was called with: its options with defaults and variables applied, and the rest.
package struct Arguments: Sendable {
    private var values: [String: [String]]
    /// What stands beside options, in order.
    package let positionals: [String]

    /// Reads the words behind a command's name. Everything behind `--` is no option.
    init(
        _ words: [String], options: [Option], environment: [String: String]
    ) throws(UsageError) {
        var values: [String: [String]] = [:]
        var positionals: [String] = []
        var rest = words[...]
        while let word = rest.popFirst() {
            if word == "--" {
                positionals += rest
                break
            }
            guard word.hasPrefix("-"), word != "-" else {
                positionals.append(word)
                continue
            }
            let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
            let name = String(parts[0])
            guard let option = options.first(where: { $0.name == name }) else {
                throw .unknownOption(name, nearest: nearest(name, among: options.map(\.name)))
            }
            switch (option.takesValue, parts.count > 1) {
            case (true, true): values[name, default: []].append(String(parts[1]))
            case (true, false):
                guard let value = rest.popFirst() else { throw .missingValue(option.synopsis) }
                values[name, default: []].append(value)
            case (false, true): throw .needlessValue(name)
            case (false, false): values[name] = ["1"]
            }
        }
        for option in options where values[option.name] == nil {
            if let variable = option.variable, let value = environment[variable], !value.isEmpty {
                if option.takesValue || value != "0" { values[option.name] = [value] }
            } else if let fallback = option.fallback {
                values[option.name] = [fallback]
            }
        }
        self.values = values
        self.positionals = positionals
    }

    package func has(_ option: Option) -> Bool { values[option.name] != nil }

    /// The last that was said, else the variable, else the default.
    package func text(_ option: Option) -> String? { values[option.name]?.last }

    package func all(_ option: Option) -> [String] { values[option.name] ?? [] }

    package func required(_ option: Option) throws(UsageError) -> String {
        guard let text = text(option) else { throw .missingOption(option.synopsis) }
        return text
    }

    package func integer(
        _ option: Option, in range: ClosedRange<Int>
    ) throws(UsageError) -> Int? {
        guard let text = text(option) else { return nil }
        guard let number = Int(text), range.contains(number) else {
            throw .badValue(
                option.name, text, "a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }

    /// `300`, `300s`, `500ms`, `5m` or `1h`.
    package func duration(_ option: Option) throws(UsageError) -> Duration? {
        guard let text = text(option) else { return nil }
        for (suffix, milliseconds) in [("ms", 1), ("s", 1000), ("m", 60_000), ("h", 3_600_000)] {
            guard text.hasSuffix(suffix), let count = Int(text.dropLast(suffix.count)) else {
                continue
            }
            guard count > 0, count < 1_000_000_000 else { break }
            return .milliseconds(count * milliseconds)
        }
        if let seconds = Int(text), seconds > 0, seconds < 1_000_000_000 {
            return .seconds(seconds)
        }
        throw .badValue(option.name, text, "a length of time like 300s, 500ms, 5m or 1h")
    }

    /// `1048576`, `64KiB`, `1MiB` or `1GiB`.
    package func bytes(_ option: Option) throws(UsageError) -> Int? {
        guard let text = text(option) else { return nil }
        for (suffix, unit) in [("KiB", 1 << 10), ("MiB", 1 << 20), ("GiB", 1 << 30), ("", 1)] {
            guard text.hasSuffix(suffix), let count = Int(text.dropLast(suffix.count)) else {
                continue
            }
            if count > 0, count <= (1 << 40) / unit { return count * unit }
        }
        throw .badValue(option.name, text, "a size like 65536, 64KiB or 1MiB")
    }

    package func instant(_ option: Option) throws(UsageError) -> Instant? {
        guard let text = text(option) else { return nil }
        if let seconds = Int64(text), let instant = Instant(seconds: seconds) { return instant }
        guard let instant = Instant(rfc3339: text) else {
            throw .badValue(option.name, text, "a time like 2026-11-21T07:00:00Z or Unix seconds")
        }
        return instant
    }
}

/// A command that was called wrongly; exit code 2.
package enum UsageError: Error, Equatable, CustomStringConvertible {
    case unknownCommand(String, nearest: String?)
    case unknownOption(String, nearest: String?)
    case missingValue(String)
    case needlessValue(String)
    case missingOption(String)
    case badValue(String, String, String)
    case positionals(expected: String)

    package var description: String {
        switch self {
        case .unknownCommand(let name, let nearest):
            "there is no command \(name)" + (nearest.map { "; did you mean \($0)?" } ?? "")
        case .unknownOption(let name, let nearest):
            "there is no option \(name)" + (nearest.map { "; did you mean \($0)?" } ?? "")
        case .missingValue(let synopsis): "\(synopsis): the value is missing"
        case .needlessValue(let name): "\(name) takes no value"
        case .missingOption(let synopsis): "\(synopsis) is needed"
        case .badValue(let name, let found, let expected): "\(name) \(found): expected \(expected)"
        case .positionals(let expected): "expected \(expected)"
        }
    }
}

/// The name that differs least, unless it differs much.
func nearest(_ name: String, among names: [String]) -> String? {
    let best = names.map { ($0, distance(Array(name.utf8), Array($0.utf8))) }.min { $0.1 < $1.1 }
    guard let best, best.1 <= max(2, name.utf8.count / 3) else { return nil }
    return best.0
}

/// Levenshtein's: how many bytes to insert, drop or replace.
private func distance(_ one: [UInt8], _ other: [UInt8]) -> Int {
    var row = Array(0...other.count)
    for (i, byte) in one.enumerated() {
        var diagonal = row[0]
        row[0] = i + 1
        for (j, another) in other.enumerated() {
            let above = row[j + 1]
            row[j + 1] = min(above + 1, row[j] + 1, diagonal + (byte == another ? 0 : 1))
            diagonal = above
        }
    }
    return row[other.count]
}
