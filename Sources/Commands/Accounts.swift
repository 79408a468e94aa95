import Database
import Invocation
import JSON
import Referrals
import Storage

/// The commands for the accounts of a database, without a running gateway.
enum Accounts {
    static let id = Operand(
        "ID", .integer(in: 1...Int.max),
        "the number of the account, as `refgate accounts list` shows it")
    static let name = Option.required(
        "name", .text("NAME"), "the new name of the account", hasVariable: false)

    enum List: Command {
        static let usage = Usage(
            "accounts list", "list the accounts: number, name and plan",
            options: [Common.database, Common.json])

        static func run(_ context: Context) throws -> ExitCode {
            let database = context[Common.database]
            let store = try Files.store(database, for: .reader)
            let rows = try Files.using(database) { try store.catalog.accounts() }
            guard context[Common.json] else {
                for row in rows {
                    context.line("\(row.id.number)  \(HiddenText.escaped(row.name))  \(row.plan)")
                }
                return .ok
            }
            var writer = Writer()
            writer.beginArray()
            for row in rows {
                writer.beginObject()
                writer.member("id", row.id.number)
                writer.member("name", row.name)
                writer.member("plan", row.plan)
                writer.endObject()
            }
            writer.endArray()
            context.json(writer.bytes)
            return .ok
        }
    }

    enum Rename: Command {
        static let usage = Usage(
            "accounts rename", "rename an account",
            details: """
                `refgate apply` refuses a workspace whose account has another name than the \
                database's. A gateway that serves the same database keeps running.
                """,
            operands: [id], options: [Common.database, name])

        static func run(_ context: Context) throws -> ExitCode {
            let database = context[Common.database]
            let name = context[name]
            guard !name.isEmpty, name.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
                throw Failure(.usage, "--name must be a text without control characters")
            }
            let account = ID<Account>(Int64(context[id]))
            let store = try Files.store(database, for: .existing, tellingOf: context.errors)
            let isTaken = try Files.using(database) {
                try store.catalog.accounts().contains { $0.id != account && $0.name == name }
            }
            guard !isTaken else {
                throw Failure(.failed, "another account has the name \(name)")
            }
            let isRenamed = try Files.using(database) {
                try store.catalog.rename(account: account, to: name)
            }
            guard isRenamed else { throw Failure(.failed, "there is no account \(account.number)") }
            context.line("account \(account.number) renamed")
            return .ok
        }
    }
}
