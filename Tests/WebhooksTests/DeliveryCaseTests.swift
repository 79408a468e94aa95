import HTTP
import Testing
import Time

@testable import Webhooks

/// The verification cases that others' bugs taught, one test or more for each number.
@Suite struct DeliveryCaseTests {
    @Test func `case 1: any bit changed in the body is a mismatch`() throws {
        #expect(try Delivery().outcome() == "valid")
        for index in Delivery().body.indices {
            for bit in 0..<8 {
                var delivery = Delivery()
                delivery.body[index] ^= 1 << bit
                #expect(try delivery.outcome() == "signature_mismatch")
            }
        }
    }

    @Test func `case 1: any character changed in the signature is refused`() throws {
        for index in Array(Delivery.signature.utf8).indices {
            var text = Array(Delivery.signature.utf8)
            text[index] ^= 1
            var delivery = Delivery()
            delivery.signature = String(decoding: text, as: UTF8.self)
            let outcome = try delivery.outcome()
            #expect(outcome == "signature_mismatch" || outcome == "signature_malformed")
        }
    }

    @Test func `case 1: a signature cut anywhere is refused`() throws {
        for length in 1..<Delivery.signature.utf8.count {
            let delivery = Delivery(signature: String(Delivery.signature.prefix(length)))
            let outcome = try delivery.outcome()
            #expect(outcome == "signature_mismatch" || outcome == "signature_malformed")
        }
        #expect(try Delivery(signature: "v1,").outcome() == "signature_malformed")
        #expect(try Delivery(signature: "").outcome() == "header_missing")
        #expect(try Delivery(signature: nil).outcome() == "header_missing")
    }

