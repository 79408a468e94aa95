import Testing

@testable import HTTP

@Suite struct ScanningTests {
    @Test func `the sets hold the bytes of their grammar`() {
        let alphanumeric = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
        for (set, extra) in [
            (ByteSet.token, "!#$%&'*+-.^_`|~"), (.path, "-._~!$&'()*+,;=:@/%"),
            (.query, "-._~!$&'()*+,;=:@/%?[]{}|\\^`"), (.registeredName, "-._~!$&'()*+;=%"),
        ] {
            let members = Set((alphanumeric + extra).utf8)
            for byte in UInt8.min...UInt8.max {
                #expect(set.contains(byte) == members.contains(byte), "\(byte) in \(extra)")
            }
        }
    }

    @Test func `each byte is judged alike at each place of a word`() {
        for byte in UInt8.min...UInt8.max {
            for place in 0..<17 {
                var bytes = [UInt8](repeating: UInt8(ascii: "a"), count: 17)
                bytes[place] = byte
                let isControl = byte < 0x20 && byte != 0x09 || byte == 0x7F
                #expect(bytes.span.firstControl(in: 0..<17) == (isControl ? place : 17))
                let isToken = ByteSet.token.contains(byte)
                #expect(bytes.span.endOfToken(in: 0..<17) == (isToken ? 17 : place))
                #expect(bytes.span.endOfToken(in: 0..<place) == place)
            }
        }
    }

    @Test func `only upper-case letters are lowered`() {
        for byte in UInt8.min...UInt8.max {
            let word = UInt64(byte) << 24 | 0x5A41_0000_0000_5B40
            let lowered = word | Word.upperCase(in: word)
            #expect(UInt8(truncatingIfNeeded: lowered >> 24) == ASCII.lowercased(byte))
            #expect(lowered >> 48 == 0x7A61)
            #expect(lowered & 0xFFFF == 0x5B40)
        }
    }
}
