import Commands
import Foundation
import Invocation
import TestSupport
import Testing

/// Commands as processes, with a standard output that cannot be written.
@Suite struct FailedOutputTests {
    static let commands = Tool.refgate.usages.map(\.name)
    static let helpTexts = [
        ["--help"], ["--version"], ["help"], ["keys", "--help"], ["serve", "--help"],
    ]

    private let full = "standard output cannot be written: No space left on device"

    private func runOnFullDevice(_ arguments: [String]) throws -> RefgateRun {
        try RefgateRun(arguments, output: .file("/dev/full"))
    }

    /// Runs a command whose output is a pipe without a reader.
    private func runOnClosedPipe(_ arguments: [String]) throws -> RefgateRun {
        try RefgateRun(arguments, output: .brokenPipe)
    }

    private func runWithClosedOutput(_ arguments: [String]) throws -> RefgateRun {
        try RefgateRun(arguments, wrapper: ["bash", "-c", #"exec "$@" >&-"#, "--"])
    }

    @Test(arguments: commands) func `a full device is exit code 3`(_ command: String) throws {
        let calls = try CommandCalls()
        let arguments = try #require(
            calls.arguments(of: command), "CommandCalls says how '\(command)' is called")
        let run = try runOnFullDevice(arguments)
        #expect(run.status == 3, "\(run.errors)")
        #expect(run.errors.contains("refgate \(command): \(full)"), "\(run.errors)")
    }

    @Test(arguments: helpTexts) func `so it is for help texts`(_ arguments: [String]) throws {
        let run = try runOnFullDevice(arguments)
        #expect(run.status == 3)
        #expect(run.errors.hasPrefix("refgate: \(full)"), "\(run.errors)")
    }

    // `serve` keeps running in this case: see FirstKeyTests.
    @Test(arguments: commands.filter { $0 != "serve" })
    func `a reader that has gone is no error`(_ command: String) throws {
        let calls = try CommandCalls()
        let run = try runOnClosedPipe(try #require(calls.arguments(of: command)))
        #expect(run.status == 0, "\(run.errors)")
        #expect(run.errors.contains("standard output") == false, "\(run.errors)")
    }

    @Test(arguments: helpTexts) func `nor is it for help texts`(_ arguments: [String]) throws {
        let run = try runOnClosedPipe(arguments)
        #expect(run.status == 0)
        #expect(run.errors == "")
    }

    @Test func `a closed output is an error, and never the file that is opened next`() throws {
        let calls = try CommandCalls()
        let folder = try TestFolder()
        let run = try runWithClosedOutput(
            ["export", "--what", "participants", "--folder", folder.path, "--db"]
                + [calls.databasePath])
        #expect(run.status == 3)
        #expect(run.errors.contains("standard output cannot be written"), "\(run.errors)")
        let lines = try folder.read("participants.csv").components(separatedBy: "\r\n")
        #expect(lines.count == 4)
        #expect(lines.first?.hasPrefix("campaign,email,") == true)
        #expect(lines.last == "")
    }

    @Test func `errors that nobody can read change no exit code`() throws {
        for closed in [#"exec "$@" 2>&-"#, #"exec "$@" 2>/dev/full"#] {
            let wrapper = ["bash", "-c", closed, "--"]
            #expect(try RefgateRun(["nonsense"], wrapper: wrapper).status == 2)
            #expect(try RefgateRun(["keys"], wrapper: wrapper).status == 2)
            let absent = ["audit", "--db", "/nowhere/x.db"]
            #expect(try RefgateRun(absent, wrapper: wrapper).status == 3)
            let version = try RefgateRun(["--version"], wrapper: wrapper)
            #expect(version.status == 0)
            #expect(version.output.hasPrefix("refgate "))
        }
    }

    // MARK: What would be lost

    private func keys(_ database: String) throws -> [[String: Any]] {
        let run = CommandRun("keys", "list", "--json", "--db", database)
        #expect(run.code == .ok, "\(run.errors)")
        return try #require(
            try JSONSerialization.jsonObject(with: Data(run.output.utf8)) as? [[String: Any]])
    }

    @Test func `a key that could not be shown opens nothing`() throws {
        for (run, status) in [
            (runOnFullDevice, 3), (runOnClosedPipe, 0), (runWithClosedOutput, 3),
        ] as [(([String]) throws -> RefgateRun, Int)] {
            let database = try ScratchDatabase()
            let ended = try run(["keys", "create", "--name", "one", "--db", database.path])
            #expect(ended.status == status, "\(ended.errors)")
            let keys = try keys(database.path)
            #expect(keys.count == 1)
            #expect(keys.allSatisfy { $0["revoked_at"] is String })
        }
    }

    @Test func `secrets that apply has made and could not show are named`() throws {
        let folder = try TestFolder()
        let file = try folder.write(
            #"{"webhooks": [{"name": "sink", "url": "https://example.com/", "events": ["reward.issued"]}]}"#,
            to: "workspace.json")
        let run = try runOnFullDevice(["apply", file, "--db", "\(folder.path)/x.db"])
        #expect(run.status == 3)
        #expect(run.errors.contains("could not be shown: 'sink'"), "\(run.errors)")
        #expect(run.errors.contains("rotate-secret"), "\(run.errors)")
    }

    // MARK: Full file systems

    /// Runs the script `$1` with a full file system at `$2` and the program as further arguments.
    /// The script's output lists the files left there.
    private func runOnFullDisk(_ script: String, _ arguments: [String]) throws -> RefgateRun {
        let folder = try TestFolder()
        let setUp = """
            mount -t tmpfs -o size=64k none "$2" || exit 99
            cd "$2"
            head -c 65536 /dev/zero > filler 2> /dev/null
            place=$1; shift 2
            eval "$place"
            code=$?
            ls -A
            exit $code
            """
        return try RefgateRun(
            arguments,
            wrapper: ["unshare", "-m", "bash", "-c", setUp, "--", script, folder.path])
    }

    static let mayMount = geteuid() == 0

    @Test(.enabled(if: mayMount, "only root may mount a small file system"))
    func `a full disk leaves no half file`() throws {
        let calls = try CommandCalls()
        let scenario = "\(fixtures)/scenarios/duplicate.json"
        for arguments in [
            ["export", "--folder", ".", "--db", calls.databasePath],
            ["backup", "copy.db", "--db", calls.databasePath],
            ["rules", "test", scenario, "--json", "--junit", "report.xml"],
        ] {
            let run = try runOnFullDisk(#""$@" > /dev/null"#, arguments)
            #expect(run.status == 3, "\(arguments): \(run.errors)")
            #expect(run.output == "filler\n", "\(arguments)")
            #expect(run.errors.contains("No space left on device") || run.errors.contains("full"))
        }
    }

    @Test(.enabled(if: mayMount, "only root may mount a small file system"))
    func `an export that ends early is exit code 3`() throws {
        let calls = try CommandCalls()
        let export = try #require(calls.arguments(of: "export"))
        let run = try runOnFullDisk(#""$@" > out.csv"#, export)
        #expect(run.status == 3)
        #expect(run.errors.contains(full), "\(run.errors)")
    }
}
