/// The command line as a whole: finds the command, prints help, turns errors into exit codes.
package enum Program {
    package static let version = "0.1.0"

    package static let commands: [Command] = [
        .serve, .demo, .apply, .keys, .audit, .sign,
    ]

    package static func run(_ words: [String], _ context: Context) -> ExitCode {
        guard let name = words.first else {
            context.err(help)
            return .usage
        }
        switch name {
        case "--help", "-h", "help":
            let topic = words.dropFirst().first
            context.out(commands.first { $0.name == topic }?.help ?? help)
            return .ok
        case "--version":
            context.line("refgate \(version)")
            return .ok
        default: break
        }
        guard let command = commands.first(where: { $0.name == name }) else {
            let error = UsageError.unknownCommand(
                name, nearest: nearest(name, among: commands.map(\.name)))
            context.complain("\(error)\nrefgate --help lists the commands")
            return .usage
        }
        let rest = Array(words.dropFirst())
        if rest.prefix(while: { $0 != "--" }).contains(where: { $0 == "--help" || $0 == "-h" }) {
            context.out(command.help)
            return .ok
        }
        do throws(UsageError) {
            let arguments = try Arguments(
                rest, options: command.options, environment: context.environment)
            return try command.run(arguments, context)
        } catch {
            context.complain("\(error)\nrefgate \(name) --help says what it takes")
            return .usage
        }
    }

    private static var help: String {
        var text = "refgate \(version): a gateway for referral programmes\n\n"
        text += "usage: refgate COMMAND [options]\n\ncommands:\n"
        let width = commands.map(\.name.count).max() ?? 0
        for command in commands {
            let gap = String(repeating: " ", count: width - command.name.count + 2)
            text += "  \(command.name)\(gap)\(command.summary)\n"
        }
        return text + "\n`refgate COMMAND --help` tells a command's options with their defaults.\n"
            + "Exit codes: 0 ok, 1 failed expectation, 2 usage, 3 environment.\n"
    }
}
