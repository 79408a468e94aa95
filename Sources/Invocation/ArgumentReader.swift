import Spelling

/// Sorts the words of a command line into options and operands, and collects the mistakes.
struct ArgumentReader {
    private let usage: Usage
    private(set) var options: [String: [String]]
    private(set) var operands: [String: [String]]
    private(set) var errors: [ArgumentError] = []
    private var loose: [String] = []
    private var hasUnknownOption = false

    init(_ usage: Usage) {
        self.usage = usage
        options = Dictionary(uniqueKeysWithValues: usage.options.map { ($0.name, []) })
        operands = Dictionary(uniqueKeysWithValues: usage.operands.map { ($0.name, []) })
    }

    mutating func read(_ words: [String]) {
        var rest = words[...]
        while let word = rest.popFirst() {
            if word == "--" {
                loose += rest
                break
            }
            // A single hyphen conventionally means standard input, so it is an operand.
            if word.hasPrefix("-"), word != "-" {
                readOption(word, &rest)
            } else {
                loose.append(word)
            }
        }
        placeOperands()
    }

    private mutating func readOption(_ word: String, _ rest: inout ArraySlice<String>) {
        let parts = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
        let name = String(parts[0].drop { $0 == "-" })
        guard word.hasPrefix("--"), !name.isEmpty,
            let option = usage.options.first(where: { $0.name == name })
        else {
            hasUnknownOption = true
            let names = usage.options.map(\.name) + ["help"]
            errors.append(
                .unknownOption(String(parts[0]), nearest: nearest(to: name, in: names)))
            return
        }
        let value: String
        if parts.count == 2 {
            value = String(parts[1])
        } else if let valueName = option.valueName {
            // A word that begins with `--` is an option; `--name=--value` passes it as a value.
            guard let next = rest.first, !next.hasPrefix("--") else {
                errors.append(.valueMissing(option: name, valueName: valueName))
                return
            }
            value = next
            rest.removeFirst()
        } else {
            value = "true"
        }
        if !option.isRepeated, options[name]?.isEmpty == false {
            errors.append(.repeated(option: name))
        }
        options[name, default: []].append(value)
        check(value, .option(name), option.allowed, option.choices, option.isAllowed)
    }

    private mutating func placeOperands() {
        for (index, operand) in usage.operands.enumerated() {
            let isLast = index == usage.operands.count - 1
            let count = isLast ? operand.most ?? loose.count : 1
            let taken = loose.prefix(count)
            loose.removeFirst(taken.count)
            operands[operand.name] = Array(taken)
            for text in taken {
                check(
                    text, .operand(operand.name), operand.allowed, operand.choices,
                    operand.isAllowed)
            }
        }
        // The value of an unknown option cannot be told from an operand.
        guard !hasUnknownOption else { return }
        for text in loose { errors.append(.unexpectedOperand(text)) }
    }

    /// Reads environment variables for options that were not given; an empty variable counts as
    /// absent.
    mutating func readVariables(_ environment: [String: String]) {
        for option in usage.options where options[option.name]?.isEmpty == true {
            guard let variable = option.variable, let text = environment[variable], !text.isEmpty
            else { continue }
            let values = option.isRepeated ? text.split(separator: ",").map(String.init) : [text]
            options[option.name] = values
            for value in values {
                check(
                    value, .variable(variable), option.allowed, option.choices, option.isAllowed)
            }
        }
    }

    mutating func checkRequired() {
        for operand in usage.operands
        where operands[operand.name, default: []].count < operand.least {
            errors.append(.requiredOperand(operand.name))
        }
        for option in usage.options where option.isRequired && options[option.name] == [] {
            // A missing value was reported already.
            let isTold = errors.contains { error in
                if case .valueMissing(option.name, _) = error { true } else { false }
            }
            if !isTold { errors.append(.requiredOption(option.name)) }
        }
    }

    private mutating func check(
        _ text: String, _ place: ArgumentError.Place, _ allowed: String, _ choices: [String],
        _ isAllowed: (String) -> Bool
    ) {
        guard !isAllowed(text) else { return }
        errors.append(
            .value(place, text, allowed: allowed, nearest: nearest(to: text, in: choices)))
    }
}
