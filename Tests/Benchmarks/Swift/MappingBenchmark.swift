import HTTP
import JSON
import Mapping

/// What mapping costs once a body is parsed: every field of the refgate preset over the benchmark's
/// body of 436 bytes.
enum MappingBenchmark {
    private static let body = """
        {"id":"msg_bench_1795250827_00000001","type":"lead.qualified",\
        "timestamp":"2026-11-21T07:07:07Z","data":{"referral_code":"LEAD123456","amount":12900,\
        "currency":"USD","customer":{"id":"cus_123456","email":"l123456@example.com",\
        "name":"Jo Doe","address":{"line1":"1 Main St","city":"Springfield","country":"US"}},\
        "items":[{"sku":"A-1","qty":1,"price":9900},{"sku":"B-2","qty":2,"price":1500}],\
        "metadata":{"campaign":"spring","utm_source":"newsletter"}}}
        """

    static func run(_ arguments: [String]) throws {
        let rounds = arguments.first.flatMap { Int($0) } ?? 500_000
        let bytes = Array(body.utf8)
        print("body \(bytes.count) bytes")
        let mapping = try CompiledMapping(Preset.refgate.mapping)
        let document = try Document(parsing: bytes)
        var headers = Fields()
        headers.append("host", "127.0.0.1:8080")
        headers.append("content-type", "application/json")
        headers.append("content-length", "436")
        headers.append("webhook-id", "msg_bench_1795250827_00000001")
        headers.append("webhook-timestamp", "1795250827")
        headers.append("webhook-signature", "v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4=")
        Stopwatch.measure("parsed", rounds) { (try? Document(parsing: bytes))?.root.count ?? 0 }
        Stopwatch.measure("mapped", rounds) {
            businessKeys(mapping.map(document, headers: headers))
        }
        if arguments.contains("fields") {
            for field in mapping.text.fields where field != .referralCode {
                var text = mapping.text
                text[field] = []
                let without = try CompiledMapping(text)
                Stopwatch.measure("without \(field.name)", rounds) {
                    businessKeys(without.map(document, headers: headers))
                }
            }
        }
        guard case .single(.event(let event)) = mapping.map(document, headers: headers) else {
            preconditionFailure("the body can be mapped")
        }
        var fingerprint: [UInt8] = []
        Stopwatch.measure("fingerprint", rounds) {
            fingerprint.removeAll(keepingCapacity: true)
            event.appendFingerprint(to: &fingerprint)
            return fingerprint.count
        }
    }

    private static func businessKeys(_ mapped: Mapped) -> Int {
        guard case .single(.event(let event)) = mapped else {
            preconditionFailure("the body can be mapped")
        }
        return event.businessKeys.count
    }
}
