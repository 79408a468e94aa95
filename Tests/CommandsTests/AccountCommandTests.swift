import Foundation
import Invocation
import TestSupport
import Testing

@Suite struct AccountCommandTests {
    private func file(_ folder: TestFolder, account: String?) throws -> String {
        let account = account.map { "\"account\": {\"name\": \"\($0)\"}, " } ?? ""
        return try folder.write("{\(account)\"campaigns\": []}", to: "workspace.json")
    }

    private func names(_ database: String) -> String {
        CommandRun("accounts", "list", "--db", database).output
    }

    @Test func `another account name is refused until the account is renamed`() throws {
        let folder = try TestFolder()
        let database = "\(folder.path)/refgate.db"
        let apply = ["apply", try file(folder, account: "Acme"), "--db", database]
        #expect(CommandRun(apply).code == .ok)
        #expect(CommandRun(apply).code == .ok)
        _ = try file(folder, account: "Umbrella")
        for words in [apply, apply + ["--dry-run"]] {
            let run = CommandRun(words)
            #expect(run.code == .failed)
            #expect(run.errors.contains("refgate accounts rename"), "\(run.errors)")
        }
        #expect(names(database) == "1  Acme  free\n")
        let renamed = CommandRun("accounts", "rename", "1", "--name", "Umbrella", "--db", database)
        #expect(renamed.code == .ok, "\(renamed.errors)")
        #expect(names(database) == "1  Umbrella  free\n")
        #expect(CommandRun(apply).code == .ok)
        // A file without an account leaves the account unchanged.
        _ = try file(folder, account: nil)
        #expect(CommandRun(apply).code == .ok)
        #expect(names(database) == "1  Umbrella  free\n")
        let none = CommandRun("accounts", "rename", "9", "--name", "X", "--db", database)
        #expect(none.code == .failed)
        #expect(none.errors.contains("there is no account 9"))
    }

    @Test func `an account that nobody has named takes the declared name`() throws {
        let folder = try TestFolder()
        let database = "\(folder.path)/refgate.db"
        #expect(CommandRun("keys", "create", "--name", "first", "--db", database).code == .ok)
        let run = CommandRun("apply", try file(folder, account: "Acme"), "--db", database)
        #expect(run.code == .ok, "\(run.errors)")
        #expect(names(database) == "1  Acme  free\n")
    }

    @Test func `accounts are made, and apply, keys, export and explain take one of them`() throws {
        let folder = try TestFolder()
        let database = "\(folder.path)/refgate.db"
        func run(_ words: String...) -> CommandRun { CommandRun(words + ["--db", database]) }
        let made = run("accounts", "create", "--name", "Acme", "--plan", "paid")
        #expect(made.code == .ok, "\(made.errors)")
        #expect(made.output == "account 1 created\n")
        #expect(run("accounts", "create", "--name", "Beta").output == "account 3 created\n")
        let twice = run("accounts", "create", "--name", "Beta")
        #expect(twice.code == .failed)
        #expect(twice.errors.contains("another account has the name Beta"))
        #expect(names(database) == "1  Acme  paid\n3  Beta  free\n")
        let workspace = try folder.write(
            """
            {"campaigns": [{"id": 1, "name": "Spring", "goal_type": "purchase",
                "rewards": [{"kind": "points", "value": {"points": 1}}]}],
             "participants": [{"campaign": 1, "email": "a@example.com", "referral_code": "A-1"}]}
            """, to: "people.json")
        let unclear = run("apply", workspace)
        #expect(unclear.code == .usage, "\(unclear.errors)")
        #expect(unclear.errors.contains("Acme, Beta"))
        let unknown = run("apply", workspace, "--account", "Gamma")
        #expect(unknown.code == .usage)
        #expect(unknown.errors.contains("refgate accounts create"))
        for words in [
            ["--account", "Acme"], ["--account", "Beta"], ["--account", "Beta", "--test"],
        ] {
            let applied = CommandRun(["apply", workspace, "--db", database] + words)
            #expect(applied.code == .ok, "\(applied.errors)")
            #expect(applied.output.contains("participants: 1 added"), "\(applied.output)")
            let again = CommandRun(["apply", workspace, "--db", database, "--dry-run"] + words)
            #expect(again.output.contains("campaigns: 0 added, 0 changed, 1 unchanged"))
            #expect(again.output.contains("participants: 0 added, 0 changed, 1 unchanged"))
            let rows = CommandRun(
                ["export", "--what", "participants", "--db", database] + words)
            #expect(rows.code == .ok, "\(rows.errors)")
            let lines = rows.output.split(whereSeparator: \.isNewline)
            #expect(lines.count == 2, "\(rows.output)")
            #expect(lines.last?.hasPrefix("1,a@example.com") == true)
            let why = CommandRun(["explain", "--code", "A-1", "--db", database] + words)
            #expect(why.code == .ok, "\(why.output)\(why.errors)")
            let key = CommandRun(
                ["keys", "create", "--name", "k", "--db", database, "--scope", "read"] + words)
            #expect(key.code == .ok, "\(key.errors)")
            #expect(key.output.hasPrefix(words.contains("--test") ? "ref_test_" : "ref_live_"))
        }
        let listed = run("keys", "list").output.split(separator: "\n")
        #expect(listed.count == 3)
        #expect(listed.last?.contains("read  k  Beta  valid") == true, "\(listed)")
        #expect(run("audit").code == .ok)
    }
}
