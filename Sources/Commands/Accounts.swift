import Database
import Declarations
import Invocation
import JSON
import Referrals
import Storage
import Time

/// The commands for the accounts of a database, without a running gateway.
enum Accounts {
    static let id = Operand(
        "ID", .integer(in: 1...Int.max),
        "the number of the account, as `refgate accounts list` shows it")
    static let name = Option.required(
        "name", .text("NAME"), "the name of the account", hasVariable: false)

    enum Create: Command {
        static let plan = Option(
            "plan", .choice(AccountDeclaration.Plan.self), default: "free",
            "the plan of the account", hasVariable: false)
        static let usage = Usage(
            "accounts create", "create an account and print its number",
            details: """
                The account has a live side and a test side, which share nothing. `refgate keys \
                create --account NAME` makes its first key. A missing database is created, and \
                standard error says so. A gateway that serves the same \
                database keeps running.
                """,
            options: [Common.database, name, plan])

        static func run(_ context: Context) throws -> ExitCode {
            let name = try Accounts.checked(context[name])
            let store = try Files.storeOrNew(context[Common.database], context.errors)
            let made = try Files.using(context[Common.database]) {
                try store.write { _ -> ID<Account>? in
                    guard try Accounts.isFree(name, for: nil, store) else { return nil }
                    return try store.catalog.create(
                        account: name, plan: context[plan].rawValue, at: context.clock.now())
                }
            }
            guard let made else { throw Failure(.failed, "another account has the name \(name)") }
            context.line("account \(made.number) created")
            return .ok
        }
    }

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
                writer.member("browser_keys", row.browserKeys.rawValue)
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
            let name = try Accounts.checked(context[name])
            let account = ID<Account>(Int64(context[id]))
            let store = try Files.store(database, for: .existing, tellingOf: context.errors)
            try Files.using(database) {
                try store.write { _ in
                    guard try Accounts.isFree(name, for: account, store) else {
                        throw Failure(.failed, "another account has the name \(name)")
                    }
                    let known = try store.catalog.side(account)
                    guard let known, known.mode == .live else {
                        throw Failure(.failed, "there is no account \(account.number)")
                    }
                    try store.catalog.update(
                        account: account, name: name, plan: known.plan,
                        browserKeys: known.browserKeys)
                }
            }
            context.line("account \(account.number) renamed")
            return .ok
        }
    }

    private static func checked(_ name: String) throws -> String {
        guard !name.isEmpty, name.utf8.allSatisfy({ $0 >= 0x20 && $0 != 0x7F }) else {
            throw Failure(.usage, "--name must be a text without control characters")
        }
        return name
    }

    private static func isFree(
        _ name: String, for account: ID<Account>?, _ store: Store
    ) throws(StorageError) -> Bool {
        try !store.catalog.accounts().contains { $0.id != account && $0.name == name }
    }
}
