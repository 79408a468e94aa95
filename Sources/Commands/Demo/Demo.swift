import Gateway
import Invocation
import Sockets

/// The command that shows the main path on recorded payloads.
enum Demo: Command {
    static let usage = Usage(
        "demo", "run a whole gateway on recorded payloads and print every decision",
        details: """
            Applies a workspace to a scratch database and serves it, with its webhooks pointed \
            at a receiver in the same process. Posts every payload signed as its sender would, \
            prints each decision with its reasons and each notification with the verdict on its \
            signatures, and then serves until interrupted.

            With --once it listens on a free port instead of the one in --listen, and exits \
            after the last notification.

            Exit code 1 if an answer is neither 200 nor 422, or if a notification is missing or \
            wrongly signed; 3 if the port is in use or the folder of --fixtures is not found.
            """,
        options: [fixturesFolder, once, Serving.listen])

    static let fixturesFolder = Option<String?>.optional(
        "fixtures", .path,
        "a folder with workspace.json and payloads/; the fixtures inside the program if not given",
        hasVariable: false)
    static let once = Option.flag("once", "exit after the last notification", hasVariable: false)

    static func run(_ context: Context) throws -> ExitCode {
        let untilStopped = context[once] ? nil : context.takeSignals()
        let unpacked = context[fixturesFolder] == nil ? try UnpackedFixtures() : nil
        defer { withExtendedLifetime(unpacked) {} }
        let material = try DemoMaterial(
            context[fixturesFolder] ?? unpacked?.path ?? "", context,
            shownAs: unpacked == nil ? nil : "the program's own fixtures")
        var address = context[Serving.listen]
        if untilStopped == nil { address.port = 0 }
        let scene = try DemoScene(material, on: address, context)
        defer { scene.stop() }
        let isAsExpected = try scene.print()
        if let untilStopped {
            try scene.printAddress()
            untilStopped()
            context.line("\nstopped; the temporary database was removed")
        }
        return isAsExpected ? .ok : .failed
    }
}
