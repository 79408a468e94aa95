import Gateway
import Invocation
import Sockets

/// The main job on real fixtures in one go.
enum Demo: Command {
    static let usage = Usage(
        "demo",
        "see the whole of it: real payloads decided, rewards issued, notifications verified",
        details: """
            Applies a workspace to a scratch database and serves it. Its webhooks are \
            pointed at a receiver in this process, the one of `refgate listen`. Posts every payload \
            signed as its sender would, prints what was decided and why, and the notifications that \
            came of it, each verified. Then it keeps serving until interrupted; with --once it \
            serves on any free port and ends. Exit 0 only where all was answered as it should be, \
            and every notification came.
            """,
        options: [fixturesFolder, once, Serving.listen])

    static let fixturesFolder = Option<String?>.optional(
        "fixtures", .path,
        "a folder with workspace.json and payloads/; the program's own fixtures if not given",
        hasVariable: false)
    static let once = Option.flag("once", "exit when all is told", hasVariable: false)

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
        let isAsExpected = try scene.tell()
        if let untilStopped {
            try scene.tellWhereItIs()
            untilStopped()
            context.line("\nstopped; the scratch database is gone")
        }
        return isAsExpected ? .ok : .failed
    }
}
