import Testing

@testable import HTTP

@Suite struct ScanningTests {
    @Test func `the sets hold the octets of their grammar`() {
        let alphanumeric = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
        for (set, extra) in [
            (OctetSet.token, "!#$%&'*+-.^_`|~"), (.path, "-._~!$&'()*+,;=:@/%"),
            (.query, "-._~!$&'()*+,;=:@/%?[]{}|\\^`"), (.registeredName, "-._~!$&'()*+;=%"),
        ] {
            let members = Set((alphanumeric + extra).utf8)
            for octet in UInt8.min...UInt8.max {
                #expect(set.contains(octet) == members.contains(octet), "\(octet) in \(extra)")
            }
        }
    }

    @Test func `each octet is judged alike at each place of a word`() {
        for octet in UInt8.min...UInt8.max {
            for place in 0..<17 {
                var octets = [UInt8](repeating: UInt8(ascii: "a"), count: 17)
                octets[place] = octet
                let isControl = octet < 0x20 && octet != 0x09 || octet == 0x7F
                #expect(octets.span.firstControl(in: 0..<17) == (isControl ? place : 17))
                let isToken = OctetSet.token.contains(octet)
                #expect(octets.span.endOfToken(in: 0..<17) == (isToken ? 17 : place))
                #expect(octets.span.endOfToken(in: 0..<place) == place)
            }
        }
    }

    @Test func `only upper-case letters are lowered`() {
        for octet in UInt8.min...UInt8.max {
            let word = UInt64(octet) << 24 | 0x5A41_0000_0000_5B40
            let lowered = word | Word.upperCase(in: word)
            #expect(UInt8(truncatingIfNeeded: lowered >> 24) == ASCII.lowercased(octet))
            #expect(lowered >> 48 == 0x7A61)
            #expect(lowered & 0xFFFF == 0x5B40)
        }
    }
}
