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
        try checkContentType()
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

    var isCSV: Bool { contentType == "text/csv" }

    /// The body as CSV, in UTF-8.
    func csv() throws(Problem) -> [UInt8] {
        guard isCSV else {
            throw .unsupported("Rows are CSV; send Content-Type: text/csv.")
        }
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

    /// Where none is said, JSON is meant.
    private func checkContentType() throws(Problem) {
        guard !request.body.isEmpty, let essence = contentType else { return }
        guard essence == "application/json" || essence.hasSuffix("+json") else {
            throw .unsupported("Bodies are JSON; send Content-Type: application/json.")
        }
    }

    /// Without its parameters.
    private var contentType: String? {
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
