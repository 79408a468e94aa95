// Help texts: the list of commands, and the details of one command with defaults and variables.

extension Tool {
    private static let width = 80

    /// The help text that lists all commands.
    package var overview: String {
        var names: [String] = []
        var summaries: [String: [String]] = [:]
        for command in commands {
            let usage = command.usage
            let first = firstWord(usage.name)
            if summaries[first] == nil { names.append(first) }
            summaries[first, default: []].append(usage.summary)
        }
        let entries = names.map { name in
            let group = commands.filter { $0.usage.name.hasPrefix("\(name) ") }
            guard !group.isEmpty else { return (name, summaries[name]?.first ?? "") }
            let parts = group.map { String($0.usage.name.dropFirst(name.count + 1)) }
            return (name, parts.joined(separator: ", "))
        }
        return "\(name): \(summary)\n\nusage: \(name) COMMAND [options]\n\ncommands:\n"
            + table(entries) + "\nRun '\(name) COMMAND --help' for the options of a command.\n"
            + "Exit codes: 0 ok, 1 failed expectation, 2 usage, 3 environment.\n"
    }

    /// Returns the help text of all commands that begin with the same word.
    func overview(of group: String) -> String {
        let entries = commands.map(\.usage).filter { $0.name.hasPrefix("\(group) ") }
            .map { ($0.name, $0.summary) }
        return "usage: \(name) \(group) COMMAND [options]\n\ncommands:\n" + table(entries)
    }

    /// Returns the full help text of a command: each option with its default and variable.
    package func help(of usage: Usage) -> String {
        var text = "\(name) \(usage.name): \(usage.summary)\n"
        for paragraph in usage.paragraphs { text += "\n" + wrapped(paragraph, indent: 0) + "\n" }
        text += "\nusage: \(synopsis(of: usage))\n"
        if !usage.operands.isEmpty {
            text += "\narguments:\n" + table(usage.operands.map { ($0.name, $0.help) })
        }
        let options = usage.options.map { option in
            (
                "--\(option.name)" + (option.valueName.map { " \($0)" } ?? ""),
                option.help + option.remark
            )
        }
        return text + "\noptions:\n" + table(options + [("--help", "print this help")])
    }

    /// Returns the line that shows the syntax of a command, such as `refgate apply WORKSPACE
    /// [options]`.
    package func synopsis(of usage: Usage) -> String {
        let operands = usage.operands.map { operand in
            let name = operand.most == nil ? "\(operand.name)…" : operand.name
            return operand.least == 0 ? " [\(name)]" : " \(name)"
        }
        let required = usage.options.filter(\.isRequired).map { option in
            " --\(option.name) \(option.valueName ?? "")"
        }
        return "\(name) \(usage.name)\(operands.joined())\(required.joined()) [options]"
    }

    /// Returns two columns; an entry too wide for the first column has a line of its own.
    private func table(_ entries: [(String, String)]) -> String {
        let widest = 26
        let fitting = entries.map(\.0.count).filter { $0 <= widest }
        let column = (fitting.max() ?? widest) + 4
        var text = ""
        for (name, words) in entries {
            text += "  \(name)"
            if name.count > widest {
                text += "\n" + String(repeating: " ", count: column)
            } else {
                text += String(repeating: " ", count: column - 2 - name.count)
            }
            text += wrapped(words, indent: column) + "\n"
        }
        return text
    }

    /// Wraps a text; lines after the first are indented by this number of spaces.
    private func wrapped(_ text: some StringProtocol, indent: Int) -> String {
        var lines: [String] = []
        var line = ""
        for word in text.split(separator: " ") {
            if !line.isEmpty, line.count + 1 + word.count > Self.width - indent {
                lines.append(line)
                line = ""
            }
            line += line.isEmpty ? String(word) : " \(word)"
        }
        lines.append(line)
        return lines.joined(separator: "\n" + String(repeating: " ", count: indent))
    }
}

extension OptionDeclaration {
    /// The default and the variable, in parentheses after the help.
    fileprivate var remark: String {
        var parts: [String] = []
        if let usual { parts.append("default \(usual)") }
        if isRequired { parts.append("required") }
        if isRepeated { parts.append("may be repeated") }
        if let variable { parts.append(variable) }
        return parts.isEmpty ? "" : " (\(parts.joined(separator: "; ")))"
    }
}
