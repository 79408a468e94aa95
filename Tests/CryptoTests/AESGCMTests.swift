import Testing

@testable import Crypto

@Suite struct AESGCMTests {
    private static let key = [UInt8](0..<32)

    /// McGrew and Viega, "The Galois/Counter Mode of Operation", test cases 13 to 16: AES-256 with a
    /// nonce of 96 bits.
    struct Published: Sendable {
        var key: String
        var plain: String
        var context: String
        var nonce: String
        var sealed: String
    }

    static let published = [
        Published(
            key: String(repeating: "00", count: 32), plain: "", context: "",
            nonce: String(repeating: "00", count: 12), sealed: "530f8afbc74536b9a963b4f1c4cb738b"),
        Published(
            key: String(repeating: "00", count: 32), plain: String(repeating: "00", count: 16),
            context: "", nonce: String(repeating: "00", count: 12),
            sealed: "cea7403d4d606b6e074ec5d3baf39d18d0d1c8a799996bf0265b98b5d48ab919"),
        Published(
            key: "feffe9928665731c6d6a8f9467308308feffe9928665731c6d6a8f9467308308",
            plain: "d9313225f88406e5a55909c5aff5269a86a7a9531534f7da2e4c303d8a318a72"
                + "1c3c0c95956809532fcf0e2449a6b525b16aedf5aa0de657ba637b39",
            context: "feedfacedeadbeeffeedfacedeadbeefabaddad2",
            nonce: "cafebabefacedbaddecaf888",
            sealed: "522dc1f099567d07f47f37a32a84427d643a8cdcbfe5c0c97598a2bd2555d1aa"
                + "8cb08e48590dbb3da7b08b1056828838c5f61e6393ba7a0abcc9f662"
                + "76fc6ece0f4e1768cddf8853bb2d551b"),
    ]

    @Test(arguments: published)
    func `the published vectors come out and open again`(_ vector: Published) throws {
        let key = try #require(Hex.decode(vector.key))
        let plain = try #require(Hex.decode(vector.plain))
        let context = try #require(Hex.decode(vector.context))
        let nonce = try #require(Hex.decode(vector.nonce))
        let sealed = try AESGCM.seal(plain, key: key, context: context, nonce: nonce)
        #expect(Hex.encode(sealed) == vector.nonce + vector.sealed)
        #expect(try AESGCM.open(sealed, key: key, context: context) == plain)
    }

    @Test func `sealing twice gives two texts`() throws {
        let plain = Array("whsec_secret".utf8)
        let one = try AESGCM.seal(plain, key: Self.key)
        let other = try AESGCM.seal(plain, key: Self.key)
        #expect(one != other)
        #expect(try AESGCM.open(one, key: Self.key) == AESGCM.open(other, key: Self.key))
    }

    @Test func `changing any bit, or cutting anywhere, is noticed`() throws {
        let sealed = try AESGCM.seal(
            Array("secret".utf8), key: Self.key, context: Array("src_1".utf8))
        for index in sealed.indices {
            for bit in 0..<8 {
                var changed = sealed
                changed[index] ^= 1 << bit
                #expect(throws: CryptoError.notAuthentic) {
                    try AESGCM.open(changed, key: Self.key, context: Array("src_1".utf8))
                }
            }
        }
        for length in 0..<sealed.count {
            #expect(throws: CryptoError.notAuthentic) {
                try AESGCM.open(
                    Array(sealed.prefix(length)), key: Self.key, context: Array("src_1".utf8))
            }
        }
    }

    @Test func `another key or another context opens nothing`() throws {
        let sealed = try AESGCM.seal(
            Array("secret".utf8), key: Self.key, context: Array("src_1".utf8))
        #expect(throws: CryptoError.notAuthentic) {
            try AESGCM.open(sealed, key: Self.key.reversed(), context: Array("src_1".utf8))
        }
        #expect(throws: CryptoError.notAuthentic) {
            try AESGCM.open(sealed, key: Self.key, context: Array("src_2".utf8))
        }
        #expect(throws: CryptoError.notAuthentic) { try AESGCM.open(sealed, key: Self.key) }
    }

    @Test(arguments: [0, 16, 31, 33]) func `a key of another length is refused`(_ length: Int) {
        #expect(throws: CryptoError.keyLength(bytes: length)) {
            try AESGCM.seal([1], key: [UInt8](repeating: 1, count: length))
        }
    }
}
