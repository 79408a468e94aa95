/// The ways in which a mail provider gives one mailbox several addresses.
///
/// Sources: the providers' help pages; the rules are those on which maintained libraries for such
/// comparisons agree (email-normalize, gabrola/email-normalizer). Domains of one provider whose
/// mailboxes may belong to different people, such as those of Outlook, are not joined.
struct MailProvider: Sendable {
    /// The domain under which the provider's mailboxes are compared; nil to keep each domain apart.
    var domain: String?
    /// The character that begins a tag after the name of the mailbox.
    var tag = UInt8(ascii: "+")
    /// The characters that the provider ignores within a name.
    var ignored: [UInt8] = []
    /// A character that the provider reads as another one.
    var alike: (from: UInt8, to: UInt8)?
    /// True if the name of a mailbox may be the first label of the domain instead.
    var hasNamedSubdomains = false

    /// The rules of a provider that is not known: a tag after a plus sign.
    static let other = MailProvider()

    /// Returns the rules of the provider of a domain in canonical form.
    static func of(_ domain: Substring) -> MailProvider {
        if let known = known[String(domain)] { return known }
        if domain.hasPrefix("yahoo.") { return yahoo }
        if let parent = parent(of: domain), fastmailDomains.contains(String(parent)) {
            return MailProvider(hasNamedSubdomains: true)
        }
        return other
    }

    /// The domain without its first label; nil if it has one label.
    static func parent(of domain: Substring) -> Substring? {
        domain.utf8.firstIndex(of: UInt8(ascii: ".")).map {
            domain[domain.utf8.index(after: $0)...]
        }
    }

    private static let google = MailProvider(domain: "gmail.com", ignored: [UInt8(ascii: ".")])
    private static let apple = MailProvider(domain: "icloud.com")
    private static let proton = MailProvider(
        domain: "proton.me",
        ignored: [UInt8(ascii: "."), UInt8(ascii: "-"), UInt8(ascii: "_")])
    private static let yandex = MailProvider(
        domain: "yandex.ru", alike: (UInt8(ascii: "-"), UInt8(ascii: ".")))
    /// A name at Yahoo has no hyphen; one begins the keyword of a disposable address.
    private static let yahoo = MailProvider(tag: UInt8(ascii: "-"))

    private static let fastmailDomains: Set<String> = ["fastmail.com", "fastmail.fm"]

    private static let known: [String: MailProvider] = {
        var known: [String: MailProvider] = [:]
        let providers: [(MailProvider, [String])] = [
            (google, ["gmail.com", "googlemail.com"]),
            (apple, ["icloud.com", "me.com", "mac.com"]),
            (proton, ["proton.me", "protonmail.com", "protonmail.ch", "pm.me"]),
            (
                yandex,
                [
                    "yandex.ru", "yandex.com", "yandex.by", "yandex.kz", "yandex.ua", "ya.ru",
                    "narod.ru",
                ]
            ),
            (yahoo, ["ymail.com", "rocketmail.com", "myyahoo.com"]),
        ]
        for (provider, domains) in providers {
            for domain in domains { known[domain] = provider }
        }
        return known
    }()
}
