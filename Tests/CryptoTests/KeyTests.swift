import COpenSSL
import Crypto
import Testing

@Suite struct KeyTests {
    /// RFC 8032 section 7.1, tests 1 to 3.
    @Test(arguments: [
        (
            "9d61b19deffd5a60ba844af492ec2cc44449c5697b326919703bac031cae7f60",
            "d75a980182b10ab7d54bfed3c964073a0ee172f3daa62325af021a68f707511a", "",
            "e5564300c360ac729086e2cc806e828a84877f1eb8e5d974d873e06522490155"
                + "5fb8821590a33bacc61e39701cf9b46bd25bf5f0595bbe24655141438e7a100b"
        ),
        (
            "4ccd089b28ff96da9db6c346ec114e0f5b8a319f35aba624da8cf6ed4fb8a6fb",
            "3d4017c3e843895a92b70aa74d1b7ebc9c982ccf2ec4968cc0cd55f12af4660c", "72",
            "92a009a9f0d4cab8720e820b5f642540a2b27b5416503f8fb3762223ebdb69da"
                + "085ac1e43e15996e458f3613d0f11d8c387b2eaeb4302aeeb00d291612bb0c00"
        ),
        (
            "c5aa8df43f9f837bedb7442f31dcb7b166d38535076f094b85ce3a2e0b4458f7",
            "fc51cd8e6218a1a38da47ed00230f0580816ed13ba3303ac5deb911548908025", "af82",
            "6291d657deec24024827e69c3abe01a30ce548a284743a445e3680d7db5ac3ac"
                + "18ff9b538d16f290ae67f760984dc6594a7c15e9716ed28dc027beceea1ec40a"
        ),
    ])
    func `Ed25519 signs as the RFC does, from a seed and from the long form`(
        _ seed: String, _ publicKey: String, _ message: String, _ signature: String
    ) throws {
        let message = try #require(Hex.decode(message))
        for text in [seed, seed + publicKey] {
            let key = try Ed25519.PrivateKey(bytes: #require(Hex.decode(text)))
            #expect(Hex.encode(key.publicBytes) == publicKey)
            let made = try key.signature(of: message.span)
            #expect(Hex.encode(made.bytes) == signature)
            let verifier = try Ed25519.PublicKey(bytes: key.publicBytes)
            #expect(try verifier.accepts(made, over: message.span))
            #expect(try !verifier.accepts(made, over: (message + [0]).span))
        }
    }

    /// With R the neutral element and S zero the equation is left with the key alone.
    @Test(arguments: [
        "0000000000000000000000000000000000000000000000000000000000000000",
        "0100000000000000000000000000000000000000000000000000000000000000",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
        "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac03fa",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
        "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc85",
        "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
        "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    ])
    func `OpenSSL takes a forgery for a key of small order, so we know those keys`(
        _ text: String
    ) throws {
        let bytes = try #require(Hex.decode(text))
        #expect(Ed25519.PublicKey.isOfSmallOrder(bytes))
        let key = try Ed25519.PublicKey(bytes: bytes)
        let forgery = SignatureBytes(([1] + [UInt8](repeating: 0, count: 63)).span)
        let signature = try #require(forgery)
        let fits = try (0..<200).contains { number in
            try key.accepts(signature, over: [UInt8(number)].span)
        }
        #expect(fits)
    }

    @Test func `ordinary keys are not of small order`() throws {
        for _ in 0..<100 {
            let key = try Ed25519.PrivateKey(bytes: SecureRandom.bytes(32))
            #expect(!Ed25519.PublicKey.isOfSmallOrder(key.publicBytes))
        }
    }

    @Test func `a long private key whose halves don't belong together is refused`() throws {
        let bytes = [UInt8](repeating: 1, count: 64)
        #expect(throws: CryptoError.keyMalformed) { try Ed25519.PrivateKey(bytes: bytes) }
    }

    @Test(arguments: [0, 31, 33, 63, 65]) func `keys of other lengths are refused`(_ length: Int) {
        let bytes = [UInt8](repeating: 1, count: length)
        #expect(throws: CryptoError.keyLength(bytes: length)) {
            try Ed25519.PrivateKey(bytes: bytes)
        }
        #expect(throws: CryptoError.keyLength(bytes: length)) {
            try Ed25519.PublicKey(bytes: bytes)
        }
    }

    /// The key in SendGrid's documentation of its event webhook.
    private static let publicKeyInfo =
        "MFkwEwYHKoZIzj0CAQYIKoZIzj0DAQcDQgAE83T4O/n84iotIvIW4mdBgQ/7dAfSmpqIM8kF9mN1flpVKS3GRqe6"
        + "2gw+2fNNRaINXvVpiglSI8eNEc6wEA3F+g=="

    @Test func `a P-256 key is read whole or not at all`() throws {
        let bytes = try #require(Base64.decode(Self.publicKeyInfo))
        _ = try P256.PublicKey(publicKeyInfo: bytes)
        #expect(throws: CryptoError.keyMalformed) {
            try P256.PublicKey(publicKeyInfo: bytes + [0])
        }
        for length in 0..<bytes.count {
            #expect(throws: CryptoError.keyMalformed) {
                try P256.PublicKey(publicKeyInfo: Array(bytes.prefix(length)))
            }
        }
    }

    /// Made with `openssl genpkey`; an Ed25519 key and one on the curve P-384.
    @Test(arguments: [
        "MCowBQYDK2VwAyEAfU0Of2FTpptiQrUiq77mhf2kQg+INLEIw72uNp71Sfo=",
        "MHYwEAYHKoZIzj0CAQYFK4EEACIDYgAEq/H0w0KLakedM/xdaXCr9Ap2+lNgilopZ6z9E6R/kAQQKUxB"
            + "4SqqRRaGZ+UvyJdvhlOGLzNV1RnKuhjTA0ioxXlx61NBGQsSDGXwZWuPXk4WrG1aRIGmPRcKst3BZ2jZ",
    ])
    func `a key of another kind is refused`(_ text: String) throws {
        let bytes = try #require(Base64.decode(text))
        #expect(throws: CryptoError.keyMalformed) { try P256.PublicKey(publicKeyInfo: bytes) }
    }

    @Test func `a refused signature or key leaves no error for others to stumble on`() throws {
        let key = try P256.PublicKey(publicKeyInfo: #require(Base64.decode(Self.publicKeyInfo)))
        let notDER = Hex.decodeSignature("300102".utf8.span)
        let wrong = try #require(notDER)
        #expect(try !key.accepts(wrong, over: [1].span))
        #expect(ERR_peek_error() == 0)
        _ = try? P256.PublicKey(publicKeyInfo: [1, 2, 3])
        #expect(ERR_peek_error() == 0)
        _ = try? AESGCM.open([UInt8](repeating: 0, count: 40), key: [UInt8](0..<32))
        #expect(ERR_peek_error() == 0)
    }
}
