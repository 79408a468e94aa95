import HTTP
import JSON
import Programmes
import Reading
import Schemas
import Storage
import Workspace

/// The rows of a bulk request. All are read and checked before the first is written; a bad row
/// refuses the request or, with `on_error=skip`, is left out and reported.
///
/// A class, as it grows over several transactions; used on one thread at a time.
final class BulkRows<Row: Sendable>: @unchecked Sendable {
    /// The rows that are not refused, each with its line.
    private(set) var rows: [(row: Row, line: Int)]
    private(set) var tally = Application.Tally()
    private let skips: Bool
    private var faults: [Problem.InvalidValue]
    private var badLines: Set<Int> = []
    /// The number of bad rows.
    private var badRows: Int
    private var mistakes: Int
    private var first: Problem?

    /// The largest number of mistakes that are listed.
    private static var mostShown: Int { 100 }

    /// Throws a `Problem` with all mistakes if the rows cannot be read, or if one is bad and bad
    /// rows are not skipped.
    init(_ read: ReadRows<Row>, _ call: Call) throws {
        skips = try call.query().skipsErrors
        guard read.mistakes.count == 0 || skips && read.isReadable else { throw read.mistakes }
        rows = read.rows
        badRows = read.badRows
        mistakes = read.mistakes.count
        faults = Array(Problem(read.mistakes).faults.prefix(Self.mostShown))
    }

    /// Takes all rows out.
    func takeRows() -> [(row: Row, line: Int)] {
        defer { rows = [] }
        return rows
    }

    /// True if a row was refused.
    func isRefused(line: Int) -> Bool { badLines.contains(line) }

    /// Notes a row that cannot be stored.
    func refuse(line: Int, for problem: Problem) {
        guard badLines.insert(line).inserted else { return }
        badRows += 1
        mistakes += 1
        if first == nil { first = problem }
        guard faults.count < Self.mostShown else { return }
        faults += problem.faults(atLine: line)
    }

    /// Ends the check: drops the bad rows. Throws a `Problem` with all of them if they are not
    /// skipped.
    func endCheck() throws {
        guard let first else { return }
        guard skips else {
            guard mistakes > 1 else { throw first }
            var problem = first
            let more = mistakes > faults.count ? " The first \(faults.count) are listed." : ""
            problem.detail = "\(mistakes) rows cannot be imported.\(more)"
            problem.faults = faults
            throw problem
        }
        rows.removeAll { badLines.contains($0.line) }
    }

    func count(_ change: Catalog.Change) { tally.count(change) }

    /// The answer: the numbers of rows by their effect, and the mistakes in those left out.
    func answer() throws -> Response {
        try .json { [self] writer in
            writer.beginObject()
            writer.member("added", tally.added)
            writer.member("changed", tally.changed)
            writer.member("unchanged", tally.unchanged)
            writeSkipped(to: &writer)
            writer.endObject()
        }
    }

    /// Writes the number of rows left out, and the mistakes in them.
    func writeSkipped(to writer: inout Writer) {
        writer.member("skipped", badRows)
        guard !faults.isEmpty else { return }
        writer.list("errors", faults) { $0.write(to: &$1) }
        writer.member("errors_omitted", mistakes - faults.count)
    }
}

extension Problem {
    /// The mistakes of a row, each with its line.
    fileprivate func faults(atLine line: Int) -> [InvalidValue] {
        guard !faults.isEmpty else {
            let words = detail.hasPrefix("Line ") ? detail : "Line \(line): \(detail)"
            return [InvalidValue(pointer: "", detail: words, line: line)]
        }
        return faults.map { fault in
            var fault = fault
            fault.line = line
            return fault
        }
    }
}

extension QueryParameter {
    /// The handling of bad rows in a bulk request.
    static let onError = QueryParameter.choice(
        "on_error", of: ["refuse", "skip"],
        "`skip` takes the good rows and lists the others; otherwise one bad row refuses all.")
}

extension Query {
    /// True if bad rows are left out.
    var skipsErrors: Bool { self[QueryParameter.onError.name] == "skip" }
}

extension API {
    /// The members of the result of an import, beside those that it counts.
    static let skippedMembers: [JSONSchema.Property] = [
        .required("skipped", .count.described("The number of bad rows that were left out.")),
        .optional(
            "errors",
            .array(of: Problem.InvalidValue.schema).described("The first mistakes in them.")),
        .optional("errors_omitted", .count.described("The number of further mistakes.")),
    ]

    /// The schema of the result of an import.
    static let importSchema = JSONSchema.named(
        "ImportedRows",
        .object(
            [
                .required("added", .count), .required("changed", .count),
                .required("unchanged", .count),
            ] + skippedMembers))
}
