import Gateway
import Insight
import Invocation
import Programmes
import Storage
import Time

/// The command that repeats every decision and compares it with the stored one.
enum Auditing: Command {
    static let usage = Usage(
        "audit", "derive every decision again and check every invariant",
        details: """
            Only reads, needs no key file, and may run while a gateway serves the same database. \
            Exit code 1 if an invariant is violated.
            """,
        options: [Common.database, Common.zoneinfo, Common.json])

    static func run(_ context: Context) throws -> ExitCode {
        let database = context[Common.database]
        let store = try Files.store(database, for: .reader)
        let versions = Versions(zones: ZoneFolder.zones(in: context[Common.zoneinfo]))
        let report = try Files.using(database) {
            try versions.audit(store, now: context.clock.now()).run()
        }
        if context[Common.json] {
            context.json(report.json)
        } else {
            context.line(report.description)
        }
        return report.violations == 0 ? .ok : .failed
    }
}
