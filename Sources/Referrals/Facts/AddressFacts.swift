/// The results of comparing e-mail addresses and ids, so that a decision needs no address and none
/// is stored with it.
package struct AddressFacts: Equatable, Sendable {
    /// The likeness of the referrer's address to the lead's or the event's, whichever is closer.
    package var likeness: Likeness
    /// True for a disposable address; nil if the check is off or no address is known.
    package var isDisposable: Bool?
    /// True if an address or id of the lead or the referrer is on the campaign's blocklist.
    package var isBlocklisted: Bool

    /// Creates the results from their parts.
    package init(
        likeness: Likeness = .unknown, isDisposable: Bool? = nil, isBlocklisted: Bool = false
    ) {
        self.likeness = likeness
        self.isDisposable = isDisposable
        self.isBlocklisted = isBlocklisted
    }

    /// Compares the addresses of an event, its lead and its referrer under a campaign's risk
    /// settings.
    package init(
        of event: QualifyingEvent, lead: Participant?, referrer: Participant?, lists: AddressLists?
    ) {
        self.init()
        let referrerEmail = referrer?.email.flatMap { EmailAddress($0) }
        let leadEmail = lead?.email.flatMap { EmailAddress($0) }
        // Most events only repeat the lead's stored address.
        let isRepeated = lead?.email.flatMap { known in event.email.map { same($0, known) } }
        let eventEmail = isRepeated == true ? nil : event.email.flatMap { EmailAddress($0) }
        if let referrerEmail {
            for email in [leadEmail, eventEmail] {
                guard let email else { continue }
                likeness = max(likeness, email.likeness(to: referrerEmail))
            }
        }
        guard let lists else { return }
        if let disposable = lists.disposable, leadEmail != nil || eventEmail != nil {
            isDisposable = [leadEmail, eventEmail].contains {
                $0.map { disposable.contains(domainOf: $0) } ?? false
            }
        }
        if !lists.blocklist.isEmpty {
            isBlocklisted =
                [leadEmail, eventEmail, referrerEmail].contains {
                    $0.map { lists.blocklist.contains(email: $0) } ?? false
                }
                || [lead?.customer, event.customer, referrer?.customer].contains {
                    $0.map { lists.blocklist.contains(customer: $0) } ?? false
                }
        }
    }
}
