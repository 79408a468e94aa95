import Time
import Workspace

/// All commands under one name.
package struct Tool: Sendable {
    package let name: String
    package let summary: String
    package let version: String
    let commands: [Entry]

    /// A command as it was declared, whatever its type.
    struct Entry: Sendable {
        let usage: Usage
        let run: @Sendable (Context) throws -> ExitCode

        init<Declared: Command>(_ command: Declared.Type) {
            usage = command.usage
            run = { try command.run($0) }
        }
    }

    package init(
        name: String = "refgate", summary: String, version: String,
        commands: [any Command.Type]
    ) {
        self.name = name
        self.summary = summary
        self.version = version
        self.commands = commands.map { Entry($0) }
        precondition(
            Set(self.commands.map(\.usage.name)).count == commands.count,
            "each command has a name of its own")
    }

    /// Runs the command that the words name.
    ///
    /// - Parameter words: without the program's own name.
    package func run(
        _ words: [String], output: Output, errors: Output, environment: [String: String],
        clock: WallClock
    ) -> ExitCode {
        switch choose(words) {
        case .overview:
            output.write(overview)
            return .success
        case .version:
            output.line("\(name) \(version)")
            return .success
        case .group(let group, let isAsked):
            (isAsked ? output : errors).write(overview(of: group))
            return isAsked ? .success : .usage
        case .nothing:
            errors.write(overview)
            return .usage
        case .unknown(let word, let known):
            let meant = nearest(to: word, in: known).map { "; did you mean '\($0)'?" } ?? ""
            errors.line("\(name): unknown command '\(word)'\(meant)")
            errors.line("Try '\(name) --help'.")
            return .usage
        case .help(let command):
            output.write(help(of: command.usage))
            return .success
        case .command(let command, let rest):
            return run(
                command, rest, output: output, errors: errors, environment: environment,
                clock: clock)
        }
    }

    private func run(
        _ command: Entry, _ words: ArraySlice<String>, output: Output, errors: Output,
        environment: [String: String], clock: WallClock
    ) -> ExitCode {
        let usage = command.usage
        let arguments: Arguments
        do {
            arguments = try Arguments(words, for: usage, environment: environment)
        } catch {
            for mistake in error.all { errors.line("\(name) \(usage.name): \(mistake)") }
            errors.line("Try '\(name) \(usage.name) --help'.")
            return .usage
        }
        do {
            return try command.run(
                Context(
                    arguments: arguments, output: output, errors: errors,
                    environment: environment, clock: clock))
        } catch let failure as Failure {
            errors.line("\(name) \(usage.name): \(failure.message)")
            return failure.code
        } catch let mistakes as Mistakes {
            errors.write(mistakes.description)
            return .usage
        } catch {
            errors.line("\(name) \(usage.name): \(error)")
            return .environment
        }
    }
}

// MARK: Which command

extension Tool {
    private enum Choice {
        case overview, version, nothing
        case group(String, isAsked: Bool)
        case unknown(String, known: [String])
        case help(Entry)
        case command(Entry, ArraySlice<String>)
    }

    private func choose(_ words: [String]) -> Choice {
        guard let first = words.first else { return .nothing }
        if first == "--version" { return .version }
        if first == "--help" || first == "-h" { return .overview }
        if first == "help" {
            guard words.count > 1 else { return .overview }
            return choose(Array(words.dropFirst()) + ["--help"])
        }
        for count in [2, 1] where words.count >= count {
            let called = words[..<count].joined(separator: " ")
            guard let command = commands.first(where: { $0.usage.name == called }) else { continue }
            let rest = words[count...]
            if asksForHelp(rest) { return .help(command) }
            return .command(command, rest)
        }
        let group = commands.filter { $0.usage.name.hasPrefix("\(first) ") }
        guard !group.isEmpty else {
            return .unknown(first, known: Set(commands.map { firstWord($0.usage.name) }).sorted())
        }
        let rest = words.dropFirst()
        guard let second = rest.first else { return .group(first, isAsked: false) }
        if second == "--help" || second == "-h" { return .group(first, isAsked: true) }
        return .unknown("\(first) \(second)", known: group.map(\.usage.name))
    }

    /// Up to `--`, behind which everything is an operand.
    private func asksForHelp(_ words: ArraySlice<String>) -> Bool {
        words.prefix { $0 != "--" }.contains { $0 == "--help" || $0 == "-h" }
    }

    func firstWord(_ name: String) -> String { String(name.prefix { $0 != " " }) }
}
