import MailDomains

/// The checks for abuse of a campaign. All are off by default, except self-referral by e-mail.
package struct Risk: Equatable, Sendable {
    /// The comparison by which referrer and lead count as the same person.
    package enum SelfReferral: String, CaseIterable, Sendable {
        /// The same address, regardless of letter case.
        case email
        /// Also addresses that reach the same mailbox by the rules of its provider, and one
        /// customer of the partner.
        case alias
        case off
    }

    /// The maximum number of conversions of one referrer within a time window.
    package struct Velocity: Equatable, Sendable {
        /// The maximum number of conversions.
        package var count: Int
        /// The length of the time window.
        package var window: Duration

        /// Creates a limit.
        package init(count: Int, window: Duration) {
            self.count = count
            self.window = window
        }
    }

    /// The disposable mail domains that hold a conversion.
    package enum Disposable: Equatable, Sendable {
        case off
        /// The well-known domains and these.
        case known(adding: [String])
    }

    /// The comparison by which referrer and lead count as the same person.
    package var selfReferral: SelfReferral
    /// The limit on a referrer's conversions; nil if the check is off.
    package var velocity: Velocity?
    /// The least number of seconds between joining and goal; nil if the check is off.
    package var minSecondsSinceJoin: Int64?
    /// The disposable mail domains that hold a conversion.
    package var disposableEmail: Disposable
    /// The e-mail addresses, domains and partners' ids of customers that hold a conversion.
    package var blocklist: [String]

    /// Creates the settings of the checks.
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

/// The lists of a campaign's checks for abuse, prepared for lookups.
package struct AddressLists: Equatable, Sendable {
    /// The disposable mail domains that hold a conversion; nil if the check is off.
    package let disposable: DisposableDomains?
    /// The addresses, domains and ids that hold a conversion.
    package let blocklist: Blocklist

    /// Prepares the lists of a campaign's checks.
    package init(_ risk: Risk) {
        disposable =
            switch risk.disposableEmail {
            case .off: nil
            case .known(let added): DisposableDomains(adding: added)
            }
        blocklist = Blocklist(risk.blocklist)
    }
}

/// Returns the domain of an entry such as `@example.com`.
private func listedDomain(_ entry: String) -> Substring {
    let entry = trimmed(entry)
    return entry.utf8.first == UInt8(ascii: "@") ? entry.dropFirst() : entry[...]
}

/// Mail domains that provide disposable addresses: the well-known ones, and those that the
/// campaign adds.
package struct DisposableDomains: Equatable, Sendable {
    private let added: Set<String>

    /// Creates the list of the well-known domains and these.
    package init(adding domains: [String] = []) {
        added = Set(
            domains.map { DomainName.canonical(listedDomain($0)) ?? asciiLowercased($0) })
    }

    /// True if the domain of the address, or one of its parent domains, is in the list.
    package func contains(domainOf email: EmailAddress) -> Bool {
        email.domains.contains { added.contains($0) || DisposableMail.contains($0) }
    }
}

/// The people a campaign does not trust: e-mail addresses, domains (`example.com` or
/// `@example.com`, subdomains included), and partners' ids of customers.
package struct Blocklist: Equatable, Sendable {
    private let entries: Set<String>

    /// Creates a list from addresses, domains and ids of customers.
    package init(_ entries: [String]) {
        var known: Set<String> = []
        for entry in entries {
            // Any entry may be a partner's id of a customer, even if it has the form of a domain.
            known.insert(asciiLowercased(entry))
            if let email = EmailAddress(entry) {
                known.insert(email.canonical)
            } else if let domain = DomainName.canonical(listedDomain(entry)) {
                known.insert(domain)
            }
        }
        self.entries = known
    }

    /// True if the list has no entries.
    package var isEmpty: Bool { entries.isEmpty }

    /// True if the address, its domain or a parent domain is listed.
    package func contains(email: EmailAddress) -> Bool {
        entries.contains(email.canonical) || email.domains.contains { entries.contains($0) }
    }

    /// True if the partner's id of a customer is listed.
    package func contains(customer: String) -> Bool {
        entries.contains(asciiLowercased(customer))
    }
}
