import Gateway
import Invocation
import Programmes
import Storage
import Telemetry
import Time

/// The first account and API key, which `serve` creates.
enum FirstKey {
    /// Creates the account if there is none.
    static func makeAccount(in database: String, _ context: Context) throws(Failure) {
        let store = try Files.store(database, for: .writer)
        try Files.using(database) {
            _ = try store.catalog.accountMadeIfNone(at: context.clock.now())
        }
    }

    /// Creates the first key and prints it on a terminal. Any other output may be a log that many
    /// people can read and that is kept for long, so only the command for creating a key is
    /// printed.
    ///
    /// The gateway serves already. If the database cannot be read, because it was replaced a moment
    /// ago for instance, the gateway itself reports it, and no key is offered.
    static func offer(in database: String, _ context: Context, _ log: Log) throws {
        let store: Store
        do {
            store = try Files.store(database, for: .writer)
            guard try Files.using(database, { try store.keys.list().isEmpty }) else { return }
        } catch {
            return log.warning("no API key is offered", ["reason": .string(error.message)])
        }
        if context.output.isTerminal {
            let made = try Files.using(database) {
                try Keys.create(
                    KeyTable.Creation(name: "first"), in: store, of: AccountChoice(),
                    at: context.clock.now())
            }
            try Keys.show(made, of: store, context)
        } else {
            let command = "refgate keys create --name NAME --db \(database)"
            log.info("the database has no API key", ["make_one_with": .string(command)])
            context.line("There is no API key yet; create one with: \(command)")
            // The key is not lost if the reader of a pipe has gone.
            if let failure = context.output.failure, failure != .closed { throw failure }
        }
    }
}
