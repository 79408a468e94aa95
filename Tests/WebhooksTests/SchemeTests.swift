import HTTP
import Testing
import Time

@testable import Webhooks

@Suite struct SchemeTests {
    @Test func `the names that a source may use are these`() {
        #expect(
            Scheme.named.keys.sorted() == [
                "bearer", "github", "hmac", "hubspot-v3", "paddle", "sendgrid", "shopify", "slack",
                "square", "standard-webhooks", "stripe", "svix", "url-token",
            ])
        for (name, scheme) in Scheme.named { #expect(scheme.name == name) }
    }

    @Test(arguments: ["", "Stripe", "standard_webhooks", "none", "hmac "])
    func `another name is refused`(_ name: String) {
        #expect(throws: ConfigurationError(.scheme, .unknownScheme(name))) {
            try Scheme(named: name)
        }
    }

    @Test func `settings are refused where they would do nothing`() {
        for name in Scheme.named.keys where name != "hmac" && name != "bearer" {
            #expect(throws: ConfigurationError(.signature(""), .settingsUnused(scheme: name))) {
                try Scheme(named: name, signature: ["header": "X-Signature"])
            }
        }
    }

    @Test func `what is signed can be asked`() throws {
        #expect(Scheme.standardWebhooks.signs(header: "Webhook-ID"))
        #expect(Scheme.standardWebhooks.signs(header: "webhook-timestamp"))
        #expect(!Scheme.standardWebhooks.signs(header: "x-event-id"))
        #expect(!Scheme.github.signs(header: "x-github-delivery"))
        #expect(!Scheme.shopify.signs(header: "x-shopify-event-id"))
        #expect(
            try Scheme(named: "hmac", signature: ["template": "{header:X-Id}{body}"])
                .signs(header: "x-id"))
        #expect(!Scheme.bearer.signs(header: "authorization"))
        #expect(Scheme.square.signsBody && Scheme.sendGrid.signsBody)
        #expect(!Scheme.bearer.signsBody && !Scheme.urlToken.signsBody)
        #expect(
            Scheme.named.values.filter(\.needsURL).map(\.name).sorted() == ["hubspot-v3", "square"])
        #expect(Scheme.named.values.filter { !$0.takesSecrets }.map(\.name) == ["url-token"])
    }

    @Test func `a sender's id outside the signed bytes is kept apart`() throws {
        let all = SignatureFixture.all.filter { $0.test.expect.idSigned != nil }
        let signed = Set(all.filter { $0.test.expect.idSigned == true }.map(\.file))
        let unsigned = Set(all.filter { $0.test.expect.idSigned == false }.map(\.file))
        #expect(signed == ["standard-webhooks.json", "svix.json", "hmac-template.json"])
        #expect(unsigned == ["github.json", "shopify.json"])
    }

    @Test(arguments: [0, -1, Int.min, 30 * 86_400 + 1, Int.max])
    func `a tolerance that switches the window off is refused`(_ seconds: Int) {
        #expect(
            throws: ConfigurationError(.tolerance, .toleranceOutOfRange(Verifier.toleranceRange))
        ) {
            try Verifier(
                .standardWebhooks, secrets: [SecretSpec(Delivery.secret)],
                toleranceSeconds: seconds)
        }
    }

    @Test func `the shortest and the longest tolerance work`() throws {
        for seconds in [1, 30 * 86_400] {
            let verifier = try Verifier(
                .standardWebhooks, secrets: [SecretSpec(Delivery.secret)],
                toleranceSeconds: seconds)
            func outcome(late: Int) throws -> Verification {
                try verifier.verify(
                    fields: Delivery().fields, body: Delivery().body,
                    now: #require(Instant(seconds: Int64(1_614_265_330 + late))))
            }
            #expect(try outcome(late: seconds + 1) == .refused(.timestampTooOld))
            guard case .valid = try outcome(late: seconds) else {
                Issue.record("refused at the edge")
                continue
            }
        }
    }
}

@Suite struct SignatureSettingsTests {
    private func scheme(_ members: [String: String]) throws -> Scheme {
        try Scheme(named: "hmac", signature: members)
    }

