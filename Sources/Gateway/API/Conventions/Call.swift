import HTTP
import JSON
import Referrals
import Storage

/// One request by somebody who may ask, with what its path names.
struct Call: Sendable {
    let request: Request
    let key: KeyTable.Row
    /// The numbers in the path, in their order.
    let numbers: [Int64]
    let texts: [String]

    var account: Int64 { key.account }
    var number: Int64 { numbers.first ?? 0 }
    var text: String { texts.first ?? "" }

    func query() throws(Problem) -> Query { try Query(request.target) }

    /// The body as JSON; an empty one is an empty object.
    func body() throws(Problem) -> Document {
        if !request.body.isEmpty { try Route.Content.json.check(request) }
        let bytes = request.body.isEmpty ? Array("{}".utf8) : request.body
        do {
            return try Document(parsing: bytes)
        } catch {
            throw Problem(
                .badRequest, ReasonCode.invalidJSON.text, "The body is not valid JSON",
                detail:
                    "Line \(error.line), column \(error.column): \(error.reason.description)",
                members: [
                    ("line", .number(Int64(error.line))), ("column", .number(Int64(error.column))),
                ])
        }
    }

    var isCSV: Bool { Route.Content.isCSV(request) }

    /// The body as CSV, in UTF-8.
    func csv() throws(Problem) -> [UInt8] {
        try Route.Content.csv.check(request)
        return request.body
    }

    /// Sees that the body can be read as what it is to be.
    func check(_ content: Route.Content) throws(Problem) {
        switch content {
        case .json: _ = try body()
        case .csv: _ = try csv()
        case .jsonOrCSV: if !isCSV { _ = try body() }
        }
    }
}

extension Route.Content {
    /// Throws where a request says that its body is something else. JSON is assumed where it says nothing.
    func check(_ request: Request) throws(Problem) {
        let essence = Self.essence(of: request)
        switch self {
        case .json:
            guard let essence, essence != "application/json", !essence.hasSuffix("+json") else {
                return
            }
            throw .unsupported("Bodies are JSON; send Content-Type: application/json.")
        case .csv:
            guard !Self.isCSV(request) else { return }
            throw .unsupported("Rows are CSV; send Content-Type: text/csv.")
        case .jsonOrCSV:
            if !Self.isCSV(request) { try Self.json.check(request) }
        }
    }

    static func isCSV(_ request: Request) -> Bool { essence(of: request) == "text/csv" }

    /// The media type without its parameters.
    private static func essence(of request: Request) -> String? {
        guard let type = request.fields.first("content-type") else { return nil }
        return String(
            decoding: type.prefix { $0 != UInt8(ascii: ";") }.filter { $0 != 0x20 },
            as: UTF8.self
        ).lowercased()
    }
}

extension Problem {
    fileprivate static func unsupported(_ detail: String) -> Problem {
        Problem(
            .unsupportedMediaType, "unsupported_media_type", "Unsupported content type",
            detail: detail)
    }
}
