import Testing
import Time

@testable import Webhooks

@Suite struct RefusalTests {
    /// The contract with senders, pinned whole.
    @Test func `every refusal has its verdict and a sentence`() {
        let all: [Refusal] = [
            .headerMissing("webhook-id"), .timestampMalformed, .timestampTooOld,
            .timestampInFuture, .timestampUnit(found: .milliseconds, wanted: .seconds),
            .timestampUnit(found: .seconds, wanted: .milliseconds), .signatureMalformed,
            .signatureMismatch, .keyExpired, .idMalformed, .schemeDowngrade,
        ]
        #expect(
            all.map { "\($0.verdict): \($0)" } == [
                "header_missing: The header webhook-id is missing or empty.",
                "timestamp_malformed: "
                    + "The timestamp does not have the format of this scheme.",
                "timestamp_too_old: "
                    + "The timestamp is too old: the delivery is a replay, or a clock is wrong.",
                "timestamp_in_future: "
                    + "The timestamp is in the future: a clock is wrong.",
                "timestamp_in_future: "
                    + "The timestamp is in milliseconds; this scheme uses seconds.",
                "timestamp_too_old: "
                    + "The timestamp is in seconds; this scheme uses milliseconds.",
                "signature_malformed: "
                    + "No signature in the format of this scheme was found.",
                "signature_mismatch: No signature matches: the secret is different, or the body was "
                    + "changed on the way.",
                "key_expired: "
                    + "The signature was made with a secret that has expired.",
                "id_malformed: The message id is repeated, too long, or contains a "
                    + "character that is not allowed.",
                "scheme_downgrade: "
                    + "The delivery is signed only in a weaker way than it should be.",
            ])
    }

    @Test func `a configuration error says where and what, never the secret`() {
        let secret = "not-a-secret!"
        do {
            _ = try Verifier(
                .standardWebhooks, secrets: [SecretSpec(Delivery.secret), SecretSpec(secret)])
            Issue.record("accepted")
        } catch {
            #expect(
                error.description
                    == "/secrets/1: the secret is not base64 in the standard alphabet")
        }
    }
}
