/// The risk checks of a campaign. All are off unless set, except self-referral by e-mail.
package struct Risk: Equatable, Sendable {
    package enum SelfReferral: String, CaseIterable, Sendable {
        /// The same address, letter case aside.
        case email
        /// Also addresses that reach the same mailbox: plus-addressing, and dots at Gmail.
        case alias
        case off
    }

    /// At most so many conversions of one referrer in so long a time.
    package struct Velocity: Equatable, Sendable {
        package var count: Int
        package var window: Duration

        package init(count: Int, window: Duration) {
            self.count = count
            self.window = window
        }
    }

    /// Which throw-away mail domains hold a conversion.
    package enum Disposable: Equatable, Sendable {
        case off
        /// The well-known ones and these.
        case known(adding: [String])
    }

    package var selfReferral: SelfReferral
    package var velocity: Velocity?
    /// A goal reached sooner after joining is implausible.
    package var minSecondsSinceJoin: Int64?
    package var disposableEmail: Disposable
    /// E-mail addresses, domains and partners' ids of customers that hold a conversion.
    package var blocklist: [String]

    package init(
        selfReferral: SelfReferral = .email, velocity: Velocity? = nil,
        minSecondsSinceJoin: Int64? = nil, disposableEmail: Disposable = .off,
        blocklist: [String] = []
    ) {
        self.selfReferral = selfReferral
        self.velocity = velocity
        self.minSecondsSinceJoin = minSecondsSinceJoin
        self.disposableEmail = disposableEmail
        self.blocklist = blocklist
    }
}

/// The lists of a campaign's risk checks in the form in which addresses are looked up in them.
package struct AddressLists: Equatable, Sendable {
    /// The throw-away mail domains that hold a conversion; nil where the check is off.
    package let disposable: DisposableDomains?
    package let blocklist: Blocklist

    package init(_ risk: Risk) {
        disposable =
            switch risk.disposableEmail {
            case .off: nil
            case .known(let added): DisposableDomains(adding: added)
            }
        blocklist = Blocklist(risk.blocklist)
    }
}

/// The domain of an entry such as `@example.com`.
private func listedDomain(_ entry: String) -> Substring {
    let entry = trimmed(entry)
    return entry.utf8.first == UInt8(ascii: "@") ? entry.dropFirst() : entry[...]
}

/// E-mail domains that give out addresses for minutes: a few well-known ones, and those handed in.
package struct DisposableDomains: Equatable, Sendable {
    private let added: Set<String>

    package init(adding domains: [String] = []) {
        added = Set(
            domains.map { DomainName.canonical(listedDomain($0)) ?? asciiLowercased($0) })
    }

    /// Whether the domain, or a domain above it, is one of them.
    package func contains(domainOf email: EmailAddress) -> Bool {
        email.domains.contains { Self.known.contains($0) || added.contains($0) }
    }

    private static let known: Set<String> = [
        "10minutemail.com", "discard.email", "dispostable.com", "emailondeck.com", "fakeinbox.com",
        "getairmail.com", "getnada.com", "grr.la", "guerrillamail.com", "guerrillamail.info",
        "guerrillamail.net", "guerrillamail.org", "mailcatch.com", "maildrop.cc", "mailinator.com",
        "mailnesia.com", "mintemail.com", "moakt.com", "mohmal.com", "mytemp.email",
        "sharklasers.com",
        "spamgourmet.com", "temp-mail.io", "temp-mail.org", "tempail.com", "tempmail.dev",
        "tempmailo.com", "tempr.email", "throwawaymail.com", "trashmail.com", "trashmail.de",
        "yopmail.com", "yopmail.fr", "yopmail.net",
    ]
}

/// Whom a campaign's owner doesn't trust: e-mail addresses, domains (`example.com` or `@example.com`,
/// those below included), and partners' ids of customers.
package struct Blocklist: Equatable, Sendable {
    private let entries: Set<String>

    package init(_ entries: [String]) {
        var known: Set<String> = []
        for entry in entries {
            // An entry may be a partner's id of a customer, whatever else it looks like.
            known.insert(asciiLowercased(entry))
            if let email = EmailAddress(entry) {
                known.insert(email.canonical)
            } else if let domain = DomainName.canonical(listedDomain(entry)) {
                known.insert(domain)
            }
        }
        self.entries = known
    }

    package var isEmpty: Bool { entries.isEmpty }

    package func contains(email: EmailAddress) -> Bool {
        entries.contains(email.canonical) || email.domains.contains { entries.contains($0) }
    }

    package func contains(customer: String) -> Bool {
        entries.contains(asciiLowercased(customer))
    }
}
