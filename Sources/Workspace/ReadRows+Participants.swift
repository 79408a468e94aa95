import Declarations
import Reading
import Referrals

extension ReadRows where Row == ParticipantDeclaration {
    /// Reads a file of participants with the columns of a workspace's, with all its mistakes.
    ///
    /// - Parameter known: The stored campaigns and codes that rows may name.
    package init(participants bytes: [UInt8], file: String = "body", known: Known) {
        var roll = Roll(known) { known.campaign($0) != nil }
        let keys: [ParticipantColumn] = [.email, .id, .referralCode]
        self.init(
            CSVRows(participants: BytesInMemory(bytes), file: file),
            needing: [
                [(ParticipantColumn.campaign.rawValue, ParticipantColumn.campaign.name)],
                keys.map { ($0.rawValue, $0.name) },
            ],
            atEnd: { rows in
                var lines: Set<Int> = []
                roll.end { one, fault in
                    rows.noteLater(fault, line: one.place, column: one.column)
                    lines.insert(one.place)
                }
                return lines
            }
        ) { rows, _ in
            let participant = rows.participant()
            var faults: [(ParticipantColumn, Fault)] = []
            roll.enter(
                participant, at: rows.line,
                column: { rows.column(of: ParticipantColumn.referredBy.rawValue) },
                line: { Fault.Line(file: file, number: $0) }
            ) { column, fault in faults.append((column, fault)) }
            for (column, fault) in faults { rows.note(fault, in: column.rawValue) }
            return .row(participant)
        }
    }
}
