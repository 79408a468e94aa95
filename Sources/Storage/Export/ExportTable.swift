import Database
import Referrals
import Time

/// A table as it is exported: its columns, in an order that never changes, and its rows.
package struct ExportTable: Sendable {
    /// The tables that can be exported.
    package enum Kind: String, CaseIterable, Sendable {
        case participants, conversions, rewards, coupons, events, deliveries, signups
    }

    /// The kind of a column's values, which decides their escaping.
    package enum ColumnKind: Sendable {
        case text, integer, time, flag
        /// An id that was given from outside.
        case id
        /// A UUID, which is stored as bytes.
        case uid
        /// The id of a campaign, shown as its number within the account.
        case campaign
        /// The stored id of a source, shown as declared.
        case source
        /// The subject of a notification, whose type is in the column before.
        case subject
        /// The next attempt of a delivery. The caller computes it; the statement ends with the
        /// delivery's status and its webhook.
        case nextAttempt
    }

    /// A column of an exported table.
    package struct Column: Sendable {
        /// The name in the header.
        package let name: String
        let kind: ColumnKind

        init(_ name: String, _ kind: ColumnKind = .text) {
            self.name = name
            self.kind = kind
        }
    }

    /// A cell: a text that may come from outside, or a word of refgate that needs no escaping.
    package enum Cell: Equatable, Sendable {
        case empty
        case text(String)
        case plain(String)
        case id(String)
    }

    /// The columns in their order.
    package let columns: [Column]
    let sql: SQL

    /// Computes the next attempt of a delivery from its row.
    package typealias NextAttempt =
        (_ webhook: ID<Webhook>, _ status: DeliveryStatus?, _ stored: Instant?) throws -> Instant?

    /// Calls the closure with each row of an account's side, in the order of their numbers, until
    /// it throws. Within one snapshot of the store all tables are of one moment.
    package static func forEach(
        of kind: Kind, account: ID<Account>, in store: Store, nextAttempt: NextAttempt,
        _ body: ([Cell]) throws -> Void
    ) throws {
        let table = ExportTable(kind)
        let statement = try store.session.prepare(table.sql)
        try statement.bind(1, account)
        var cells: [Cell] = []
        while try statement.step() {
            cells.removeAll(keepingCapacity: true)
            for (index, column) in table.columns.enumerated() {
                guard column.kind == .nextAttempt else {
                    cells.append(cell(statement, Int32(index), column.kind))
                    continue
                }
                let count = Int32(table.columns.count)
                let time = try nextAttempt(
                    statement.id(count + 1), DeliveryStatus(rawValue: statement.text(count)),
                    statement.optionalInteger(Int32(index)).map {
                        Instant(clampingMicroseconds: $0)
                    })
                cells.append(time.map { .plain($0.rfc3339) } ?? .empty)
            }
            try body(cells)
        }
    }

    /// The cells of a row, from the stored columns.
    func cells(of statement: any Statement) -> [Cell] {
        columns.indices.map { Self.cell(statement, Int32($0), columns[$0].kind) }
    }

    private static func cell(
        _ statement: any Statement, _ index: Int32, _ kind: ColumnKind
    ) -> Cell {
        guard !statement.isNull(index) else { return .empty }
        return switch kind {
        case .text: .text(statement.text(index))
        case .id: .id(statement.text(index))
        case .uid: .plain(UID(stored: statement.bytes(index)).text)
        case .integer: .plain(String(statement.integer(index)))
        case .campaign: .plain(String(ID<Campaign>(statement.integer(index)).declared.number))
        case .subject:
            .plain(
                String(
                    NotificationType(rawValue: statement.text(index - 1))?
                        .shown(subject: statement.integer(index)) ?? statement.integer(index)))
        case .source: .text(SourceName.declared(statement.text(index)))
        case .time:
            .plain(Instant(clampingMicroseconds: statement.integer(index)).rfc3339)
        // Read above.
        case .nextAttempt: .empty
        case .flag: .plain(statement.integer(index) == 0 ? "false" : "true")
        }
    }
}
