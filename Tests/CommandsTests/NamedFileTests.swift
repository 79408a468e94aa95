import Foundation
import Invocation
import TestSupport
import Testing

/// The files that a command accepts: standard input, pipes, and names of all kinds.
@Suite struct NamedFileTests {
    /// Runs a script in the folder, with the program and the arguments as `"$@"`.
    private func run(
        _ script: String, _ arguments: [String] = [], in folder: TestFolder
    ) throws -> RefgateRun {
        try RefgateRun(
            arguments, wrapper: ["bash", "-c", "cd \"$0\" && \(script)", folder.path])
    }

    private static let workspace = """
        {"account": {"name": "Shop"}, "campaigns": [{"id": 1, "name": "Spring", "owner": "o@example.com",
        "goal_type": "purchase"}], "participants": "people.csv"}
        """

    // MARK: Standard input

    /// Commands whose last argument is a file, with its content and their output.
    static let readers: [(arguments: [String], content: String, printed: String)] = [
        (["sign", "--secret", "whsec_AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"], "{}", "webhook-id: "),
        (["rules", "check"], workspace, "0 mistakes"),
        (["apply", "--db", "x.db"], workspace, "participants: 1 added"),
        (
            ["rules", "test"],
            #"{"name": "nothing", "given": \#(workspace), "steps": [{"advance": "PT1H"}]}"#,
            "1 passed"
        ),
        (["rules", "eval", "payload.n + 1", "--facts"], #"{"payload": {"n": 41}}"#, "42"),
        (
            [
                "replay", "\(fixtures)/payloads/refgate", "--concurrency", "1", "--workspace",
            ],
            (try? String(contentsOfFile: "\(fixtures)/workspace.json", encoding: .utf8)) ?? "",
            "rewarded"
        ),
    ]

    @Test(arguments: readers.indices) func `standard input and pipes are files`(
        _ index: Int
    ) throws {
        let (arguments, content, printed) = Self.readers[index]
        for script in [
            #""$@" - < given"#, #"cat given | "$@" -"#, #"cat given | "$@" /dev/stdin"#,
            #""$@" <(cat given)"#,
        ] {
            let folder = try TestFolder()
            try folder.write(content, to: "given")
            // Files that the input names are searched in the current folder.
            try folder.write("campaign,email\n1,ann@example.com\n", to: "people.csv")
            for name in ["people.csv", "coupons.csv", "participants.csv"]
            where FileManager.default.fileExists(atPath: "\(fixtures)/\(name)") {
                try? FileManager.default.copyItem(
                    atPath: "\(fixtures)/\(name)", toPath: "\(folder.path)/\(name)")
            }
            let run = try run(script, arguments, in: folder)
            #expect(run.status == 0, "\(script): \(run.errors)\(run.output)")
            #expect(run.output.contains(printed), "\(script): \(run.output)")
        }
    }

    @Test(arguments: [
        #""$@" given"#, #""$@" - < given"#, #"cat given | "$@" -"#, #""$@" /dev/stdin < given"#,
        #""$@" <(cat given)"#,
    ])
    func `the curl command that sign prints posts the same bytes later`(_ script: String) throws {
        let folder = try TestFolder()
        let text = "{\"it's\": \"50% \\n $x `y`\u{200B}\u{E9}\"}\r\n\n"
        let bytes = Array(text.utf8) + [0, 7, 0x7F, 0xFF]
        try Data(bytes).write(to: URL(filePath: "\(folder.path)/given"))
        // A replacement for curl that prints the body it would post.
        try folder.write(
            "#!/bin/sh\nfor last; do :; done\ncat \"${last#@}\"\n", to: "bin/curl")
        let run = try run(
            "set -o pipefail; chmod +x bin/curl; \(script) > made && cat made"
                + #" && PATH="$PWD/bin:$PATH" sh < made > posted && cmp posted given"#,
            ["sign", "--scheme", "url-token", "--curl", "http://127.0.0.1:1/hooks/x"], in: folder)
        #expect(run.status == 0, "\(run.errors)\(run.output)")
        #expect(run.output.contains("'http://127.0.0.1:1/hooks/x'"), "\(run.output)")
    }

    @Test func `a closed standard input is an error`() throws {
        let run = try run(#""$@" - <&-"#, ["rules", "check"], in: TestFolder())
        #expect(run.status == 3)
        #expect(run.errors.contains("- cannot be read"), "\(run.errors)")
    }

    // MARK: Names

    @Test func `replay takes files of any name`() throws {
        let folder = try TestFolder()
        // Without an id in the payload, the id is derived from the file's name.
        let payload = #"{"type": "purchase", "data": {"referral_code": "LEAD-ADA-2"}}"#
        let names = [
            "a b", "a[1]{2}", "caf\u{E9}", "50%", "x.y", String(repeating: "n", count: 240),
        ]
        for name in names { try folder.write(payload, to: "refgate/\(name).json") }
        let run = CommandRun(
            "replay", folder.path, "--workspace", "\(fixtures)/workspace.json", "--json")
        #expect(run.code == .ok, "\(run.errors)\(run.output)")
        #expect(run.json["sent"] as? Int == names.count)
        let answers = try #require(run.json["answers"] as? [[String: Any]])
        #expect(answers.allSatisfy { $0["status"] as? Int == 200 })
        // No payload repeats another one.
        #expect(Set(answers.compactMap { $0["event"] as? Int }).count == names.count)
    }

    @Test func `replay says that a payload without a folder has no source`() throws {
        let run = try run(
            #""$@" < /dev/null"#, ["replay", "-", "--workspace", "\(fixtures)/workspace.json"],
            in: TestFolder())
        #expect(run.status == 1)
        #expect(
            run.errors.contains("-: the folder of a payload must name its source"),
            "\(run.errors)")
    }

    @Test(arguments: ["file:x.db", "file:x.db?mode=memory", ":memory:"])
    func `a database's path is a path`(_ name: String) throws {
        let folder = try TestFolder()
        let made = try run(
            #""$@""#, ["keys", "create", "--name", "one", "--db", name], in: folder)
        #expect(made.status == 0, "\(made.errors)")
        let listed = try run(#""$@""#, ["keys", "list", "--db", name], in: folder)
        #expect(listed.status == 0, "\(listed.errors)")
        #expect(listed.output.contains("one"))
        let copied = try run(#""$@""#, ["backup", "file:copy.db", "--db", name], in: folder)
        #expect(copied.status == 0, "\(copied.errors)")
        let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
        #expect(names.contains(name))
        #expect(names.contains("file:copy.db"))
        #expect(!names.contains("x.db"))
    }

    @Test func `bytes that are not UTF-8 stay in a path`() throws {
        let folder = try TestFolder()
        try folder.write(Self.workspace, to: "workspace.json")
        try folder.write("campaign,email\n1,ann@example.com\n", to: "people.csv")
        let payload = try String(
            contentsOfFile: "\(fixtures)/payloads/refgate/purchase.json", encoding: .utf8)
        try folder.write(payload, to: "payload.json")
        let script = #"""
            set -e
            mkdir $'caf\xe9' $'in\xff' $'in\xff/refgate'
            mv workspace.json people.csv $'caf\xe9/'
            mv payload.json $'in\xff/refgate/\xfe.json'
            "$@" rules check $'caf\xe9/workspace.json'
            "$@" apply $'caf\xe9/workspace.json' --db $'\xff.db'
            "$@" keys create --name one --db=$'\xff.db' > $'\xfd.key'
            "$@" backup $'\xfe.db' --db $'\xff.db'
            "$@" export --folder $'out\xff/deep' --what participants --db $'\xff.db'
            "$@" replay $'in\xff' --workspace "$fixtures/workspace.json"
            test -s $'\xff.db' -a -s $'\xff.db.key' -a -s $'\xfe.db'
            test -s $'out\xff/deep/participants.csv'
            test "$(ls -A | wc -l)" = 7
            """#
        let run = try run(
            "fixtures='\(fixtures)'; \(script)", in: folder)
        #expect(run.status == 0, "\(run.errors)\(run.output)")
        #expect(run.output.contains("participants: 1 added"))
        #expect(run.output.contains("1 payloads, 1 events"))
    }

    // MARK: Folders of scenarios

    @Test func `a folder's scenarios are those with steps`() throws {
        let folder = try TestFolder()
        try folder.write(
            #"{"name": "nothing", "given": "../workspace.json", "steps": [{"advance": "PT1H"}]}"#,
            to: "all/scenarios/one.json")
        let workspace = try String(
            contentsOfFile: "\(fixtures)/workspace.json", encoding: .utf8)
        try folder.write(workspace, to: "all/workspace.json")
        try folder.write(#"[{"steps": []}]"#, to: "all/payload.json")
        let run = CommandRun("rules", "test", "\(folder.path)/all")
        #expect(run.code == .ok, "\(run.errors)\(run.output)")
        #expect(run.output.contains("1 passed, 0 failed, 0 with errors"))
        // A named file is a scenario or a mistake, even if it is not JSON.
        let named = CommandRun("rules", "test", "\(folder.path)/all/payload.json")
        #expect(named.code == .failed)
        try folder.write(#"{"steps": ["#, to: "all/broken.json")
        let broken = CommandRun("rules", "test", "\(folder.path)/all")
        #expect(broken.code == .failed)
        #expect(broken.output.contains("1 passed, 0 failed, 1 with errors"))
    }

    // MARK: Colours

    @Test func `a terminal has colours unless the environment forbids them`() throws {
        for (setting, isColoured) in [
            ("TERM=xterm", true), ("NO_COLOR=1", false), ("TERM=dumb", false), ("NO_COLOR=", true),
        ] {
            let terminal = try PseudoTerminal()
            let run = try RefgateRun(
                ["rules", "test", "\(fixtures)/scenarios/duplicate.json"],
                wrapper: ["env", "-u", "NO_COLOR", "TERM=xterm", setting],
                output: terminal.channel)
            #expect(run.status == 0, "\(run.errors)")
            let line = try #require(terminal.line())
            #expect(line.contains("PASS"))
            #expect(line.contains("\u{1B}[") == isColoured, "\(setting): \(line)")
        }
    }
}
