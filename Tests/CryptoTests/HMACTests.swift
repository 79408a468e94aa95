import Crypto
import Testing

@Suite struct HMACTests {
    @Test func `one context serves message after message`() throws {
        var hmac = try HMAC(.sha256, key: Array("key".utf8).span)
        let first = try hmac.tag(of: Array("one".utf8).span)
        let other = try hmac.tag(of: Array("two".utf8).span)
        #expect(!first.matches(other))
        #expect(try hmac.tag(of: Array("one".utf8).span).matches(first))
    }
}
