import Foundation
import Invocation
import TestSupport
import Testing

@Suite struct ApplyTests {
    @Test func `a secret that is made for a webhook is shown once`() throws {
        let folder = try TestFolder()
        let file = try folder.write(DeclaredWorkspace().text, to: "workspace.json")
        let words = ["apply", file, "--db", "\(folder.path)/refgate.db"]
        #expect(!CommandRun(words + ["--dry-run"]).output.contains("whsec_"))
        let first = CommandRun(words)
        #expect(first.code == .ok, "\(first.errors)")
        let secret = try #require(
            first.output.firstMatch(of: /secret of sink, shown only once: (whsec_[\w+\/]+=*)\n/))
        #expect(Data(base64Encoded: String(secret.output.1.dropFirst(6)))?.count == 32)
        #expect(!CommandRun(words).output.contains("whsec_"))
    }

    @Test func `programs find it in the JSON`() throws {
        let folder = try TestFolder()
        let file = try folder.write(DeclaredWorkspace().text, to: "workspace.json")
        let words = ["apply", file, "--db", "\(folder.path)/refgate.db", "--json"]
        let made = CommandRun(words).json["made_secrets"] as? [String: String]
        #expect(made?["sink"]?.hasPrefix("whsec_") == true)
        #expect(CommandRun(words).json["made_secrets"] == nil)
    }

    @Test(arguments: [
        #"{"campaigns": [{"id": 1, "name": "C", "goal_type": "g", "conditions": ["event.amont > 1"]}]}"#,
        #"{"account": "#, #"{"participants": "none.csv"}"#,
    ])
    func `a file with mistakes makes neither a database nor a key`(_ text: String) throws {
        let folder = try TestFolder()
        let file = try folder.write(text, to: "workspace.json")
        for words in [["apply", file], ["apply", file, "--json"]] {
            let run = CommandRun(words + ["--db", "\(folder.path)/refgate.db"])
            #expect(run.code == .failed, "\(run.errors)")
            let names = try FileManager.default.contentsOfDirectory(atPath: folder.path)
            #expect(names == ["workspace.json"])
        }
    }

    @Test func `a share of the amount without an upper limit is reported`() throws {
        let folder = try TestFolder()
        func share(_ value: [String: Any], _ more: [String: Any] = [:]) -> [String: Any] {
            ["kind": "credit", "value": value].merging(more) { $1 }
        }
        let workspace = DeclaredWorkspace(rewards: [
            share(["percent": 10, "max": 500]), share(["percent": 10]),
            share(["percent": 10], ["budget": 9000]), share(["amount": 5, "currency": "EUR"]),
        ])
        let file = try folder.write(workspace.text, to: "workspace.json")
        let words = ["apply", file, "--db", "\(folder.path)/refgate.db"]
        for words in [words + ["--dry-run"], words, words] {
            let run = CommandRun(words)
            try #require(run.code == .ok, "\(run.errors)")
            let lines = run.output.split(separator: "\n").filter { $0.contains("upper limit") }
            #expect(
                lines == [
                    "reward 2 of campaign 1 has no upper limit: it is a share of the amount; declare a"
                        + " max in its value, or a budget"
                ])
        }
        #expect(
            CommandRun(words + ["--json"]).json["unbounded_rewards"] as? [String]
                == ["reward 2 of campaign 1"])
    }

    @Test func `a file with one webhook too many is refused, and nothing of it is stored`() throws {
        let database = try ScratchDatabase()
        try database.apply(DeclaredWorkspace())
        try database.execute("UPDATE webhooks SET id = 65534")
        var workspace = DeclaredWorkspace()
        for name in ["last", "beyond"] {
            var webhook = workspace.webhooks[0]
            webhook["name"] = name
            workspace.webhooks.append(webhook)
        }
        let file = database.folder.appending(path: "workspace.json")
        try Data(workspace.text.utf8).write(to: file)
        for more in [["--dry-run"], []] {
            let run = CommandRun(["apply", file.path, "--db", database.path] + more)
            #expect(run.code == .failed, "\(run.output)")
            #expect(run.errors.contains("webhook beyond cannot be added"), "\(run.errors)")
            #expect(try database.count("SELECT count(*) FROM webhooks") == 1)
        }
    }

    @Test func `participants who need another address are named`() throws {
        let database = try ScratchDatabase()
        let workspace = DeclaredWorkspace(leads: 2)
        try database.apply(workspace)
        try database.execute(
            """
            UPDATE participants SET email = NULL WHERE id IN (2, 3);
            INSERT INTO address_conflicts VALUES (2, 1), (3, NULL);
            """)
        let file = database.folder.appending(path: "campaigns.json")
        try Data(#"{"campaigns": []}"#.utf8).write(to: file)
        let run = CommandRun("apply", file.path, "--db", database.path)
        try #require(run.code == .ok, "\(run.errors)")
        #expect(run.output.contains("participants 2 and 1 had the same address, and 1 keeps it;"))
        #expect(run.output.contains("the stored address of participant 3 cannot be read;"))
        let json = CommandRun("apply", file.path, "--db", database.path, "--json").json
        let conflicts = json["address_conflicts"] as? [[String: Any]]
        #expect(conflicts?.map { $0["participant"] as? Int } == [2, 3])
        #expect(conflicts?.map { $0["kept_by"] as? Int } == [1, nil])
    }
}
