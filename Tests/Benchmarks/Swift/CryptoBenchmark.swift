import Crypto
import HTTP
import Time
import Webhooks

/// What a signature costs: the keyed hash alone, and the whole verification of one delivery.
///
///     Benchmarks crypto [rounds [only lines that hold this text]]
enum CryptoBenchmark {
    static func run(_ arguments: [String]) throws {
        let rounds = arguments.first.flatMap { Int($0) } ?? 20_000
        let only = arguments.dropFirst().first ?? ""
        let body = [UInt8](repeating: UInt8(ascii: "x"), count: 436)
        let key = [UInt8](0..<24)

        var hmac = try HMAC(.sha256, key: key.span)
        try measure("HMAC-SHA-256 of 436 bytes, key context kept", rounds, only) {
            _ = try hmac.tag(of: body.span)
        }
        try measure("HMAC-SHA-256 of 436 bytes, key context fresh", rounds / 4, only) {
            var fresh = try HMAC(.sha256, key: key.span)
            _ = try fresh.tag(of: body.span)
        }
        try measure("SHA-256 of 436 bytes", rounds, only) { _ = try SHA256.digest(of: body.span) }
        try verification(body, rounds, only)
    }

    private static func verification(_ body: [UInt8], _ rounds: Int, _ only: String) throws {
        let secret = SecretSpec("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
        guard let now = Instant(seconds: 1_700_000_000) else { return }
        for scheme in [Scheme.standardWebhooks, .stripe, .github] {
            let signer = try Signer(scheme, secrets: [secret])
            let verifier = try Verifier(scheme, secrets: [secret])
            var fields = Fields()
            fields.append("host", "127.0.0.1:8080")
            fields.append("content-type", "application/json")
            fields.append("content-length", "436")
            for (name, value) in try signer.sign(
                id: "msg_2KWPBgLlAfxdpx2AI54pPJ85f4W", at: now, body: body.span)
            {
                fields.append(name, value)
            }
            let verdict = try verifier.verify(fields: fields, body: body.span, now: now)
            guard case .valid = verdict else {
                print("\(scheme.name): \(verdict)")
                return
            }
            try measure("verify \(scheme.name), 436 bytes", rounds, only) {
                _ = try verifier.verify(fields: fields, body: body.span, now: now)
            }
        }
    }

    /// The best of forty short runs: what disturbs a run only ever makes it slower.
    private static func measure(
        _ what: String, _ rounds: Int, _ only: String, _ work: () throws -> Void
    ) rethrows {
        guard only.isEmpty || what.contains(only) else { return }
        let clock = ContinuousClock()
        var best = Duration.seconds(3600)
        for _ in 0..<40 {
            let elapsed = try clock.measure {
                for _ in 0..<rounds { try work() }
            }
            best = min(best, elapsed)
        }
        let nanoseconds = best / rounds / .nanoseconds(1)
        print("\(Int(nanoseconds.rounded())) ns  \(what)")
    }
}