    @Test func `without settings it is the generic scheme`() throws {
        #expect(try scheme([:]) == .hmac)
        #expect(
            try scheme([
                "header": "X-Webhook-Signature", "digest": "sha256", "encoding": "hex",
                "prefix": "sha256=", "template": "{body}",
            ]) == .hmac)
    }

    @Test(
        arguments: [
            (
                ["digest": "md5"], "digest",
                .unknownChoice("md5", choices: ["sha1", "sha256", "sha512"])
            ),
            (
                ["digest": "SHA256"], "digest",
                .unknownChoice("SHA256", choices: ["sha1", "sha256", "sha512"])
            ),
            (
                ["encoding": "base64url"], "encoding",
                .unknownChoice("base64url", choices: ["hex", "base64"])
            ),
            (["header": ""], "header", .headerNameMalformed),
            (["header": "X Signature"], "header", .headerNameMalformed),
            (["header": "X-Signature:"], "header", .headerNameMalformed),
            (["template": ""], "template", .templateWithoutBody),
            (["template": "{timestamp}"], "template", .templateWithoutBody),
            (["template": "{{body}}"], "template", .templateWithoutBody),
            (["template": "{body"], "template", .templateUnclosed(offset: 0)),
            (["template": "a}{body}"], "template", .templateUnclosed(offset: 1)),
            (["template": "{body}{"], "template", .templateUnclosed(offset: 6)),
            (["template": "{body}.{Body}"], "template", .templateUnknown("Body", offset: 7)),
            (["template": "{}{body}"], "template", .templateUnknown("", offset: 0)),
            (["template": "{header:}{body}"], "template", .templateUnknown("header:", offset: 0)),
            (
                ["template": "{header:a b}{body}"], "template",
                .templateUnknown("header:a b", offset: 0)
            ),
            (["timestamp_header": "X-Time"], "timestamp_header", .needs("{timestamp}")),
            (["timestamp_unit": "ms"], "timestamp_unit", .needs("{timestamp}")),
            (["timestamp_member": "t", "member": "v1"], "timestamp_member", .needs("{timestamp}")),
            (
                ["timestamp_member": "t", "template": "{timestamp}{body}"], "timestamp_member",
                .needs("member")
            ),
            (["member_separator": ";"], "member_separator", .needs("member")),
            (["member": "v1", "prefix": "v0="], "prefix", .excludes("member")),
            (["member": "v1", "separator": ","], "separator", .excludes("member")),
            (["member": "v1", "member_separator": "=="], "member_separator", .separatorMalformed),
            (["separator": ""], "separator", .separatorMalformed),
            (["separator": " "], "separator", .separatorMalformed),
            (
                ["template": "{timestamp}{body}", "timestamp_unit": "us"], "timestamp_unit",
                .unknownChoice("us", choices: ["s", "ms", "iso8601"])
            ),
            (
                ["template": "{timestamp}{body}", "timestamp_header": "X Time"], "timestamp_header",
                .headerNameMalformed
            ),
            (["template": "{id}{body}", "id_header": ""], "id_header", .headerNameMalformed),
        ] as [([String: String], String, ConfigurationError.Reason)])
    func `a setting that means nothing is refused by name`(
        _ members: [String: String], _ name: String, _ fault: ConfigurationError.Reason
    ) throws {
        #expect(throws: ConfigurationError(.signature(name), fault)) { try scheme(members) }
    }

    @Test func `a setting that does not exist is refused, and the others are named`() throws {
        do {
            _ = try scheme(["algorithm": "sha256"])
            Issue.record("accepted")
        } catch let error as ConfigurationError {
            #expect(error.pointer == "/signature/algorithm")
            #expect(
                error.description
                    == "/signature/algorithm: unknown setting; the settings are header, digest, encoding, "
                    + "prefix, template, separator, member, member_separator, timestamp_header, "
                    + "timestamp_member, timestamp_unit, id_header")
        }
    }

    @Test func `a bearer token may stand in another header`() throws {
        let scheme = try Scheme(named: "bearer", signature: ["header": "X-Api-Token"])
        let verifier = try Verifier(scheme, secrets: [SecretSpec("a-token-of-sixteen")])
        var fields = Fields()
        fields.append("x-api-token", "a-token-of-sixteen")
        let now = try #require(Instant(seconds: 0))
        guard case .valid = try verifier.verify(fields: fields, body: [], now: now) else {
            Issue.record("refused")
            return
        }
        #expect(throws: ConfigurationError(.signature("header"), .headerNameMalformed)) {
            try Scheme(named: "bearer", signature: ["header": "X Token"])
        }
        #expect(
            throws: ConfigurationError(.signature("digest"), .settingUnknown(known: ["header"]))
        ) {
            try Scheme(named: "bearer", signature: ["digest": "sha256"])
        }
    }
}
