import Declarations
import HTTP
import Referrals
import TestSupport
import Testing
import Time
import Transport
import Webhooks

@testable import Outbound

@Suite struct EndpointTests {
    private static let newer = "whsec_bmV3ZXIgc2VjcmV0IG9mIHRoaXJ0eS10d28gYnl0ZXMh"
    private let now = Instant(rfc3339: "2026-11-21T12:00:00Z") ?? .earliest
    private let body = Array(#"{"amount":1.0,"big":9007199254740993}"#.utf8)

    private func endpoint(
        _ secrets: [SecretSpec] = [SecretSpec(Sender.secret)],
        change: (inout WebhookDeclaration) -> Void = { _ in },
        credentials: [WebhookDeclaration.Header]? = nil
    ) throws -> Endpoint {
        var declaration = WebhookDeclaration(
            name: "w", url: "https://hooks.example.com/in?x=1", events: [.rewardIssued])
        change(&declaration)
        return try Endpoint(
            id: 1, account: 1, declaration,
            WebhookSecrets(secrets: secrets, credentials: credentials), rules: DestinationRules())
    }

    private func accepts(
        _ scheme: Scheme, _ secret: String, _ signed: [(name: String, value: String)],
        body: [UInt8]? = nil, at time: Instant? = nil
    ) throws -> Bool {
        var fields = Fields()
        for field in signed { fields.append(field.name, field.value) }
        let verifier = try Verifier(scheme, secrets: [SecretSpec(secret)])
        let consequence = try verifier.verify(
            fields: fields, body: body ?? self.body, now: time ?? now)
        if case .valid = consequence { return true }
        return false
    }

    @Test(.rows("S1-17", "S4-16", "C13")) func `both signatures are over the bytes that are sent`()
        throws
    {
        let signed = try endpoint().signature(id: "evt_a1", at: now, body: body)
        #expect(
            signed.map(\.name) == [
                "webhook-id", "webhook-timestamp", "webhook-signature", "X-Webhook-Signature",
            ])
        #expect(signed.first?.value == "evt_a1")
        var changed = body
        changed[3] ^= 1
        for scheme in [Scheme.standardWebhooks, .hmac] {
            #expect(try accepts(scheme, Sender.secret, signed))
            #expect(try !accepts(scheme, Sender.secret, signed, body: changed))
            #expect(try !accepts(scheme, Self.newer, signed))
        }
    }

    @Test func `while a secret is exchanged both sign, after that the new one alone`() throws {
        let expiry = now + .seconds(3600)
        let rotating = try endpoint([
            SecretSpec(Self.newer), SecretSpec(Sender.secret, expiresAt: expiry),
        ])
        for (time, isOldValid) in [(now, true), (expiry + .seconds(1), false)] {
            let signed = try rotating.signature(id: "evt_a1", at: time, body: body)
            #expect(try accepts(.standardWebhooks, Self.newer, signed, at: time))
            #expect(
                try accepts(.standardWebhooks, Sender.secret, signed, at: time) == isOldValid)
            // This header has room for one signature: the former secret's until the overlap ends.
            let one = isOldValid ? Sender.secret : Self.newer
            #expect(try accepts(.hmac, one, signed, at: time))
            #expect(signed.filter { $0.name == "webhook-signature" }.count == 1)
        }
    }

    @Test(.rows("S2-6", "S3-6", "S3-10", "C14"))
    func `a request says what it must, and what the webhook adds`() throws {
        let endpoint = try endpoint(
            change: {
                $0.method = .put
                $0.headers = [.init(name: "X-Tenant", value: "7")]
            }, credentials: [.init(name: "X-Token", value: "s3cret")])
        let target = try endpoint.target.get()
        let request = target.head.request(adding: [("webhook-id", "evt_a1")], body: body)
        #expect(
            String(decoding: request, as: UTF8.self)
                == """
                PUT /in?x=1 HTTP/1.1\r
                Host: hooks.example.com\r
                User-Agent: refgate\r
                Accept: */*\r
                Accept-Encoding: identity\r
                Content-Type: application/json\r
                X-Tenant: 7\r
                X-Token: s3cret\r
                webhook-id: evt_a1\r
                Content-Length: \(body.count)\r
                \r
                \(String(decoding: body, as: UTF8.self))
                """)
    }
}
