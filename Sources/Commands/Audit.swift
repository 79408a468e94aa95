import Gateway
import Inbound
import Storage
import Time

extension Command {
    static let audit = Command(
        "audit", "derive every decision again and check every invariant; exit 1 on violations",
        details: "Reads only, so it may run while a gateway serves the same database.",
        options: [.db, .keyFile, .json]
    ) { arguments, context throws(UsageError) in
        context.attempt { () throws(Failure) in
            let database = arguments.text(.db) ?? ""
            let store = try Files.store(database, for: .reader)
            let loader = ProgrammeLoader(box: try Files.box(database, arguments.text(.keyFile)))
            let report: AuditReport
            do {
                let audit = try Inbound.Audit(
                    store, now: context.clock.now(),
                    campaign: { id, version in
                        try loader.campaign(id, version: version, store)
                    },
                    source: { number, version in
                        try loader.source(number, version: version, store)
                    })
                report = try audit.run()
            } catch {
                throw Failure(.environment, "\(error)")
            }
            if arguments.has(.json) {
                context.line(String(decoding: report.json, as: UTF8.self))
            } else {
                context.line(report.description)
            }
            return report.violations == 0 ? .ok : .failed
        }
    }
}
