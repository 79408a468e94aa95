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
}
