import Crypto
import Testing

@Suite struct DigestTests {
    /// FIPS 180-4 examples and the empty text.
    @Test(arguments: [
        ("", "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"),
        ("abc", "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"),
        (
            "abcdbcdecdefdefgefghfghighijhijkijkljklmklmnlmnomnopnopq",
            "248d6a61d20638b8e5c026930c3e6039a33ce45964ff2167f6ecedd419db06c1"
        ),
    ])
    func `SHA-256 gives the published digests`(_ text: String, _ expected: String) throws {
        #expect(try Hex.encode(SHA256.digest(of: Array(text.utf8))) == expected)
    }

    @Test func `random bytes come in the wanted number and never twice`() throws {
        #expect(SecureRandom.bytes(0) == [])
        var seen: Set<[UInt8]> = []
        for _ in 0..<1000 {
            let bytes = SecureRandom.bytes(16)
            #expect(bytes.count == 16)
            #expect(seen.insert(bytes).inserted)
        }
    }

    @Test func `equality sees every byte and the length`() {
        let bytes = [UInt8](0..<40)
        #expect(ConstantTime.equal(bytes, bytes))
        #expect(ConstantTime.equal([], []))
        #expect(!ConstantTime.equal(bytes, Array(bytes.dropLast())))
        #expect(!ConstantTime.equal(bytes, []))
        for index in bytes.indices {
            var changed = bytes
            changed[index] ^= 0x80
            #expect(!ConstantTime.equal(bytes, changed))
        }
    }
}