    @Test func `case 2: what is missing is named`() throws {
        func refusal(_ delivery: Delivery) throws -> Verification { try delivery.verdict() }
        #expect(try refusal(Delivery(id: nil)) == .refused(.headerMissing("webhook-id")))
        #expect(
            try refusal(Delivery(timestamp: nil)) == .refused(.headerMissing("webhook-timestamp")))
        #expect(
            try refusal(Delivery(signature: nil)) == .refused(.headerMissing("webhook-signature")))
        #expect(try refusal(Delivery(id: "")) == .refused(.headerMissing("webhook-id")))
    }

    /// Signed as sent (by Python's hmac), so that only the text itself is at fault.
    @Test(arguments: [
        ("hello", "VAkXo3/v+rkhZ+teV3357vQMOW5wvRMWWMtOAH8e2C0="),
        ("-1", "Y4zBqP3L3w+Uqoh1Y4+l7ffpvaKA6IjoslN7vjnjycI="),
        ("1614265330.0", "gCKgZKiwdYrH02M8bpnzg1Dnm05cI+cXFjui2SIQfbY="),
        ("161426533.0", "W/MF9/ZgHvYCzBOjA6V+EZCpUnUk62UcipzMx+M87Cs="),
        ("Infinity", "GMBkIaQoZbglZPgwZbOYgm8kITwPvtcobVcacA6Zuks="),
        ("1e9", "tPZIisKYz0kDH6ToglgqxzhJeefkrcvb3xnl0/uYUlk="),
        ("+1614265330", "JQsSpSSK1m9NI2FueDRZN3FL/jU9336idQcq6VmF+c8="),
        (" 1614265330", "ROfCFnlPtGjD7sooi5b7LBekXx2HRhyeqeQohAawic8="),
        ("1614265330 ", "4lIaKt4qr7gtNrLlBd5VyFCKcGlABcipJmh2Hnmyyyw="),
        ("01614265330", "HIx6LAZYyqSIVlrnt3IQyW4sH3DpS7I7MvDYauyP37k="),
        ("0001614265330", "yjWnRvXy7hJbevQEBEQXk/vMJi2RdIU6jmmvJQ5QUM0="),
        ("16142653300000000000", "YIgJGFFtZYJ8zSmq/lsMA6MBYoAyHJO05wewxZ/gG4A="),
        ("٢١", "q43E/I4p+ciKQffcTx7miMwIjYIgYqN3Mq2GBsrstRI="),
        ("0x60377c32", "Hhc7CVxhwR5fcopybT2wKVt40cH70O43thRc/fWcwt8="),
        ("1_614_265_330", "j9PpEfReDlYZjmN9m1jErlG7h2hpQdQPUIvmHNqeqi4="),
    ])
    func `case 3: a time that is not decimal digits alone is malformed`(
        _ text: String, _ signature: String
    ) throws {
        let delivery = Delivery(timestamp: text, signature: "v1,\(signature)")
        #expect(try delivery.outcome() == "timestamp_malformed")
    }

    @Test(arguments: [
        ("9223372036854775807", "timestamp_in_future"),
        ("9223372036854775808", "timestamp_malformed"),
        ("1614265330000", "timestamp_in_future"), ("0", "timestamp_too_old"),
    ])
    func `case 3: huge times neither wrap nor trap`(_ text: String, _ outcome: String) throws {
        #expect(try Delivery(timestamp: text).outcome() == outcome)
    }

    @Test(
        arguments: [
            (-301, "timestamp_in_future"), (-300, "valid"), (-299, "valid"), (299, "valid"),
            (300, "valid"), (301, "timestamp_too_old"),
        ] as [(Int64, String)])
    func `case 4: both edges of the window are inside it`(
        _ late: Int64, _ outcome: String
    ) throws {
        #expect(try Delivery(now: 1_614_265_330 + late).outcome() == outcome)
    }

    @Test func `case 4: the part of a second that has passed does not count`() throws {
        let verifier = try Verifier(.standardWebhooks, secrets: [SecretSpec(Delivery.secret)])
        func outcome(_ microseconds: Int64) throws -> Bool {
            let verdict = try verifier.verify(
                fields: Delivery().fields, body: Delivery().body,
                now: #require(Instant(microseconds: microseconds)))
            if case .valid = verdict { return true }
            return false
        }
        #expect(try outcome(1_614_265_630_999_999))
        #expect(try !outcome(1_614_265_631_000_000))
        #expect(try outcome(1_614_265_030_000_000))
        #expect(try !outcome(1_614_265_029_999_999))
    }

    @Test(arguments: [
        ("\(Delivery.decoy) \(Delivery.signature)", "valid"),
        ("v2,AAAA v9,\(Delivery.decoy) \(Delivery.signature)", "valid"),
        ("\(Delivery.signature) v2,AAAA", "valid"),
        ("\(Delivery.decoy) \(Delivery.decoy)", "signature_mismatch"),
        ("v1,nonsense! v1, v1", "signature_malformed"),
        ("v1,nonsense! \(Delivery.signature)", "valid"),
        ("\(Delivery.signature),\(Delivery.decoy)", "signature_malformed"),
    ])
    func `case 5: any of several signatures may be the right one`(
        _ header: String, _ outcome: String
    ) throws {
        #expect(try Delivery(signature: header).outcome() == outcome)
    }

    @Test func `case 5: sixteen signatures are looked at, seventeen refused`() throws {
        let fifteen = Array(repeating: Delivery.decoy, count: 15).joined(separator: " ")
        #expect(try Delivery(signature: "\(fifteen) \(Delivery.signature)").outcome() == "valid")
        #expect(
            try Delivery(signature: "\(fifteen) \(Delivery.decoy) \(Delivery.signature)").outcome()
                == "signature_malformed")
    }

    /// The known answer of stripe-dotnet's tests.
    private static func stripe(_ header: String, now: Int64 = 1_533_204_720) throws -> String {
        let fixture = try #require(
            SignatureFixture.all.first { $0.file == "stripe.json" && $0.test.body != nil })
        return try Delivery(
            scheme: .stripe, secrets: [SecretSpec("webhook_secret")],
            more: [("Stripe-Signature", header)], body: fixture.body, now: now
        ).outcome()
    }
    private static let v1 = "v1=2220f87ef101a04665f11cdf770523143f875572008577fa0f20882ddb9cc3c7"
    private static let v0 = "v0=63f3a72374a733066c4be69ed7f8e5ac85c22c9f0a6a612ab9a025a9e4ee7eef"

    @Test func `case 5: a time that stands twice is refused, whichever was signed`() throws {
        #expect(try Self.stripe("t=1533204620,\(Self.v1),t=1533204720") == "timestamp_malformed")
        #expect(try Self.stripe("t=1533204720,t=1533204620,\(Self.v1)") == "timestamp_malformed")
    }

    @Test func `case 6: members stand in any order, and a number is no time by itself`() throws {
        #expect(try Self.stripe("\(Self.v0),\(Self.v1),t=1533204620") == "valid")
        #expect(try Self.stripe("\(Self.v1),t=1533204620,\(Self.v0)") == "valid")
        #expect(try Self.stripe("t=1533204620,v1=1533204720") == "signature_mismatch")
        #expect(try Self.stripe("v1=1533204720") == "timestamp_malformed")
    }

    @Test func `case 7: a right weak signature does not make good a wrong strong one`() throws {
        let zeros = "v1a,\(String(repeating: "A", count: 86))=="
        let both = [SecretSpec(Delivery.secret), SecretSpec(Delivery.publicKey)]
        func outcome(_ header: String) throws -> String {
            try Delivery(secrets: both, signature: header).outcome()
        }
        #expect(try outcome("\(zeros) \(Delivery.signature)") == "scheme_downgrade")
        #expect(try outcome("\(Delivery.signature) \(zeros)") == "scheme_downgrade")
        #expect(try outcome("v1a,? \(Delivery.signature)") == "scheme_downgrade")
        #expect(try outcome("\(Delivery.decoy) \(Delivery.signatureByKeyPair)") == "valid")
        #expect(try outcome(Delivery.signature) == "valid")
        #expect(try outcome("\(zeros) \(Delivery.decoy)") == "signature_mismatch")
    }

    @Test func `case 7: a strong key that has expired asks for nothing any more`() throws {
        let secrets = [
            SecretSpec(Delivery.secret),
            SecretSpec(Delivery.publicKey, expiresAt: Instant(seconds: 1_614_265_330)),
        ]
        let zeros = "v1a,\(String(repeating: "A", count: 86))=="
        #expect(
            try Delivery(secrets: secrets, signature: "\(zeros) \(Delivery.signature)").outcome()
                == "valid")
        #expect(
            try Delivery(secrets: secrets, signature: Delivery.signatureByKeyPair).outcome()
                == "key_expired")
    }

    @Test(arguments: [
        ("t=,\(v1),\(v0)", "timestamp_malformed"), ("t,v1=,v0=", "timestamp_malformed"),
        ("t,v1=,", "timestamp_malformed"), ("t,,", "timestamp_malformed"),
        (",,", "timestamp_malformed"), ("t", "timestamp_malformed"),
        ("t=1533204620", "signature_malformed"), ("t=1533204620,v1", "signature_malformed"),
        ("t=1533204620,v1=", "signature_malformed"), ("t=1533204620,,", "signature_malformed"),
        ("t=1533204620,\(v0)", "scheme_downgrade"),
        (
            "t=1533204620,v0=2220f87ef101a04665f11cdf770523143f875572008577fa0f20882ddb9cc3c7",
            "scheme_downgrade"
        ),
        ("t=1533204620,v9=00", "signature_mismatch"),
    ])
    func `case 8: a broken list is refused and never trips us`(
        _ header: String, _ outcome: String
    ) throws {
        #expect(try Self.stripe(header) == outcome)
    }

    @Test(arguments: [
        ("", ConfigurationError.Reason.secretEmpty), ("whsec_", .secretEmpty),
        ("whpk_", .secretEmpty), ("whsec_====", .secretUndecodable),
        ("whsec_C2FVsBQIhrscChlQIMV-b5sSYspob7oD", .secretUndecodable),
        ("whsec_C2FVsBQIhrscChlQIMV_b5sSYspob7oD", .secretUndecodable),
        ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw\n", .secretUndecodable),
        (" whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", .secretUndecodable),
        ("whsec_MfKQ9r8GKYqrTwjUPD8I", .secretTooShort(bytes: 15, minimum: 16)),
        ("whsec_MfKQ9r8GKYqrTwjUPD8ILPZI9", .secretUndecodable),
        ("whpk_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", .keyMalformed),
        ("whsk_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw", .keyMalformed),
    ])
    func `case 9: a secret that can't protect is refused when it is configured`(
        _ secret: String, _ fault: ConfigurationError.Reason
    ) throws {
        #expect(throws: ConfigurationError(.secret(index: 1), fault)) {
            try Verifier(
                .standardWebhooks, secrets: [SecretSpec(Delivery.secret), SecretSpec(secret)])
        }
    }

    @Test(arguments: [
        ("", ConfigurationError.Reason.secretEmpty),
        ("fifteen letters", .secretTooShort(bytes: 15, minimum: 16)),
        ("a secret from a file\n", .secretSurroundedBySpace),
        ("\ta secret from a table", .secretSurroundedBySpace),
        ("\u{A0}a secret from a page", .secretSurroundedBySpace),
        ("a secret from a page\u{200B}", .secretSurroundedBySpace),
        ("\u{FEFF}a secret from a file", .secretSurroundedBySpace),
        ("a secret from a page\u{2060}", .secretSurroundedBySpace),
        ("\u{3000}a secret from a page", .secretSurroundedBySpace),
    ])
    func `case 9: so is a secret that is used as text`(
        _ secret: String, _ fault: ConfigurationError.Reason
    ) throws {
        for scheme in [Scheme.stripe, .github, .hmac, .bearer] {
            #expect(throws: ConfigurationError(.secret(index: 0), fault)) {
                try Verifier(scheme, secrets: [SecretSpec(secret)])
            }
        }
    }

    /// Other bodies are in `fixtures/signatures/standard-webhooks.json`.
    @Test func `case 10: a body of a mebibyte`() throws {
        var delivery = Delivery(signature: "v1,dLblXlh6+W5l7Hd1dIvDbX9KvyFaqP9g7URg8aW/teU=")
        delivery.body = Array(repeating: UInt8(ascii: "x"), count: 1 << 20)
        #expect(try delivery.outcome() == "valid")
        delivery.body.append(UInt8(ascii: "x"))
        #expect(try delivery.outcome() == "signature_mismatch")
    }

    @Test func `case 11: names stand in any case, and each header once`() throws {
        let known = Delivery()
        let upper = Delivery(
            id: nil, timestamp: nil, signature: nil,
            more: [
                ("WEBHOOK-ID", known.id ?? ""), ("Webhook-Timestamp", known.timestamp ?? ""),
                ("webhook-SIGNATURE", Delivery.signature),
            ])
        #expect(try upper.outcome() == "valid")
        func twice(_ name: String, _ value: String) throws -> String {
            try Delivery(more: [(name, value)]).outcome()
        }
        #expect(try twice("webhook-id", known.id ?? "") == "id_malformed")
        #expect(try twice("webhook-timestamp", "1614265330") == "timestamp_malformed")
        #expect(try twice("webhook-signature", Delivery.signature) == "signature_malformed")
        #expect(try twice("x-webhook-id", "another") == "valid")
    }

    /// A folded header is refused when the head is parsed; a tab is all that may be left of one.
    @Test func `case 11: a tab does not separate signatures and belongs in no id`() throws {
        #expect(
            try Delivery(signature: "\(Delivery.decoy)\t\(Delivery.signature)").outcome()
                == "signature_malformed")
        #expect(try Delivery(id: "msg_\t1").outcome() == "id_malformed")
    }

    @Test func `case 12: an id with a full stop could stand for two messages`() throws {
        // Both sign the bytes "a.1614265330.1614265331.x".
        let signature = "v1,c8Roffd78rhUp1zl6iIAYWvO/HOrSnqzFikRb2E2k6s="
        let dotted = Delivery(
            id: "a.1614265330", timestamp: "1614265331", signature: signature,
            body: Array("x".utf8))
        let plain = Delivery(
            id: "a", timestamp: "1614265330", signature: signature,
            body: Array("1614265331.x".utf8))
        #expect(try dotted.outcome() == "id_malformed")
        #expect(try plain.outcome() == "valid")
    }

    @Test(arguments: [
        ("x", "valid"), (String(repeating: "x", count: 256), "valid"),
        (String(repeating: "x", count: 257), "id_malformed"), ("a b", "id_malformed"),
        ("a\tb", "id_malformed"), ("é", "id_malformed"), (".", "id_malformed"),
    ])
    func `case 12: ids are visible ASCII of bounded length`(
        _ id: String, _ outcome: String
    ) throws {
        let signer = try Signer(.standardWebhooks, secrets: [SecretSpec(Delivery.secret)])
        let time = try #require(Instant(seconds: 1_614_265_330))
        if outcome == "valid" {
            let made = try signer.sign(id: id, at: time, body: Delivery().body)
            let signature = try #require(made.last?.value)
            #expect(try Delivery(id: id, signature: signature).outcome() == "valid")
        } else {
            #expect(try Delivery(id: id).outcome() == outcome)
            #expect(throws: Signer.Failure.idMalformed) {
                try signer.sign(id: id, at: time, body: Delivery().body)
            }
        }
    }

    @Test(arguments: [
        (Delivery.publicKey, Delivery.signatureByKeyPair, "valid"),
        // The public key of RFC 8032, test 1.
        (
            "whpk_11qYAYKxCrfVS/7TyWQHOg7hcvPapiMlrwIaaPcHURo=", Delivery.signatureByKeyPair,
            "signature_mismatch"
        ),
        (Delivery.publicKey, String(Delivery.signatureByKeyPair.prefix(88)), "signature_mismatch"),
        (
            Delivery.publicKey, "v1a," + String(repeating: "A", count: 86) + "==",
            "signature_mismatch"
        ),
        // S plus the order of the group: the same point, another spelling.
        (
            Delivery.publicKey,
            "v1a,hnO3f9T8Ytu9HwrXslvumlUpqtNVqkhqw/enGzPCXe4uSqIfPdj8uUcPkfU4/Y4udpXwVLPo3mNl8EM+m7TBEg==",
            "signature_mismatch"
        ),
    ])
    func `case 13: v1a is Ed25519 as OpenSSL reads it`(
        _ key: String, _ signature: String, _ outcome: String
    ) throws {
        #expect(
            try Delivery(secrets: [SecretSpec(key)], signature: signature).outcome() == outcome)
    }

    /// The neutral element, a point of order 2 and one of order 8: anyone can forge signatures for
    /// such a key.
    @Test(arguments: [
        "AQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=",
        "7P///////////////////////////////////////38=",
        "xxdqcD1N2E+6PAt2DRBnDyogU/osOczGTsf9d5KsA3o=",
        "xxdqcD1N2E+6PAt2DRBnDyogU/osOczGTsf9d5KsA/o=",
    ])
    func `case 13: a public key of small order is refused when it is configured`(
        _ key: String
    ) throws {
        #expect(throws: ConfigurationError(.secret(index: 0), .keyMalformed)) {
            try Verifier(.standardWebhooks, secrets: [SecretSpec("whpk_\(key)")])
        }
    }

    @Test func `case 14: ECDSA in DER has its fixtures`() {
        let names = SignatureFixture.all.filter { $0.file == "sendgrid.json" }.map(\.test.name)
        #expect(
            Set(names).isSuperset(of: [
                "the known answer", "a byte behind the signature",
                "a negative number in the signature", "a key on another curve",
            ]))
    }

    @Test func `case 15: no text shows the expected signature or a secret`() throws {
        let expected = "g0hM9SsE"
        let hidden = [expected, expected.lowercased(), "83484cf5", "MfKQ9r8G", "31f290f6"]
        let verifier = try Verifier(.standardWebhooks, secrets: [SecretSpec(Delivery.secret)])
        let signer = try Signer(.standardWebhooks, secrets: [SecretSpec(Delivery.secret)])
        let token = try Verifier(.bearer, secrets: [SecretSpec(Delivery.secret)])
        let tokenSigner = try Signer(.bearer, secrets: [SecretSpec(Delivery.secret)])
        let verdict = try Delivery(signature: Delivery.decoy).verdict()
        #expect(verdict == .refused(.signatureMismatch))
        var shown: [String] = []
        func show(_ value: Any) {
            var dumped = ""
            dump(value, to: &dumped)
            shown += ["\(value)", String(reflecting: value), dumped]
        }
        show(verdict)
        show(verifier)
        show(signer)
        show(token)
        show(tokenSigner)
        show(SecretSpec(Delivery.secret))
        do {
            _ = try Verifier(.standardWebhooks, secrets: [SecretSpec(Delivery.secret + "!")])
        } catch {
            show(error)
            show(error.description)
        }
        for text in shown {
            for secret in hidden { #expect(!text.contains(secret), "\(text)") }
        }
        #expect(shown.count == 24)
    }
}
