import HTTP
import Testing

@testable import Webhooks

@Suite struct SignatureFixtureTests {
    @Test(arguments: SignatureFixture.all)
    func `each delivery gets its verdict, for its reason`(_ one: SignatureFixture.Single) throws {
        #expect(try one.observed() == one.test.expect)
    }

    @Test(arguments: SignatureFixture.all.filter { $0.test.signs == true })
    func `a signer writes the headers that the sender wrote`(
        _ one: SignatureFixture.Single
    ) throws {
        let scheme = try one.makeScheme()
        let signer = try Signer(
            scheme, secrets: one.test.secrets.map(\.spec), url: one.test.url,
            minimumSecretBytes: one.minimumSecretBytes)
        let proof = try one.proof()
        let made = try signer.sign(
            id: proof.id?.text ?? "unused", at: proof.timestamp ?? one.now,
            method: one.test.method ?? "POST", body: one.body, fields: one.fields)
        let names = Set(made.map { $0.name.lowercased() })
        let written = one.test.headers.filter { names.contains($0[0].lowercased()) }
        #expect(
            Set(made.map { "\($0.name): \($0.value)" })
                == Set(written.map { "\($0[0]): \($0[1])" }))
        #expect(made.count == written.count)
    }

    @Test func `every named scheme has fixtures`() {
        #expect(Set(Scheme.named.keys).isSubset(of: Set(SignatureFixture.all.map(\.scheme))))
    }

    @Test func `every verdict is met in the fixtures`() {
        let met = Set(SignatureFixture.all.map(\.test.expect.verdict))
        let all: Set = [
            "valid", "config_error", "header_missing", "timestamp_malformed", "timestamp_too_old",
            "timestamp_in_future", "signature_malformed", "signature_mismatch", "key_expired",
            "id_malformed", "scheme_downgrade",
        ]
        #expect(met == all)
    }
}

extension SignatureFixture.Single {
    fileprivate func proof() throws -> Proof {
        let verifier = try Verifier(
            makeScheme(), secrets: test.secrets.map(\.spec), url: test.url,
            minimumSecretBytes: minimumSecretBytes)
        let verdict = try verifier.verify(
            fields: fields, method: test.method ?? "POST", body: body, now: now)
        guard case .valid(let proof) = verdict else {
            throw Refused(verdict: verdict)
        }
        return proof
    }

    private struct Refused: Error { var verdict: Verification }
}
