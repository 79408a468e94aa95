import Database
import Ledger
import Referrals
import Storage
import Time

/// Explains from the stored rows why a person did or did not get a reward: on a reader's
/// connection, at any time.
package final class Explainer {
    let store: Store
    let lookup: Lookup
    let rederivation: Rederivation
    let waiting: WaitingList
    let now: Instant
    private let campaignVersions: Rederivation.Campaigns
    /// The campaigns and sources that the explanation has read; empty between two of them.
    private var campaigns: [ID<Campaign>: Catalog.CampaignRow] = [:]
    private var sources: [ID<Referrals.Source>: Catalog.SourceRow] = [:]

    /// The number of events described in full; beyond it, an explanation says that there are more.
    package static let eventLimit = 20

    /// Makes an explainer over a store, with the readers of versions.
    package init(
        _ store: Store, now: Instant, campaign: @escaping Rederivation.Campaigns,
        source: @escaping Rederivation.SourceVersions
    ) throws(StorageError) {
        self.store = store
        self.now = now
        lookup = store.lookup
        rederivation = try Rederivation(store, campaign: campaign, source: source)
        waiting = try store.audit.waitingList()
        campaignVersions = campaign
    }

    /// Explains within one account, from one snapshot. Rows of another account are not found.
    package func explain(_ query: Explanation.Query, account: ID<Account>) throws -> Explanation {
        try store.snapshot { try answer(query, account) }
    }

    private func answer(
        _ query: Explanation.Query, _ account: ID<Account>
    ) throws(StorageError) -> Explanation {
        defer { (campaigns, sources) = ([:], [:]) }
        switch query {
        case .code(let text): return try explain(code: text, query, account)
        case .email(let text): return try explain(email: text, query, account)
        case .event(let number): return try explain(event: ID(number), query, account)
        case .businessKey(let key): return try explain(key: trimmed(key), query, account)
        case .customer(let text): return try explain(customer: text, query, account)
        }
    }

    // MARK: By person

    private func explain(
        code text: String, _ query: Explanation.Query, _ account: ID<Account>
    ) throws(StorageError) -> Explanation {
        let carrying = try events(named: [.code(named: text)], account)
        guard let code = ReferralCode(text) else {
            var explanation = Explanation(
                query,
                summary:
                    "“\(text)” cannot be a referral code: a code has up to 64 letters, digits, full stops,"
                    + " hyphens and underscores, beginning with a letter or digit.")
            try addEvents(carrying, in: &explanation)
            return explanation
        }
        if let row = try store.participants.find(code: code.text, account: account) {
            return try explain([row.participant.id], query, and: carrying)
        }
        return try explain(unknown: code, query, account, carrying)
    }

    private func explain(
        unknown code: ReferralCode, _ query: Explanation.Query, _ account: ID<Account>,
        _ carrying: [ID<Event>]
    ) throws(StorageError) -> Explanation {
        let parked = try store.parked.waiting(
            for: .code, key: code.text, account: account, limit: Self.eventLimit + 1)
        var explanation = Explanation(query, summary: "No participant has the code \(code.text)")
        explanation.suggestions = try NearestCode(lookup, store, account).suggestions(for: code)
        if !parked.isEmpty {
            let events = parked.count == 1 ? "1 event waits" : "\(parked.count) events wait"
            explanation.summary += " yet. \(events) for a participant with it."
        } else if !carrying.isEmpty {
            explanation.summary += ", and no event waits for it any more."
        } else {
            explanation.summary += ", and no event waits for it."
        }
        if let first = explanation.suggestions.first {
            explanation.summary += " Did you mean \(first)?"
        }
        try addEvents(Set(parked + carrying).sorted(by: >), in: &explanation)
        return explanation
    }

    private func explain(
        email text: String, _ query: Explanation.Query, _ account: ID<Account>
    ) throws(StorageError) -> Explanation {
        let ids = try lookup.participants(
            email: EmailAddress(text)?.canonical ?? text, account: account)
        let carrying = try events(named: [.email(spelled: text)], account)
        guard !ids.isEmpty else {
            return try explain(
                otherwise:
                    "No participant has this address. A deleted person is found by code only.",
                query, carrying)
        }
        return try explain(ids, query, and: carrying)
    }

    private func explain(
        customer text: String, _ query: Explanation.Query, _ account: ID<Account>
    ) throws(StorageError) -> Explanation {
        let ids = try lookup.participants(customer: text, account: account)
        let carrying = try events(named: [.customer(text)], account)
        guard !ids.isEmpty else {
            return try explain(
                otherwise: "No participant has this customer id.", query, carrying)
        }
        return try explain(ids, query, and: carrying)
    }

    /// Explains events that carry a name which no participant has.
    private func explain(
        otherwise sentence: String, _ query: Explanation.Query, _ carrying: [ID<Event>]
    ) throws(StorageError) -> Explanation {
        var explanation = Explanation(query, summary: sentence)
        try addEvents(carrying, in: &explanation)
        if !explanation.events.isEmpty {
            explanation.summary = sentence + " " + explanation.sentenceOfEvents
        }
        return explanation
    }

    /// - Parameter carrying: The events that carry the name in the query, whomever they are about.
    private func explain(
        _ ids: [ID<Participant>], _ query: Explanation.Query, and carrying: [ID<Event>]
    ) throws(StorageError) -> Explanation {
        var explanation = Explanation(query, summary: "")
        var events = Set(carrying)
        var given = 0
        for id in ids {
            guard var person = try person(id) else { continue }
            let own = try self.events(about: id)
            if own.isEmpty { person.preflight = try preflight(for: person.row) }
            events.formUnion(own)
            explanation.people.append(person)
            given += try lookup.givenRewards(of: id, limit: Explanation.mostCounted - given)
        }
        try addEvents(withoutLater(events).sorted(by: >), in: &explanation)
        explanation.givenRewards = given
        explanation.summary =
            explanation.events.isEmpty
            ? explanation.people.map(\.withoutEvent).joined(separator: " ")
            : explanation.sentenceOfEvents
        return explanation
    }

    /// The latest events without a conversion of their own that carry one of these names.
    private func events(
        named names: [EventName], _ account: ID<Account>
    ) throws(StorageError) -> [ID<Event>] {
        var ids: [ID<Event>] = []
        for name in names {
            ids += try store.eventNames.events(
                named: name.digest, account: account, limit: Self.eventLimit + 1)
        }
        return ids
    }

    /// Leaves out later events of these conversions, which are shown with them.
    private func withoutLater(_ ids: Set<ID<Event>>) throws(StorageError) -> Set<ID<Event>> {
        var kept = ids
        for id in ids {
            guard let conversion = try store.events.find(id)?.conversion else { continue }
            let first = ID<Event>(conversion.number)
            if first != id, ids.contains(first) { kept.remove(id) }
        }
        return kept
    }

    /// The events about a participant and their leads: those without a conversion, those with one,
    /// and the parked ones.
    private func events(about id: ID<Participant>) throws(StorageError) -> [ID<Event>] {
        let limit = Self.eventLimit + 1
        let without = try lookup.eventsWithoutConversion(about: id, limit: limit)
        let with = try lookup.conversions(of: id, limit: limit)
        return without + with.map { ID($0.number) }
    }

    // MARK: By event

    private func explain(
        event id: ID<Event>, _ query: Explanation.Query, _ account: ID<Account>
    ) throws(StorageError) -> Explanation {
        guard let row = try store.events.find(id), try source(row.source)?.account == account
        else {
            return Explanation(query, summary: "There is no event \(id.number).")
        }
        var explanation = Explanation(query, summary: "")
        // Repeats and refunds of a conversion are shown with it.
        var ids = [id]
        if let conversion = row.conversion, conversion.number != id.number {
            ids.append(ID(conversion.number))
        }
        try addEvents(ids, in: &explanation, sorted: false)
        if let participant = row.participant, let person = try person(participant) {
            explanation.people.append(person)
        }
        explanation.summary = explanation.events.first?.summary ?? ""
        return explanation
    }

    private func explain(
        key: String, _ query: Explanation.Query, _ account: ID<Account>
    ) throws(StorageError) -> Explanation {
        let limit = Self.eventLimit + 1
        let conversions = try lookup.conversions(key: key, account: account, limit: limit)
        let parked = try store.parked.waiting(
            for: .businessKey, key: key, account: account, limit: limit)
        var explanation = Explanation(
            query,
            summary:
                "No event has the business key “\(key)”.")
        let carrying = try events(named: [.businessKey(key)], account)
        let ids = try withoutLater(Set(conversions.map { ID($0.number) } + parked + carrying))
        try addEvents(ids.sorted(by: >), in: &explanation)
        if !explanation.events.isEmpty { explanation.summary = explanation.sentenceOfEvents }
        return explanation
    }

    // MARK: Assembly

    private func addEvents(
        _ ids: [ID<Event>], in explanation: inout Explanation, sorted: Bool = true
    ) throws(StorageError) {
        explanation.isCut = ids.count > Self.eventLimit
        for id in ids.prefix(Self.eventLimit) {
            guard let row = try store.events.find(id) else { continue }
            explanation.events.append(try explained(of: row))
        }
        guard sorted else { return }
        explanation.events.sort { left, right in
            left.isNearMiss == right.isNearMiss ? left.row.id > right.row.id : left.isNearMiss
        }
    }

    private func person(_ id: ID<Participant>) throws(StorageError) -> Explanation.Person? {
        guard let row = try store.participants.find(id) else { return nil }
        var referrer: ParticipantRow?
        if let id = row.participant.referredBy { referrer = try store.participants.find(id) }
        return Explanation.Person(
            row: row,
            campaignName: try currentCampaign(row.participant.campaign)?.version.rules.name ?? "",
            referrerCode: referrer?.code, leadCount: try lookup.leadCount(of: id),
            isErased: try lookup.isErased(id))
    }

    private func preflight(for row: ParticipantRow) throws(StorageError) -> Preflight? {
        guard let campaign = try currentCampaign(row.participant.campaign) else { return nil }
        return try Preflight(campaign, participant: row, store: store, now: now)
    }

    /// A campaign's rules in force; nil if this release cannot read them.
    func currentCampaign(_ id: ID<Campaign>) throws(StorageError) -> CampaignSettings? {
        if campaigns[id] == nil { campaigns[id] = try store.catalog.campaign(id) }
        guard let row = campaigns[id] else { return nil }
        guard case .settings(let settings) = try rederivation.campaign(id, version: row.version)
        else { return nil }
        return settings
    }

    /// A source in its current version, including a deleted one.
    func source(_ number: ID<Referrals.Source>) throws(StorageError) -> Catalog.SourceRow? {
        if let known = sources[number] { return known }
        let row = try store.catalog.source(number)
        sources[number] = row
        return row
    }
}
