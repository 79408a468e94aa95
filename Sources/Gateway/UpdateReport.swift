import Database
import Programmes
import Storage
import Telemetry

/// Log lines about decisions that an update of the database leaves to an operator.
enum UpdateReport {
    private static let mostNamed = 50

    /// - Parameter sources: The sources that use a preset with a mapping of their own.
    static func write(
        of store: Store, _ sources: [String], _ log: Log
    ) throws {
        for id in sources {
            log.warning(
                "a source has a mapping of its own and its preset has changed: compare the two",
                ["source": .string(id)])
        }
        let conflicts = try store.catalog.addressConflicts()
        for conflict in conflicts.prefix(mostNamed) {
            guard let holder = conflict.keptBy else {
                log.warning(
                    "the stored address of a participant cannot be read: give them another one",
                    ["participant": .integer(Int(conflict.participant))])
                continue
            }
            log.warning(
                "two participants had one address: the second one needs another address",
                [
                    "participant": .integer(Int(conflict.participant)),
                    "kept_by": .integer(Int(holder)),
                ])
        }
        if conflicts.count > mostNamed {
            log.warning(
                "more participants have no readable address of their own",
                ["count": .integer(conflicts.count - mostNamed)])
        }
    }
}
