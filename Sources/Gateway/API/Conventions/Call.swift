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

    /// Where none is said, JSON is meant.
    private func checkContentType() throws(Problem) {
        guard !request.body.isEmpty, let type = request.fields.first("content-type") else { return }
        let essence = String(
            decoding: type.prefix { $0 != UInt8(ascii: ";") }.filter { $0 != 0x20 },
            as: UTF8.self
        ).lowercased()
        guard essence == "application/json" || essence.hasSuffix("+json") else {
            throw Problem(
                .unsupportedMediaType, "unsupported_media_type", "Unsupported content type",
                detail: "Bodies are JSON; send Content-Type: application/json.")
        }
    }
}
