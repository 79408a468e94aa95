import Sockets
import Testing

@Suite struct AddressTests {
    @Test(arguments: [
        ("127.0.0.1:8080", "127.0.0.1:8080"), ("0.0.0.0:0", "0.0.0.0:0"), ("[::1]:80", "[::1]:80"),
        ("localhost:65535", "127.0.0.1:65535"), ("[2001:db8:0:0::5]:1", "[2001:db8::5]:1"),
        ("[::ffff:10.0.0.1]:1", "10.0.0.1:1"),
    ])
    func `an address is read and written`(_ text: String, _ written: String) throws {
        #expect(try #require(Address(text)).description == written)
    }

    @Test(arguments: [
        "", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:+1", "127.0.0.1: 1", "::1:80",
        "[127.0.0.1]:80", "[::1:80", "example.com:80", "127.0.0.256:80", ":80", "[]:80",
    ])
    func `other text is no address`(_ text: String) {
        #expect(Address(text) == nil)
    }

    @Test func `IPv4 and IPv6 are kept apart`() throws {
        #expect(try #require(Address("10.0.0.1:1")).isIPv4)
        #expect(try #require(Address("[::1]:1")).isIPv4 == false)
        #expect(Address(ipv4: 0x7F00_0001, port: 7).host == "127.0.0.1")
    }
}
