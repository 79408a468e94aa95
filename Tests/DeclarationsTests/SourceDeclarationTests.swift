import Declarations
import JSON
import Mapping
import Reading
import Referrals
import TestSupport
import Testing
import Time
import Webhooks
import Workspace

@Suite struct SourceDeclarationTests {
    private let secret = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"

    private func source(_ json: String, known: Known = .nothing) throws -> SourceEntry {
        try workspace(#"{"sources": [\#(json)]}"#, known: known).sources[0]
    }

    private func text(_ source: SourceDeclaration) -> String {
        String(decoding: source.canonicalJSON, as: UTF8.self)
    }

    @Test func `a preset fills in what is not said`() throws {
        let entry = try source(
            #"{"id": "acme", "preset": "stripe", "secrets": ["whsec_0123456789abcdef"]}"#)
        let preset = try #require(Preset.named("stripe"))
        #expect(entry.source.name == "acme")
        #expect(entry.source.scheme == "stripe")
        #expect(entry.source.mapping == preset.mapping)
        #expect(entry.source.codeOf == preset.codeOf)
        #expect(entry.source.toleranceSeconds == 300)
        #expect(entry.source.bodyFormats == [.json])
        #expect(entry.secrets == [SecretSpec("whsec_0123456789abcdef")])
        _ = try entry.source.makeVerifier(secrets: entry.secrets ?? [])
    }

    @Test(arguments: Preset.all.map(\.name))
    func `each preset can be declared with nothing but an id, a secret and a URL`(
        name: String
    ) throws {
        let preset = try #require(Preset.named(name))
        let scheme = try Scheme(named: preset.scheme)
        let id = scheme.takesSecrets ? "a" : "src_0123456789abcdefghijAB"
        let secrets = scheme.takesSecrets ? #", "secrets": ["\#(secret)"]"# : ""
        let url = scheme.needsURL ? #", "url": "https://ref.example/hooks/a""# : ""
        let entry = try source(#"{"id": "\#(id)", "preset": "\#(name)"\#(secrets)\#(url)}"#)
        #expect(entry.source.mapping == preset.mapping)
        let written = text(entry.source)
        #expect(try SourceDeclaration.read(stored: Array(written.utf8)) == entry.source)
    }

    @Test func `what is said stands in a preset's place, and null takes it away`() throws {
        let entry = try source(
            #"""
            {"id": "a", "preset": "generic", "name": "Acme", "secrets": [
                {"secret": "0123456789abcdef", "expires_at": "2026-12-01T00:00:00Z"}],
             "signature": {"header": "X-Sign", "prefix": null, "template": "{body}"},
             "tolerance": "10m", "code_of": "referrer", "campaign": null, "filter": "true",
             "mapping": {"goal": "\"signup\"", "email": null,
                         "business_key": ["payload.a", "payload.b"]},
             "on_unmapped": "keep", "url": "https://ref.example/a", "status": "paused"}
            """#)
        let source = entry.source
        #expect(source.signature["header"] == "X-Sign")
        #expect(source.signature["prefix"] == nil)
        #expect(source.signature["digest"] == "sha256")
        #expect(source.mapping[.goal] == [#""signup""#])
        #expect(source.mapping[.email].isEmpty)
        #expect(source.mapping[.filter] == ["true"])
        #expect(source.mapping[.businessKey] == ["payload.a", "payload.b"])
        #expect(source.mapping[.eventID] == Preset.generic.mapping[.eventID])
        #expect(source.mapping.onUnmapped == .keep)
        #expect(source.toleranceSeconds == 600)
        #expect(source.codeOf == .referrer)
        #expect(source.status == .paused)
        #expect(entry.secrets?[0].expiresAt == Instant(rfc3339: "2026-12-01T00:00:00Z"))
        let written = text(source)
        #expect(!written.contains("0123456789abcdef"))
        #expect(try SourceDeclaration.read(stored: Array(written.utf8)) == source)
    }

    @Test func `a source without a preset says its scheme and mapping`() throws {
        let entry = try source(
            #"""
            {"id": "a.b-c_D", "scheme": "bearer", "secrets": ["0123456789abcdef"],
             "signature": {"header": "X-Token"},
             "mapping": {"referral_code": "payload.code"}}
            """#)
        #expect(
            text(entry.source) == #"{"id":"a.b-c_D","scheme":"bearer","#
                + #""signature":{"header":"X-Token"},"code_of":"lead","#
                + #""mapping":{"referral_code":"payload.code"},"on_unmapped":"refuse"}"#)
    }

    @Test func `another preset unsays what the stored one filled in`() throws {
        let before = try source(
            #"{"id": "a", "name": "A", "preset": "generic", "secrets": ["0123456789abcdef"]}"#)
        let changed = try SourceEntry.read(
            Document(parsing: Array(#"{"preset": "stripe"}"#.utf8)), .given("a"),
            over: before.source.canonicalJSON)
        #expect(changed.source.scheme == "stripe")
        #expect(changed.source.signature.isEmpty)
        #expect(changed.source.mapping == Preset.named("stripe")?.mapping)
        #expect(changed.source.name == "A")
        #expect(changed.secrets == nil)
    }

    @Test func `a change of one field keeps the others`() throws {
        var source = try source(
            #"{"id": "a", "preset": "stripe", "secrets": ["0123456789abcdef"]}"#
        ).source
        let changed = try SourceEntry.read(
            Document(parsing: Array(#"{"mapping": {"email": "payload.e"}}"#.utf8)), .given("a"),
            over: source.canonicalJSON)
        source.mapping[.email] = ["payload.e"]
        #expect(changed.source == source)
    }

    @Test func `a change takes nothing over that the preset has gained since`() throws {
        var stored = try source(
            #"{"id": "a", "preset": "stripe", "secrets": ["0123456789abcdef"]}"#
        ).source
        stored.mapping[.paid] = []
        stored.mapping[.amount] = ["payload.total"]
        let changed = try SourceEntry.read(
            Document(parsing: Array(#"{"name": "B"}"#.utf8)), .given("a"),
            over: stored.canonicalJSON)
        stored.name = "B"
        #expect(changed.source == stored)
    }

    @Test func `a stored source may be paused without saying it anew`() throws {
        let stored = try source(
            #"{"id": "a", "preset": "stripe", "secrets": ["0123456789abcdef"]}"#
        ).source
        let known = Known(source: { $0 == "a" ? stored.canonicalJSON : nil })
        let paused = try source(#"{"id": "a", "status": "paused"}"#, known: known)
        var expected = stored
        expected.status = .paused
        #expect(paused.source == expected)
        #expect(paused.secrets == nil)
    }

    @Test(arguments: [
        (#""scheme": "hmca""#, #"found "hmca"; allowed are "bearer", "github", "hmac""#),
        (#""preset": "Refgat""#, #"found "Refgat"; allowed are "refgate""#),
        (#""tolerance": 0"#, "found 0; allowed are 1 to 2592000"),
        (#""code_of": "both""#, #"allowed are "lead", "referrer""#),
        (#""campaign": 3"#, #"campaign "3" does not exist"#),
        (#""url": "ref.example""#, "an absolute http or https URL"),
        (#""status": "off""#, #"allowed are "active", "paused""#),
        (#""on_unmapped": "drop""#, #"found "drop"; allowed are "refuse", "keep""#),
        (#""each": 5"#, "found a whole number; expected a text"),
        (#""mapping": "x""#, "found a text; expected an object"),
        (
            #""mapping": {"code": "payload.code"}"#,
            #"unknown member "code"; known names are "event_id""#
        ),
        (#""mapping": {"goal": "payload."}"#, "invalid expression"),
        (#""mapping": {"amount": "\"5\""}"#, "invalid expression"),
        (#""signature": {"header": "X-A"}"#, "has no settings"),
        (#""scheme": "hmac", "signature": {"digest": "md5"}"#, #""md5" is not one of"#),
        (#""scheme": "square""#, "signs the source's public URL"),
        (#""scheme": "url-token""#, "this scheme does not use secrets"),
        (#""secrets": []"#, "needs at least one secret"),
        (#""secrets": "x""#, "found a text; expected a list"),
        (#""secrets": [""]"#, "the secret is empty"),
        (#""secrets": ["whsec_"]"#, "the secret is empty"),
        (#""secrets": ["whsec_c2hvcnQ="]"#, "the secret has 5 bytes; at least 16"),
        (#""secrets": ["whsec_***"]"#, "the secret is not base64"),
        (#""secrets": [{}]"#, #"member "secret" is missing"#),
        (#""secrets": [{"secret": 5}]"#, "found a whole number; expected a text"),
        (#""rate_limit": 5"#, #"unknown member "rate_limit""#),
    ]) func `a source that says what can't be is refused`(member: String, says: String) {
        // A repeated member is not JSON, so the second one replaces the first one.
        let name = member.dropFirst().prefix { $0 != "\"" }
        let said = [
            ("id", #""id": "acme""#), ("preset", #""preset": "refgate""#),
            ("secrets", #""secrets": ["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"]"#),
        ]
        let members = said.filter { $0.0 != name }.map(\.1) + [member]
        let found = TestSupport.mistakes(
            in: #"{"sources": [{\#(members.joined(separator: ", "))}]}"#)
        #expect(found.contains { $0.contains(says) }, "\(found)")
    }

    @Test func `a place is named, a secret never`() throws {
        let json = #"{"sources": [{"id": "a", "preset": "stripe", "secrets": ["tooshort"]}]}"#
        do {
            _ = try workspace(json)
            Issue.record("it must be refused")
        } catch let error as Mistakes {
            #expect(
                error.description == """
                    w:1:58: the secret has 8 bytes; at least 16 are needed
                      {"sources": [{"id": "a", "preset": "stripe", "secrets": [•••]}]}
                                                                               ^^^ Use a longer, \
                    random secret.
                    1 mistake

                    """)
            #expect(error.list[0].pointer == "/sources/0/secrets/0")
        }
    }

    @Test func `a mistyped name for secrets shows no secret either`() throws {
        let json =
            #"{"sources": [{"id": "a", "preset": "stripe", "secert": ["0123456789abcdef"]}]}"#
        do {
            _ = try workspace(json)
            Issue.record("it must be refused")
        } catch let error as Mistakes {
            #expect(!error.description.contains("0123456789abcdef"))
            #expect(error.description.contains(#"Did you mean "secrets"?"#))
        }
    }

    @Test func `an address that is the only secret is not chosen by hand`() {
        func mistakes(_ id: String) -> [String] {
            TestSupport.mistakes(
                in: #"{"sources": [{"id": "\#(id)", "preset": "referral-factory"}]}"#)
        }
        #expect(mistakes("src_0123456789abcdefghijAB").isEmpty)
        for id in ["factory", "src_short", "src_aaaaaaaaaaaaaaaaaaaaaa"] {
            #expect(mistakes(id).count == 1)
        }
    }

    @Test func `an id stands once`() {
        let one = #"{"id": "a", "preset": "refgate", "secrets": ["\#(secret)"]}"#
        #expect(
            TestSupport.mistakes(in: #"{"sources": [\#(one), \#(one)]}"#) == [
                #"w:1:110: source "a" is repeated, first in w:1; each source must be unique"#
            ])
    }

    @Test func `sealed secrets are read as they were written`() {
        let secrets = [
            SecretSpec("a\"b"),
            SecretSpec("c", expiresAt: Instant(rfc3339: "2026-01-01T00:00:00Z")),
        ]
        #expect(SealedSecrets.read(SealedSecrets.write(secrets)) == secrets)
        #expect(SealedSecrets.read([]) == nil)
        #expect(SealedSecrets.read(Array("{}".utf8)) == nil)
    }
}
