import Referrals
import Testing

@Suite struct ReferralLinkTests {
    @Test(arguments: [
        ("https://example.org", "https://example.org?ref=ADA-1"),
        ("https://example.org/join", "https://example.org/join?ref=ADA-1"),
        ("https://example.org/join?", "https://example.org/join?ref=ADA-1"),
        ("https://example.org/join?a=1", "https://example.org/join?a=1&ref=ADA-1"),
        ("https://example.org/join?a=1&", "https://example.org/join?a=1&ref=ADA-1"),
        ("https://example.org/join#top", "https://example.org/join?ref=ADA-1#top"),
        ("https://example.org/join?a=1#top", "https://example.org/join?a=1&ref=ADA-1#top"),
        ("https://example.org/#/join?a=1", "https://example.org/?ref=ADA-1#/join?a=1"),
        ("https://example.org/join?ref=", "https://example.org/join?ref=ADA-1"),
        ("https://example.org/join?ref", "https://example.org/join?ref=ADA-1"),
        ("https://example.org/join?ref=x&a=1", "https://example.org/join?a=1&ref=ADA-1"),
        ("https://example.org/join?r%65f=x&ref=y", "https://example.org/join?ref=ADA-1"),
        ("https://example.org/join?refer=x", "https://example.org/join?refer=x&ref=ADA-1"),
        ("https://example.org/join?a=%zz&b=?", "https://example.org/join?a=%zz&b=?&ref=ADA-1"),
        ("https://example.org/join#", "https://example.org/join?ref=ADA-1#"),
    ])
    func `the code stands in the query once, before the fragment`(
        _ base: String, _ link: String
    ) {
        #expect(ReferralLink.text(base: base, code: "ADA-1") == link)
    }
}
