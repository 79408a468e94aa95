import HTTP
import Testing
import Time

@testable import Webhooks

@Suite struct SignerTests {
    private static let old = SecretSpec(Delivery.secret)
    private static let new = SecretSpec("whsec_C2FVsBQIhrscChlQIMV+b5sSYspob7oD")
    private static let now = Instant(seconds: 1_614_265_330)

    private func headers(
        _ secrets: [SecretSpec], at time: Instant? = now
    ) throws -> [String: String] {
        let made = try Signer(.standardWebhooks, secrets: secrets).sign(
            id: "msg_p5jXN8AQM9LWM0D4loKWxJek", at: #require(time), body: Delivery().body)
        return Dictionary(uniqueKeysWithValues: made.map { ($0.name, $0.value) })
    }

    @Test func `during the overlap both secrets sign, the new one first`() throws {
        let signature = try #require(headers([Self.new, Self.old])["webhook-signature"])
        let both = signature.split(separator: " ")
        #expect(both.count == 2)
        #expect(both.last.map(String.init) == Delivery.signature)
        for secret in [Self.new, Self.old] {
            let delivery = Delivery(secrets: [secret], signature: signature)
            #expect(try delivery.outcome() == "valid")
        }
    }

    @Test func `after it only the new one signs`() throws {
        var old = Self.old
        old.expiresAt = Self.now
        let alone = try headers([Self.new])
        #expect(try headers([Self.new, old]) == alone)
    }

    @Test func `an attempt keeps its id and takes a fresh time`() throws {
        let first = try headers([Self.old])
        let second = try headers([Self.old], at: Instant(seconds: 1_614_265_390))
        #expect(first["webhook-id"] == second["webhook-id"])
        #expect(second["webhook-timestamp"] == "1614265390")
        #expect(first["webhook-signature"] != second["webhook-signature"])
    }

    @Test func `rotating from a shared secret to a key pair signs in both ways`() throws {
        let pair = SecretSpec("whsk_6Xb/dCcHpPea21PS1N9VY/NZW723CEc77N4rJCubMbc=")
        let signature = try #require(headers([pair, Self.old])["webhook-signature"])
        #expect(signature == "\(Delivery.signatureByKeyPair) \(Delivery.signature)")
    }

    @Test func `a public key can't sign`() {
        #expect(throws: ConfigurationError(.secret(index: 0), .privateKeyMissing)) {
            try Signer(.standardWebhooks, secrets: [SecretSpec(Delivery.publicKey)])
        }
        let key =
            "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE83T4O/n84iotIvIW4mdBgQ/7dAfSmpqIM8kF9mN1flpVKS3G"
            + "Rqe62gw+2fNNRaINXvVpiglSI8eNEc6wEA3F+g=="
        #expect(throws: ConfigurationError(.secret(index: 0), .privateKeyMissing)) {
            try Signer(.sendGrid, secrets: [SecretSpec(key)])
        }
    }

    /// Made with `openssl ecparam -name prime256v1 -genkey | openssl pkcs8 -topk8 -nocrypt -outform DER`.
    @Test func `a private key of P-256 signs what its public key verifies`() throws {
        let key =
            "MIGHAgEAMBMGByqGSM49AgEGCCqGSM49AwEHBG0wawIBAQQgXXmDuIeT9JI2U6o9Y2lIl0"
            + "IHZG3LrI/b/aLOjs+zofWhRANCAAT5NSVivAKv5o9jEgi+3gRX1uxHy2FWTNRM5jQmwGfj"
            + "XpQqT9USOysNaopaf3S5kmkkUKA4notbBSZlb4xpzu14"
        let body = Array("[{}]\r\n".utf8)
        let made = try Signer(.sendGrid, secrets: [SecretSpec(key)]).sign(
            id: "1", at: #require(Self.now), body: body)
        var fields = Fields()
        for (name, value) in made { fields.append(name, value) }
        let info =
            "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE+TUlYrwCr+aPYxIIvt4EV9bsR8thVkzUTO"
            + "Y0JsBn416UKk/VEjsrDWqKWn90uZJpJFCgOJ6LWwUmZW+Mac7teA=="
        let verifier = try Verifier(.sendGrid, secrets: [SecretSpec(info)])
        let now = try #require(Self.now)
        let right = try verifier.verify(fields: fields, body: body, now: now)
        #expect(right == .valid(Proof(id: nil, keyIndex: 0, timestamp: now)))
        let changed = try verifier.verify(fields: fields, body: body + [1], now: now)
        #expect(changed == .refused(.signatureMismatch))
    }

    @Test func `where one signature has room it is the oldest valid secret's`() throws {
        let now = try #require(Self.now)
        let secrets = [
            SecretSpec("the-current-secret"),
            SecretSpec("the-former-secret", expiresAt: now + .seconds(60)),
            SecretSpec("the-one-before-that", expiresAt: now + .seconds(30)),
        ]
        func signature(at time: Instant) throws -> String? {
            try Signer(.hmac, secrets: secrets).sign(id: "1", at: time, body: [1]).first?.value
        }
        func expected(_ index: Int) throws -> String? {
            try Signer(.hmac, secrets: [SecretSpec(secrets[index].secret)]).sign(
                id: "1", at: now, body: [1]
            ).first?.value
        }
        #expect(try signature(at: now) == expected(2))
        #expect(try signature(at: now + .seconds(30)) == expected(1))
        #expect(try signature(at: now + .seconds(60)) == expected(0))
    }

    @Test func `a scheme that lists its own headers can be verified only`() {
        #expect(throws: ConfigurationError(.scheme, .signingUnsupported)) {
            try Signer(.hook0, secrets: [SecretSpec("a-subscription-secret")])
        }
    }

    @Test func `a header that is signed must be given`() throws {
        let scheme = try Scheme(named: "hmac", signature: ["template": "{header:X-Tenant}{body}"])
        let signer = try Signer(scheme, secrets: [SecretSpec("a-secret-of-sixteen")])
        #expect(throws: Signer.Failure.headerMissing("X-Tenant")) {
            try signer.sign(id: "1", at: #require(Self.now), body: [1])
        }
    }

    @Test func `signers refuse the secrets that verifiers refuse`() {
        for scheme in [Scheme.standardWebhooks, .stripe, .hmac, .bearer] {
            #expect(throws: ConfigurationError(.secret(index: 0), .secretEmpty)) {
                try Signer(scheme, secrets: [SecretSpec("")])
            }
            #expect(throws: ConfigurationError(.secrets, .noSecret)) {
                try Signer(scheme, secrets: [])
            }
        }
    }
}
