import Spelling

/// The program: its name, version and commands.
package struct Tool: Sendable {
    /// The name of the program.
    package let name: String
    /// The purpose of the program in one line.
    package let summary: String
    /// The version that `--version` prints.
    package let version: String
    let commands: [Entry]

    /// A command with its usage, independent of its type.
    struct Entry: Sendable {
        let usage: Usage
        let run: @Sendable (Context) throws -> ExitCode

        init<Declared: Command>(_ command: Declared.Type) {
            usage = command.usage
            run = { try command.run($0) }
        }
    }

    /// Creates a program from its commands.
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

    /// The usage of each command, in their order.
    package var usages: [Usage] { commands.map(\.usage) }

    /// Runs the command that the words name.
    ///
    /// - Parameter words: the arguments, without the program's own name.
    /// - Returns: the command's own code, or 3 if the output could not be written. A reader that
    ///   has closed its end of a pipe is no error.
    package func run(_ words: [String], in world: World) -> ExitCode {
        let choice = choose(words)
        let code = run(choice, in: world)
        guard let failure = world.output.failure, failure != .closed else { return code }
        world.errors.line("\(title(of: choice)): \(failure)")
        return .environment
    }

    private func title(of choice: Choice) -> String {
        switch choice {
        case .command(let command, _): "\(name) \(command.usage.name)"
        case .overview, .version, .group, .nothing, .unknown, .help: name
        }
    }

    private func run(_ choice: Choice, in world: World) -> ExitCode {
        switch choice {
        case .overview:
            world.output.write(overview)
            return .ok
        case .version:
            world.output.line("\(name) \(version)")
            return .ok
        case .group(let group, let isAsked):
            (isAsked ? world.output : world.errors).write(overview(of: group))
            return isAsked ? .ok : .usage
        case .nothing:
            world.errors.write(overview)
            return .usage
        case .unknown(let word, let known):
            let meant = nearest(to: word, in: known).map { "; did you mean '\($0)'?" } ?? ""
            world.errors.line("\(name): unknown command '\(word)'\(meant)")
            world.errors.line("Try '\(name) --help'.")
            return .usage
        case .help(let command):
            world.output.write(help(of: command.usage))
            return .ok
        case .command(let command, let rest): return run(command, rest, in: world)
        }
    }

    private func run(_ command: Entry, _ words: ArraySlice<String>, in world: World) -> ExitCode {
        let usage = command.usage
        let arguments: Arguments
        do {
            arguments = try Arguments(words, for: usage, environment: world.environment)
        } catch {
            for mistake in error.all { world.errors.line("\(name) \(usage.name): \(mistake)") }
            world.errors.line("Try '\(name) \(usage.name) --help'.")
            return .usage
        }
        do {
            return try command.run(Context(arguments: arguments, world: world))
        } catch is Output.Failure {
            return .ok
        } catch let failure as Failure {
            world.errors.line("\(name) \(usage.name): \(failure.message)")
            return failure.code
        } catch {
            world.errors.line("\(name) \(usage.name): \(error)")
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

    /// True if the words before `--` ask for help; words after `--` are operands.
    private func asksForHelp(_ words: ArraySlice<String>) -> Bool {
        words.prefix { $0 != "--" }.contains { $0 == "--help" || $0 == "-h" }
    }

    func firstWord(_ name: String) -> String { String(name.prefix { $0 != " " }) }
}
