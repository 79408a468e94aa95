import Crypto
import Testing

@Suite struct HMACTests {
    /// RFC 2202 section 3 (SHA-1) and RFC 4231 section 4 (SHA-2), test case 2.
    @Test(arguments: [
        (Digest.sha1, "effcdf6ae5eb2fa2d27416d5f184df9c259a7c79"),
        (.sha256, "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843"),
        (
            .sha512,
            "164b7a7bfcf819e2e395fbe73b56e0a387bd64222e831fd610270cd7ea250554"
                + "9758bf75c05a994a6d034f65f8f0e6fdcaeab1a34d4a6b4b636e070a38bce737"
        ),
    ])
    func `the RFCs' tags come out`(_ digest: Digest, _ expected: String) throws {
        var hmac = try HMAC(digest, key: Array("Jefe".utf8).span)
        let tag = try hmac.tag(of: Array("what do ya want for nothing?".utf8).span)
        #expect(Hex.encode(tag.bytes) == expected)
    }

    @Test func `one key serves message after message, whole or in pieces`() throws {
        var hmac = try HMAC(.sha256, key: Array("a key of sixteen".utf8).span)
        let whole = try hmac.tag(of: Array("one and two".utf8).span)
        let other = try hmac.tag(of: Array("something else".utf8).span)
        try hmac.begin()
        for piece in ["one", "", " and ", "two"] { try hmac.update(Array(piece.utf8).span) }
        let pieced = try hmac.finish()
        #expect(pieced.matches(whole))
        #expect(!other.matches(whole))
    }

    @Test func `a message that was given up leaves nothing behind`() throws {
        var hmac = try HMAC(.sha256, key: Array("a key of sixteen".utf8).span)
        let clean = try hmac.tag(of: Array("message".utf8).span)
        try hmac.begin()
        try hmac.update(Array("half of ano".utf8).span)
        #expect(try hmac.tag(of: Array("message".utf8).span).matches(clean))
    }

    @Test func `an empty key is refused`() {
        #expect(throws: CryptoError.keyLength(bytes: 0)) {
            _ = try HMAC(.sha256, key: [UInt8]().span)
        }
    }

    @Test func `no text shows a tag's bytes`() throws {
        var hmac = try HMAC(.sha256, key: Array("a key of sixteen".utf8).span)
        let tag = try hmac.tag(of: Array("message".utf8).span)
        var dumped = ""
        dump(tag, to: &dumped)
        for text in ["\(tag)", String(describing: tag), String(reflecting: tag), dumped] {
            #expect(!text.contains(String(tag.bytes[0])) || tag.bytes[0] == 32, "\(text)")
            #expect(text.contains("32 bytes"))
        }
    }
}
