import HTTP
import Testing
import Time

@testable import Webhooks

/// The delivery that every Standard Webhooks library knows, for tests to change in one thing.
struct Delivery {
    static let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
    static let publicKey = "whpk_1SiA4o9hyqTCpIqC5V9HUakiiaeACeqfZTInDBbOir4="
    static let signature = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="
    static let signatureByKeyPair =
        "v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe5BdqzCInXqYXFymVJaA7AZdpXwVLPo3mNl8EM+m7TBAg=="
    /// A signature of something else.
    static let decoy = "v1,Ceo5qEr07ixe2NLpvHk3FH9bwy/WavXrAFQ/9tdO6mc="

    var scheme = Scheme.standardWebhooks
    var secrets = [SecretSpec(secret)]
    var id: String? = "msg_p5jXN8AQM9LWM0D4loKWxJek"
    var timestamp: String? = "1614265330"
    var signature: String? = Delivery.signature
    var more: [(String, String)] = []
    var body = Array(#"{"test": 2432232314}"#.utf8)
    var now: Int64 = 1_614_265_330

    var fields: Fields {
        var fields = Fields()
        if let id { fields.append("webhook-id", id) }
        if let timestamp { fields.append("webhook-timestamp", timestamp) }
        if let signature { fields.append("webhook-signature", signature) }
        for (name, value) in more { fields.append(name, value) }
        return fields
    }

    func verdict() throws -> Verification {
        let verifier = try Verifier(scheme, secrets: secrets, minimumSecretBytes: 1)
        return try verifier.verify(
            fields: fields, body: body, now: #require(Instant(seconds: now)))
    }

    /// `valid` or the reason.
    func outcome() throws -> String {
        switch try verdict() {
        case .valid: "valid"
        case .refused(let refusal): refusal.verdict
        }
    }
}
