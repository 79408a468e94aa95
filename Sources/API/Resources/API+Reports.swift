import Database
import HTTP
import JSON
import Ledger
import Referrals
import Schemas
import Storage
import Time
import Workspace

// Reports: sums of changes of state, read from counters.
extension API {
    /// The keys of a group of a report; nil for a key that the report does not group by, and for a
    /// row without campaign or source.
    private struct ReportGroup: Hashable {
        var start: Instant?
        var campaign: ID<Campaign>?
        var source: ID<Referrals.Source>?
    }

    /// The largest number of groups in a report.
    private static let mostGroups = 10_000

    /// `GET /reports` from `since` to `until`, by `day` or `month`, `campaign` and `source`.
    func report(_ call: Call, _ store: Store) throws -> Response {
        let parameters = try call.query()
        let query = try ReportQuery(parameters, of: call.account, now: clock.now())
        let source = try parameters["source"].map { try self.source(named: $0, of: call.account) }
        let isCSV = call.wantsCSV(parameters)
        var groups: [ReportGroup: ReportFigures] = [:]
        var total = ReportFigures()
        try store.snapshot {
            try store.reports.forEach(
                of: call.account, since: query.since, until: query.until,
                coarsest: query.span ?? .month
            ) { count in
                if let campaign = query.campaign, count.campaign != campaign { return }
                if let source, count.source != source { return }
                total.add(count)
                guard !query.keys.isEmpty else { return }
                groups[Self.group(of: count, query), default: ReportFigures()].add(count)
                guard groups.count <= Self.mostGroups else { throw Problem.reportTooLarge }
            }
        }
        let rows = groups.map { (group: $0.key, figures: $0.value) }.sorted {
            Self.place(of: $0.group) < Self.place(of: $1.group)
        }
        if isCSV {
            return csv(query.keys.isEmpty ? [(ReportGroup(), total)] : rows, query)
        }
        return try .json { writer in
            writer.beginObject()
            writer.member("since", query.since.rfc3339)
            writer.member("until", query.until.rfc3339)
            writer.member("by", query.keys.map(\.rawValue))
            writer.list("data", rows) { row, writer in
                writer.object { writer in
                    append(row.group, query, to: &writer)
                    row.figures.append(to: &writer)
                }
            }
            writer.object("total") { total.append(to: &$0) }
            writer.endObject()
        }
    }

    /// The schema of a report in JSON.
    static let reportSchema = JSONSchema.named(
        "Report",
        .object([
            .required("since", .instant),
            .required("until", .instant),
            .required("by", .array(of: .choice(ReportQuery.Key.self))),
            .required(
                "data",
                .array(
                    of: .object(
                        [
                            .optional("day", .string), .optional("month", .string),
                            .optional("campaign", .id.nullable),
                            .optional("source", .string.nullable),
                        ] + ReportFigures.properties))),
            .required("total", .object(ReportFigures.properties)),
        ]))

    private static func group(of count: ReportCount, _ query: ReportQuery) -> ReportGroup {
        ReportGroup(
            start: query.span?.start(of: count.start),
            campaign: query.keys.contains(.campaign) ? count.campaign : nil,
            source: query.keys.contains(.source) ? count.source : nil)
    }

    private static func place(of group: ReportGroup) -> (Int64, Int64, Int64) {
        (
            group.start?.microseconds ?? 0, group.campaign?.number ?? 0,
            group.source?.number ?? 0
        )
    }

    private func append(
        _ group: ReportGroup, _ query: ReportQuery, to writer: inout JSON.Writer
    ) {
        for key in query.keys {
            switch key {
            case .day, .month: writer.member(key.rawValue, Self.label(of: group, query))
            case .campaign: writer.member("campaign", group.campaign?.declared.number)
            case .source: writer.member("source", shownID(of: group.source))
            }
        }
    }

    private func csv(
        _ rows: [(group: ReportGroup, figures: ReportFigures)], _ query: ReportQuery
    ) -> Response {
        var csv = CSVWriter()
        for name in query.keys.map(\.rawValue) + ReportFigures.columns { csv.plain(name) }
        csv.endRecord()
        for (group, figures) in rows {
            figures.append(to: &csv) { csv in
                for key in query.keys {
                    switch key {
                    case .day, .month: csv.plain(Self.label(of: group, query))
                    case .campaign:
                        csv.plain(group.campaign.map { "\($0.declared.number)" } ?? "")
                    case .source:
                        if let id = shownID(of: group.source) { csv.id(id) } else { csv.empty() }
                    }
                }
            }
        }
        return Response(status: .ok, contentType: .csv, body: csv.bytes)
    }

    /// The day as `2026-11-30`, or the month as `2026-11`.
    private static func label(of group: ReportGroup, _ query: ReportQuery) -> String {
        String((group.start ?? query.since).rfc3339.prefix(query.span == .month ? 7 : 10))
    }

    private func shownID(of source: ID<Referrals.Source>?) -> String? {
        guard let source, let settings = current.declarations.source(source) else { return nil }
        return settings.id
    }
}

extension Problem {
    fileprivate static var reportTooLarge: Problem {
        Problem(
            .badRequest, "report_too_large", "The report is too large",
            detail:
                "The report has more than 10000 groups. Ask for a shorter time, for months in place of days,"
                + " or for one campaign or source.")
    }
}
