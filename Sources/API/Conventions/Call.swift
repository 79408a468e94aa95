import Declarations
import HTTP
import Inbound
import JSON
import Referrals
import Storage

/// One request that needs no key, with the values in its path.
struct KeylessCall: Sendable {
    let request: Request
    let numbers: [Int64]
    let texts: [String]
}

/// One authorised request, with the values in its path.
struct Call: Sendable {
    let request: Request
    let route: Route
    let key: KeyTable.Row
    /// The numbers in the path, in their order.
    let numbers: [Int64]
    let texts: [String]

    var account: ID<Account> { key.account }
    var number: Int64 { numbers.first ?? 0 }
    var text: String { texts.first ?? "" }

    /// The response with the address of the new resource (RFC 9110 section 10.2.2).
    func located(_ response: Response) -> Response {
        guard response.status == .created, !route.made.isEmpty,
            let location = location(Self.id(in: response.body))
        else { return response }
        var response = response
        response.fields.append("location", location)
        return response
    }

    private func location(_ id: String?) -> String? {
        var values = numbers.map { String($0) } + texts
        if let id { values.append(id) }
        var location = ""
        for segment in route.made {
            switch segment {
            case .word(let word): location += "/" + word
            case .number, .text:
                guard !values.isEmpty else { return nil }
                location += "/" + values.removeFirst()
            }
        }
        return location
    }

    /// The `id` in a response. It has only characters that may appear in an address.
    private static func id(in body: [UInt8]) -> String? {
        let id = (try? Document(parsing: body))?.root["id"]
        return id?.int.map { String($0) } ?? id?.string
    }

    func query() throws -> Query { try Query(request.target, of: route.parameters) }

    /// The body as JSON; an empty one is an empty object.
    func body() throws -> Document {
        if !request.body.isEmpty { try RequestBody.nothing.check(request) }
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

    var isCSV: Bool { RequestBody.isCSV(request) }

    /// The body as CSV, in UTF-8.
    func csv() throws -> [UInt8] {
        try RequestBody.csv("").check(request)
        return request.body
    }

    /// Checks that the body can be read in a format of the route.
    func checkFormat() throws {
        let formats = route.body.formats
        if formats.contains(.csv), !formats.contains(.json) || isCSV {
            _ = try csv()
        } else {
            let body = try body()
            if request.method == .post, route.body.isEmpty { _ = try EmptyRequest.read(body) }
        }
    }
}

extension RequestBody {
    /// Throws if a request declares another format for its body. Without a declaration JSON is
    /// assumed.
    func check(_ request: Request) throws {
        if let problem = Problem.unsupportedCoding(request.fields) { throw problem }
        let format = Self.format(of: request)
        guard !formats.contains(where: { $0 == format }) else { return }
        throw Problem.unsupportedMediaType(request.fields, accepted: formats.map(\.mediaType))
    }

    private static func format(of request: Request) -> Format? {
        guard let essence = essence(of: request) else { return .json }
        if essence == "application/json" || essence.hasSuffix("+json") { return .json }
        return essence == "text/csv" ? .csv : nil
    }

    static func isCSV(_ request: Request) -> Bool { essence(of: request) == "text/csv" }

    /// The media type without its parameters.
    private static func essence(of request: Request) -> String? {
        guard let type = request.fields.first("content-type") else { return nil }
        return String(
            decoding: type.prefix { $0 != UInt8(ascii: ";") }.filter { $0 != 0x20 && $0 != 0x09 },
            as: UTF8.self
        ).lowercased()
    }
}
