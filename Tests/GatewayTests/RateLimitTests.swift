import Gateway
import Sockets
import TestSupport
import Testing
import Time
import Transport

/// How many requests keys and addresses may send. The scratch clock stands, so that no minute ends meanwhile.
@Suite struct RateLimitTests {
    private func ask(_ client: Client, _ key: String) throws -> ServerResponse {
        try client.request("GET", "/api/v1/events", [("X-API-Key", key)])
    }

    @Test(.rows("S0-9", "C23"))
    func `a key is shown its soft limit and what is left of it, and is never refused for it`()
        throws
    {
        try ScratchGateway.play { scene in
            scene.time.stand()
            let client = try scene.connect()
            let key = try scene.makeKey()
            for number in 1...102 {
                let response = try ask(client, key)
                #expect(response.status == 200)
                #expect(response[field: "ratelimit-policy"] == "\"soft\";q=100;w=60")
                let left = 60 - scene.time.now.seconds % 60
                #expect(
                    response[field: "ratelimit"] == "\"soft\";r=\(max(0, 100 - number));t=\(left)")
            }
        }
    }

    @Test(.rows("C23"))
    func `beyond the hard limit a key is refused until the minute ends, and no other is`()
        throws
    {
        try ScratchGateway.play(configure: { $0.rateLimit = 3 }) { scene in
            scene.time.stand()
            let client = try scene.connect()
            let (key, other) = (try scene.makeKey(), try scene.makeKey())
            let response = try (0..<4).map { _ in try ask(client, key) }
            #expect(response.map(\.status) == [200, 200, 200, 429])
            #expect(response[3].code == "too_many_requests")
            let left = 60 - scene.time.now.seconds % 60
            #expect(response[3][field: "retry-after"] == "\(left)")
            #expect(response[3][field: "ratelimit"]?.hasSuffix("\"hard\";r=0;t=\(left)") == true)
            #expect(response[3][field: "access-control-allow-origin"] == "*")
            #expect(try ask(client, other).status == 200)
            // Deliveries bear no key.
            #expect(
                try client.post(Message(code: "LEAD-0"), id: "m", from: scene.sender).status == 200)
            scene.time.advance(by: .seconds(left))
            #expect(try ask(client, key).status == 200)
        }
    }

    @Test func `an address is refused before its key or signature is looked at`() throws {
        try ScratchGateway.play(configure: { $0.peerRateLimit = 2 }) { scene in
            scene.time.stand()
            let client = try scene.connect()
            #expect(try client.request("GET", "/api/v1/events").status == 401)
            #expect(
                try client.post(Message(code: "LEAD-0"), id: "m", from: scene.sender).status == 200)
            for path in ["/api/v1/events", "/hooks/\(scene.sender.source)", "/healthz"] {
                let response = try client.request("GET", path)
                #expect(response.status == 429)
                #expect(response.code == "too_many_requests")
                #expect(Int(response[field: "retry-after"] ?? "") ?? 0 > 0)
            }
            scene.time.advance(by: .seconds(60))
            #expect(try client.request("GET", "/healthz").status == 200)
        }
    }

    /// What a client that nobody trusts claims to have been forwarded changes nothing.
    @Test(arguments: [
        ([], ["1.1.1.1", "2.2.2.2"], [200, 429]),
        (["127.0.0.0/8"], ["1.1.1.1", "2.2.2.2", "1.1.1.1"], [200, 200, 429]),
        // Only what the trusted proxy itself appended counts.
        (["127.0.0.0/8"], ["9.9.9.9, 1.1.1.1", "8.8.8.8, 1.1.1.1"], [200, 429]),
        // A chain of trusted proxies is followed to its first stranger.
        (["127.0.0.0/8", "10.0.0.0/8"], ["1.1.1.1, 10.0.0.1", "1.1.1.1, 10.0.0.2"], [200, 429]),
        (
            ["127.0.0.0/8"], ["1.1.1.1:5000", "1.1.1.1:6000", "[2606::1]:80", "2606::2"],
            [200, 429, 200, 429]
        ),
        // Where the proxy's own words can't be read, the proxy counts.
        (["127.0.0.0/8"], ["unknown", "1.1.1.1, _hidden"], [200, 429]),
    ])
    func `the address is that of the first whom no trusted proxy vouches for`(
        _ trusted: [String], _ claims: [String], _ statuses: [Int]
    ) throws {
        try ScratchGateway.play(configure: {
            $0.peerRateLimit = 1
            $0.trustedProxies = trusted.compactMap { AddressRange($0) }
        }) { scene in
            scene.time.stand()
            let client = try scene.connect()
            let response = try claims.map {
                try client.request("GET", "/healthz", [("X-Forwarded-For", $0)])
            }
            #expect(response.map(\.status) == statuses)
        }
    }
}
