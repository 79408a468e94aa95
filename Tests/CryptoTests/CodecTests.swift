import Crypto
import Testing

@Suite struct CodecTests {
    /// RFC 4648 section 10.
    static let published: [(plain: String, base64: String, hex: String)] = [
        ("", "", ""), ("f", "Zg==", "66"), ("fo", "Zm8=", "666f"), ("foo", "Zm9v", "666f6f"),
        ("foob", "Zm9vYg==", "666f6f62"), ("fooba", "Zm9vYmE=", "666f6f6261"),
        ("foobar", "Zm9vYmFy", "666f6f626172"),
    ]

    @Test(arguments: published)
    func `the RFC's texts are written and read`(_ plain: String, _ base64: String, _ hex: String) {
        let bytes = Array(plain.utf8)
        #expect(Base64.encode(bytes) == base64)
        #expect(Base64.decode(base64) == bytes)
        #expect(Base64.decodeSignature(base64.utf8.span)?.bytes == bytes)
        #expect(Hex.encode(bytes) == hex)
        #expect(Hex.decode(hex) == bytes)
        #expect(Hex.decode(hex.uppercased()) == bytes)
        #expect(Hex.decodeSignature(hex.utf8.span)?.bytes == bytes)
    }

    @Test func `every byte survives in every position`() {
        for length in 0...6 {
            for value in UInt8.min...UInt8.max {
                let bytes = [UInt8](repeating: value, count: length)
                #expect(Base64.decode(Base64.encode(bytes)) == bytes)
                #expect(Hex.decode(Hex.encode(bytes)) == bytes)
            }
        }
    }

    @Test(arguments: [
        "Zg", "Zm8", "Zg=", "Z", "Z===", "Zg==Zg==", "Zm=v", "====", "=", "Zh==", "Zm9=",
        "Zm9v\n", " Zm9v", "Zm 9v", "Zm-v", "Zm_v", "Zmév", "Zm9v====",
    ])
    func `base64 that has another spelling is refused`(_ text: String) {
        #expect(Base64.decode(text) == nil)
        #expect(Base64.decodeSignature(text.utf8.span) == nil)
    }

    @Test(arguments: [("Zg", "f"), ("Zm8", "fo"), ("Zm8=", "fo"), ("Zh==", "f"), ("Zm9", "fo")])
    func `a secret may lack its padding and carry unused bits`(_ text: String, _ plain: String) {
        #expect(Base64.decode(text, .unpadded) == Array(plain.utf8))
    }

    @Test(arguments: [
        "Z", "Zm9vY", "Zg=", "Z===", "=", "====", "Zm=v", "Zm9v\n", "Zm 9v", "Zm-v", "Zm_v",
    ])
    func `a secret with a foreign character is never shortened`(_ text: String) {
        #expect(Base64.decode(text, .unpadded) == nil)
    }

    @Test(arguments: ["6", "666", "6g", "0x66", " 66", "66 ", "６６", "6-"])
    func `hex with an odd digit or a foreign character is refused`(_ text: String) {
        #expect(Hex.decode(text) == nil)
        #expect(Hex.decodeSignature(text.utf8.span) == nil)
    }

    @Test func `a signature is read up to its limit and no further`() {
        let largest = [UInt8](repeating: 7, count: SignatureBytes.capacity)
        let larger = largest + [7]
        #expect(Hex.decodeSignature(Hex.encode(largest).utf8.span)?.bytes == largest)
        #expect(Hex.decodeSignature(Hex.encode(larger).utf8.span) == nil)
        #expect(Base64.decodeSignature(Base64.encode(largest).utf8.span)?.bytes == largest)
        #expect(Base64.decodeSignature(Base64.encode(larger).utf8.span) == nil)
        #expect(SignatureBytes(largest.span)?.bytes == largest)
        #expect(SignatureBytes(larger.span) == nil)
    }
}
