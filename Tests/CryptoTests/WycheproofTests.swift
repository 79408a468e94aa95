import Crypto
import PublicSuites
import Testing

/// The published cases of C2SP/wycheproof: each verdict must be theirs.
@Suite(.enabled(if: Wycheproof.isThere, Comment(rawValue: PublicSuites.absence)))
struct WycheproofTests {
    @Test(arguments: [("hmac_sha256", Digest.sha256), ("hmac_sha512", Digest.sha512)])
    func `HMAC tags, full and truncated, are what Wycheproof says`(
        _ name: String, _ digest: Digest
    ) throws {
        let wrong = try Wycheproof(name).wrong { group, test in
            let key = try #require(Hex.decode(test.key ?? ""))
            let message = try #require(Hex.decode(test.msg))
            let tag = try #require(Hex.decode(test.tag ?? ""))
            let bits = try #require(group.tagSize)
            var hmac = try HMAC(digest, key: key.span)
            let computed = try hmac.tag(of: message.span).bytes.prefix(bits / 8)
            return ConstantTime.equal(Array(computed), tag)
        }
        #expect(wrong == [])
    }

    @Test func `Ed25519 signatures are judged as Wycheproof judges them`() throws {
        let wrong = try Wycheproof("ed25519").wrong { group, test in
            let bytes = try #require(Hex.decode(group.publicKey?.pk ?? ""))
            let message = try #require(Hex.decode(test.msg))
            let signature = try #require(Hex.decode(test.sig ?? ""))
            let key = try Ed25519.PublicKey(bytes: bytes)
            guard let candidate = SignatureBytes(signature.span) else { return false }
            return try key.accepts(candidate, over: message.span)
        }
        #expect(wrong == [])
    }

    @Test func `ECDSA signatures in DER are judged as Wycheproof judges them`() throws {
        let wrong = try Wycheproof("ecdsa_secp256r1_sha256").wrong { group, test in
            let bytes = try #require(Hex.decode(group.publicKeyDer ?? ""))
            let message = try #require(Hex.decode(test.msg))
            let signature = try #require(Hex.decode(test.sig ?? ""))
            let key = try P256.PublicKey(publicKeyInfo: bytes)
            guard let candidate = SignatureBytes(signature.span) else { return false }
            return try key.accepts(candidate, over: message.span)
        }
        #expect(wrong == [])
    }

    @Test func `ECDSA signatures of fixed width are judged as Wycheproof judges them`() throws {
        let wrong = try Wycheproof("ecdsa_secp256r1_sha256_p1363").wrong { group, test in
            let bytes = try #require(Hex.decode(group.publicKeyDer ?? ""))
            let message = try #require(Hex.decode(test.msg))
            let signature = try #require(Hex.decode(test.sig ?? ""))
            let key = try P256.PublicKey(publicKeyInfo: bytes)
            return try key.accepts(fixedWidth: signature.span, over: message.span)
        }
        #expect(wrong == [])
    }
}
