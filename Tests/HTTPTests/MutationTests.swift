import HTTP
import TestSupport
import Testing

@Suite struct MutationTests {
    private static let seeds = [
        request(
            "POST /hooks/src_1?a=b%20c HTTP/1.1", "Content-Type: application/json",
            "Content-Length: 11", body: "{\"probe\":1}"),
        request(
            "POST /x HTTP/1.1", "Transfer-Encoding: chunked",
            body: "b;a=\"q\"\r\n{\"probe\":1}\r\n0\r\nX-T: 1\r\n\r\n"),
        request("GET http://[::1]:80/a HTTP/1.1", "Connection: close, x", "Expect: 100-continue"),
        request("GET /a HTTP/1.0", "Connection: keep-alive") + request("OPTIONS * HTTP/1.1"),
    ].map(latin1)

    /// Bytes that mean something to the grammar, and some that do not.
    private static let telling = latin1("\r\n :;,=\"%/?*#\t\u{0}\u{7F}\u{80}\u{FF}0aZ[]\\")

    private static func mutated(_ bytes: [UInt8], with random: inout Seeded) -> [UInt8] {
        var bytes = bytes
        for _ in 0..<Int.random(in: 1...4, using: &random) where !bytes.isEmpty {
            let position = Int.random(in: 0..<bytes.count, using: &random)
            let byte = telling.randomElement(using: &random) ?? 0
            switch Int.random(in: 0..<5, using: &random) {
            case 0: bytes[position] = byte
            case 1: bytes[position] = UInt8.random(in: 0...255, using: &random)
            case 2: bytes.insert(byte, at: position)
            case 3: bytes.remove(at: position)
            default:
                let end = Int.random(in: position..<bytes.count, using: &random)
                bytes.insert(contentsOf: bytes[position..<end], at: position)
            }
        }
        return bytes
    }

    @Test(arguments: 0..<8)
    func `no mutation makes the reader trap, or read pieces differently from the whole`(
        _ seed: Int
    ) {
        var random = Seeded(UInt64(seed))
        let limits = HeadLimits(target: 64, header: 256)
        for round in 0..<2500 {
            let bytes = Self.mutated(Self.seeds[round % Self.seeds.count], with: &random)
            let whole = Reading([bytes], limits: limits, maxBody: 64)
            var pieces: [[UInt8]] = []
            var rest = bytes[...]
            while !rest.isEmpty {
                let count = Int.random(in: 1...min(rest.count, 40), using: &random)
                pieces.append(Array(rest.prefix(count)))
                rest = rest.dropFirst(count)
            }
            let parts = Reading(pieces, limits: limits, maxBody: 64)
            if parts != whole {
                Issue.record("seed \(seed) round \(round): \(bytes) \(whole) / \(parts)")
                return
            }
        }
    }
}
