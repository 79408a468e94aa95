import HTTP
import Testing
import Time

@testable import Webhooks

@Suite struct VerifierTests {
    @Test func `the known answer of Standard Webhooks is valid`() throws {
        let verifier = try Verifier(
            .standardWebhooks, secrets: [SecretSpec("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")])
        var fields = Fields()
        fields.append("webhook-id", "msg_p5jXN8AQM9LWM0D4loKWxJek")
        fields.append("webhook-timestamp", "1614265330")
        fields.append("webhook-signature", "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=")
        let body = Array(#"{"test": 2432232314}"#.utf8)
        let verdict = try verifier.verify(
            fields: fields, body: body, now: #require(Instant(seconds: 1_614_265_330)))
        guard case .valid(let proof) = verdict else {
            Issue.record("\(verdict)")
            return
        }
        #expect(proof.id?.text == "msg_p5jXN8AQM9LWM0D4loKWxJek")
        #expect(proof.id?.isSigned == true)
        #expect(proof.keyIndex == 0)
        #expect(proof.timestamp == Instant(seconds: 1_614_265_330))
    }
}
