import Gateway
import Sockets
import TestSupport
import Testing

@Suite struct SourceSetupTests {
    /// The `Host` that the tests' client sends.
    private static let host = "refgate.example"

    private func setup(
        configure: @escaping (inout Configuration) -> Void = { _ in },
        _ fields: [(name: String, value: String)], preset: String = "refgate",
        _ check: (ServerResponse, UInt16) throws -> Void
    ) throws {
        try APIScene.play(configure: configure) { scene in
            let made = try scene.ask("POST", "sources", ["preset": preset])
            #expect(made.status == 201, "\(made)")
            let id = try #require(made.text("id"))
            let response = try scene.ask("GET", "sources/\(id)/setup", nil, fields)
            #expect(response.status == 200, "\(response)")
            try check(response, scene.gateway.port)
            #expect(response.text("url")?.hasSuffix("/hooks/\(id)") == true)
        }
    }

    @Test func `the Host of a request is never repeated`() throws {
        let fields = [
            (name: "X-Forwarded-Proto", value: "https"),
            (name: "X-Forwarded-Host", value: "evil.example"),
        ]
        try setup(fields) { response, port in
            #expect(!response.text.contains("evil.example") && !response.text.contains(Self.host))
            #expect(response.text("url")?.hasPrefix("http://127.0.0.1:\(port)/hooks/") == true)
        }
    }

    @Test func `a trusted proxy says by which address it was reached`() throws {
        let trusted: (inout Configuration) -> Void = {
            $0.trustedProxies = [AddressRange("127.0.0.0/8")].compactMap { $0 }
        }
        let fields = [
            (name: "X-Forwarded-Proto", value: "http, https"),
            (name: "X-Forwarded-Host", value: "gate.example.org"),
        ]
        try setup(configure: trusted, fields) { response, _ in
            #expect(response.text("url")?.hasPrefix("https://gate.example.org/hooks/") == true)
            #expect(response.text("curl")?.contains("https://gate.example.org/hooks/") == true)
            #expect(!response.text.contains(Self.host))
        }
        try setup(configure: trusted, Array(fields.prefix(1))) { response, port in
            #expect(response.text("url")?.hasPrefix("https://127.0.0.1:\(port)/hooks/") == true)
        }
        let odd = [(name: "X-Forwarded-Host", value: "gate.example.org/x?'")]
        try setup(configure: trusted, odd) { response, port in
            #expect(response.text("url")?.hasPrefix("http://127.0.0.1:\(port)/hooks/") == true)
        }
    }

    @Test func `the declared public URL comes before all of that`() throws {
        try setup(
            configure: { $0.publicURL = "https://hooks.example.org/gate/" }, []
        ) { response, _ in
            #expect(
                response.text("url")?.hasPrefix("https://hooks.example.org/gate/hooks/") == true)
        }
    }

    @Test func `a preset that posts a form is set up with a form`() throws {
        try setup([], preset: "referral-factory") { response, _ in
            #expect(response.text("content_type") == "application/x-www-form-urlencoded")
            #expect(
                response.text("curl")?.contains("'Content-Type: application/x-www-form-urlencoded'")
                    == true)
            #expect(response.text("curl")?.contains("--data-binary 'code=SETUP-TEST'") == true)
            #expect(
                (response.json["steps"] as? [String])?.first?.contains(
                    #"posts a form with the field "code" to"#) == true)
        }
    }
}
