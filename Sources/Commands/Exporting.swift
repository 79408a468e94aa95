import Database
import Gateway
import Invocation
import Outbound
import Programmes
import Referrals
import Storage
import Time
import Workspace

/// The command that writes tables as CSV.
enum Exporting: Command {
    static let usage = Usage(
        "export",
        "write participants, signups, conversions, rewards, coupons, events or deliveries as CSV",
        details: """
            Prints one table, or writes several into a folder, each as NAME.csv. All tables come \
            from one snapshot, even while a gateway serves the same database. Existing files are \
            not overwritten, and a file appears under its name only when it is complete.

            Columns keep their order from release to release; new columns come last. Amounts are \
            minor units, times are UTC. A text that a spreadsheet would evaluate as a formula is \
            prefixed with an apostrophe, which an import removes. The tables are those of one \
            side of one account.
            """,
        options: [Common.database, Common.account, Common.test, what, folder])

    static let what = Option<[ExportTable.Kind]>.repeated(
        "what", .choice(ExportTable.Kind.self),
        "a table to write; with --folder, all tables if not given", hasVariable: false)
    static let folder = Option<String?>.optional(
        "folder", .path,
        "the folder to write NAME.csv files into instead of printing; created if it does not exist",
        hasVariable: false)

    static func run(_ context: Context) throws -> ExitCode {
        let kinds = context[what]
        if context[folder] == nil, kinds.count != 1 {
            throw Failure(
                .usage, "give --what for one table, or --folder for several")
        }
        let store = try Files.store(context[Common.database], for: .reader)
        let side = try Files.using(context[Common.database]) {
            try Common.choice(context).side(in: store.catalog)
        }
        let table = Table(store: store, account: side ?? ID(0))
        if let folder = context[folder] { try Files.makeFolder(folder) }
        let wanted = kinds.isEmpty ? ExportTable.Kind.allCases : kinds
        do {
            // All tables are read in one snapshot.
            try store.snapshot {
                guard let folder = context[folder] else {
                    return try write(wanted, table, context)
                }
                try write(wanted, table, into: folder, context)
            }
        } catch let error as StorageError {
            throw Failure(.environment, error.description)
        }
        return .ok
    }

    /// The store and the side of an account that is exported.
    private struct Table {
        let store: Store
        let account: ID<Account>
    }

    private static func write(
        _ kinds: [ExportTable.Kind], _ table: Table, _ context: Context
    ) throws {
        for kind in kinds {
            try write(kind, table, at: context.clock.now()) { bytes in
                context.output.write(bytes)
                // The command stops reading rows when the output fails.
                try context.output.check()
            }
        }
    }

    /// Renames the temporary files when all of them are complete.
    private static func write(
        _ kinds: [ExportTable.Kind], _ table: Table, into folder: String,
        _ context: Context
    ) throws {
        var files: [FreshFile] = []
        for kind in kinds { files.append(try Files.fresh("\(folder)/\(kind.rawValue).csv")) }
        for (kind, file) in zip(kinds, files) {
            try write(kind, table, at: context.clock.now()) { try Files.write($0, to: file) }
        }
        try Files.publish(files)
        for file in files { context.line(file.path) }
    }

    /// The number of bytes that are collected before a write.
    private static let piece = 64 << 10

    private static func write(
        _ kind: ExportTable.Kind, _ table: Table, at now: Instant,
        to write: ([UInt8]) throws -> Void
    ) throws {
        var csv = CSVWriter()
        csv.append(header: ExportTable(kind).columns)
        let nextAttempt = try NextAttempts.forExport(of: table.store, at: now)
        try ExportTable.forEach(
            of: kind, account: table.account, in: table.store, nextAttempt: nextAttempt
        ) { cells in
            csv.append(cells)
            if csv.bytes.count >= piece { try write(csv.take()) }
        }
        try write(csv.take())
    }
}
