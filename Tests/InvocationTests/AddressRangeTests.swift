import Sockets
import Testing

@Suite struct AddressRangeTests {
    @Test(arguments: [
        ("10.0.0.0/8", "10.0.0.0/8"), ("127.0.0.1", "127.0.0.1/32"), ("0.0.0.0/0", "0.0.0.0/0"),
        ("192.0.2.128/25", "192.0.2.128/25"), ("::1", "::1/128"), ("fc00::/7", "fc00::/7"),
        ("::/0", "::/0"), ("2001:db8::/64", "2001:db8::/64"), ("2001:db8::8000:0:0:0/64", nil),
        ("::ffff:10.0.0.0/104", "10.0.0.0/8"),
        ("10.0.0.1/8", nil), ("10.0.0.0/33", nil), ("10.0.0.0/", nil), ("10.0.0.0/08", nil),
        ("10.0.0.0/-1", nil), ("10.0.0.0/8/8", nil), ("10/8", nil), ("::/129", nil), ("", nil),
        ("localhost", nil), ("fe80::1%lo", nil),
    ]) func `a range is read, or refused`(text: String, written: String?) {
        #expect(AddressRange(text)?.description == written)
    }

    @Test(arguments: [
        ("10.0.0.0/8", "10.255.255.255", true), ("10.0.0.0/8", "11.0.0.0", false),
        ("10.0.0.0/8", "9.255.255.255", false), ("127.0.0.1", "127.0.0.1", true),
        ("127.0.0.1", "127.0.0.2", false), ("0.0.0.0/0", "8.8.8.8", true),
        ("0.0.0.0/0", "::1", false), ("::/0", "8.8.8.8", true), ("::1", "::1", true),
        ("fc00::/7", "fdff::1", true), ("fc00::/7", "fe00::", false),
        ("2001:db8::/64", "2001:db8::ffff:ffff:ffff:ffff", true),
        ("2001:db8::/64", "2001:db8:0:1::", false), ("10.0.0.0/8", "::ffff:10.1.2.3", true),
    ]) func `an address lies in a range or not`(range: String, host: String, isInside: Bool) throws
    {
        let range = try #require(AddressRange(range))
        let address = try #require(Address(host: host, port: 443))
        #expect(range.contains(address) == isInside)
    }
}
