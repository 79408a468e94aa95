import Database
import Declarations
import HTTP
import JSON
import Ledger
import Programmes
import Reading
import Referrals
import Storage
import Time

extension API {
    /// The parameters by which participants are found.
    static let participantFilters: [QueryParameter] =
        [
            campaignFilter,
            .choice("role", of: ["referrer", "lead"], "The role of the participants."),
            .choice(
                "status", of: ParticipantDeclaration.Status.self,
                "The status of the participants."),
            .text("referred_by", "The code of the referrer."),
            .text("referral_code", "The code of the participant."),
            .text("email", "The e-mail address of the participants."),
            .text("external_id", "The partner's id of the participants."),
            .text("customer", "The partner's id of the participants as customers."),
            .text("business_key", "The number of an order or invoice of the participants."),
            .text("source", "The `source` of the participants."),
        ] + QueryParameter.times("created_at")

    /// `GET /participants`.
    func participants(_ call: Call, _ store: Store) throws -> Response {
        let query = try call.query()
        let page = try Page(query)
        let found = try page.search(
            .participants, filters(query, call, store), TimeRange(query), call, store)
        return try page.response(found.numbers, next: found.next) { number, writer in
            let row = try store.participants.find(ID(number))
            if let row { try write(row, store, to: &writer) }
        }
    }

    private func filters(
        _ query: Query, _ call: Call, _ store: Store
    ) throws -> [SearchFilter] {
        var filters = query.campaign(call)
        if let role = query["role"] { filters.append(.isLead(role == "lead")) }
        if let status = query["status"] { filters.append(.isDisabled(status == "disabled")) }
        if let text = query["referred_by"] {
            // No participant has the number 0.
            filters.append(.referredBy(try find(code: text, call, store) ?? 0))
        }
        if let text = query["referral_code"] {
            filters.append(.person(.code(ReferralCode(text)?.text ?? text), digest: 0))
        }
        if let text = query["email"] { filters.append(.person(Query.email(text), digest: 0)) }
        if let text = query["external_id"] { filters.append(.externalID(text)) }
        if let text = query["customer"] { filters.append(.customer(text)) }
        if let text = query["business_key"] {
            filters.append(.businessKey(trimmed(text), digest: 0))
        }
        if let text = query["source"] { filters.append(.origin(text)) }
        return filters
    }

    func participant(_ call: Call, _ store: Store) throws -> Response {
        try answer(try participant(call.number, of: call.account, store), store)
    }

    /// `POST /participants`: returns the person with this external id or address, or makes one.
    func enrolParticipant(
        _ call: Call, _ processor: EventProcessor, _ now: Instant
    ) throws -> Response {
        let store = processor.store
        let body = try call.body()
        let declaration = try ParticipantDeclaration.read(body, .unnamed)
        let named = try check(campaign: declaration.campaign, of: call.account, store)
        guard let campaign = named else {
            throw Problem.invalidBody("/campaign", "It is required.")
        }
        // It cannot be known now if this is a sign-up that earns a reward.
        guard !processor.declarations.unusableCampaigns.contains(campaign) else {
            throw StorageError.unusable(campaign.nameAmongAccounts)
        }
        _ = try referrer(of: declaration, call, store)
        let enrolment = try application(call, processor, now).enrol(declaration, at: now)
        try check(customer: declaration.customer, isOf: enrolment.id, campaign, store)
        if enrolment.change == .added {
            try checkIsOpen(campaign, processor, now)
        }
        try notify(of: enrolment, processor, now)
        try processSignUp(of: enrolment, declaration, call, processor, now)
        let row = try participant(enrolment.id.number, of: call.account, store)
        return try answer(row, store, status: enrolment.change == .added ? .created : .ok)
    }

    /// Refuses to enrol a person in a campaign that has ended.
    func checkIsOpen(
        _ id: ID<Campaign>, _ processor: EventProcessor, _ now: Instant
    ) throws {
        let rules = processor.declarations.campaigns[id]?.version.rules
        guard let rules, rules.status == .ended || rules.endsAt.map({ $0 <= now }) ?? false
        else { return }
        throw Problem.conflict(
            "campaign_ended", "The campaign has ended",
            "Campaign \(id.declared.number) accepts no more participants.")
    }

    /// Queues the notifications about a change of a person.
    func notify(
        of enrolment: Application.Enrolment, _ processor: EventProcessor, _ now: Instant
    ) throws {
        switch enrolment.change {
        case .added:
            let isFirst = enrolment.referrer.map {
                $0.participant.isLead && !$0.participant.hasReferred
            }
            try processor.notify(
                of: enrolment.id, .enrolled(referrerIsNew: isFirst ?? false), now: now)
        case .changed: try note(enrolment.id, processor, now)
        case .unchanged: break
        }
    }

    /// Changes a person. PATCH merges with the stored members, PUT replaces them all. Code and
    /// campaign never change.
    func changeParticipant(
        _ call: Call, _ processor: EventProcessor, _ now: Instant
    ) throws -> Response {
        let store = processor.store
        let known = try participant(call.number, of: call.account, store)
        let isPatch = call.request.method == .patch
        let stored = try document(of: known, store)
        let body = try call.body()
        let changed = try ParticipantDeclaration.read(
            body, .given(.number(known.participant.id)), over: isPatch ? stored : nil)
        try checkKept(changed, known)
        try checkNotUnsaid(body.root, known, store)
        let referrer = try referrer(of: changed, call, store)
        var row = known
        row.participant.email = changed.email?.canonical
        row.firstName = changed.firstName
        row.source = changed.source
        row.participant.isDisabled = changed.status == .disabled
        row.externalID = nil
        if case .external(let text)? = changed.id { row.externalID = text }
        if let referrer { row.participant.referredBy = referrer.participant.id }
        try checkFree(row, store)
        let isMoved = try store.payoutDestinations.set(
            changed.payoutDestination, of: row.participant.id)
        let isChanged =
            try update(row, from: known, customer: changed.customer, store, now) || isMoved
        if isChanged { try note(row.participant.id, processor, now) }
        return try answer(try participant(call.number, of: call.account, store), store)
    }

    /// - Returns: True if a member of the person has changed.
    private func update(
        _ row: ParticipantRow, from known: ParticipantRow, customer: String?, _ store: Store,
        _ now: Instant
    ) throws -> Bool {
        let person = row.participant
        let isSame = row.isSame(as: known)
        let before = try store.customers.customer(of: person.id)
        if !isSame { try store.participants.update(row) }
        if let referrer = person.referredBy, referrer != known.participant.referredBy {
            _ = try store.participants.noteReferral(by: referrer)
            if !known.participant.isLead { try store.counters.referred(row, at: now) }
            try store.signups.noteReferrer(referrer, of: person.id)
        }
        if let customer {
            try store.customers.remember(customer, as: person.id, in: person.campaign)
        }
        try check(customer: customer, isOf: person.id, person.campaign, store)
        guard isSame else { return true }
        return try store.customers.customer(of: person.id) != before
    }

    /// Checks a customer id: the first participant of a campaign who has it keeps it.
    private func check(
        customer: String?, isOf id: ID<Participant>, _ campaign: ID<Campaign>, _ store: Store
    ) throws {
        guard let customer else { return }
        let owner = try store.customers.find(customer, in: campaign)
        guard owner == id else {
            throw Problem.taken(
                "/customer", "Another participant of the campaign has this customer id.")
        }
    }

    /// Deletes a person: they disappear at once. The writer erases their data from the history
    /// after that; until then it is withheld.
    func deleteParticipant(
        _ call: Call, _ processor: EventProcessor, _ now: Instant
    ) throws -> Response {
        let row = try participant(call.number, of: call.account, processor.store)
        try processor.store.erase(row.participant.id, at: now)
        return .nothing
    }

    // MARK: Checking

    private func note(
        _ id: ID<Participant>, _ processor: EventProcessor, _ now: Instant
    ) throws {
        try processor.store.records.noteChange(of: id, at: now)
        try processor.notify(of: id, .changed, now: now)
    }

    func referrer(
        of declaration: ParticipantDeclaration, _ call: Call, _ store: Store
    ) throws -> ParticipantRow? {
        guard let code = declaration.referredBy else { return nil }
        let row = try store.participants.find(code: code.text, account: call.account)
        guard let row, row.participant.campaign.declared == declaration.campaign else {
            throw Problem.invalidBody(
                "/referred_by",
                "No participant of campaign \(declaration.campaign.number) has the code \(code.text)."
            )
        }
        return row
    }

    private func checkKept(
        _ changed: ParticipantDeclaration, _ known: ParticipantRow
    ) throws {
        guard changed.campaign == known.participant.campaign.declared else {
            throw Problem.invalidBody("/campaign", "A participant stays in their campaign.")
        }
        if let code = changed.referralCode, !code.text.utf8.elementsEqual(known.code.utf8) {
            throw Problem.invalidBody("/referral_code", "A referral code never changes.")
        }
    }

    /// Refuses null for members that never change.
    private func checkNotUnsaid(
        _ body: Value, _ known: ParticipantRow, _ store: Store
    ) throws {
        if body["referral_code"]?.isNull == true {
            throw Problem.invalidBody("/referral_code", "A referral code never changes.")
        }
        if body["referred_by"]?.isNull == true, known.participant.referredBy != nil {
            throw Problem.taken("/referred_by", "A lead keeps its first referrer.")
        }
        guard body["customer"]?.isNull == true else { return }
        let customer = try store.customers.customer(of: known.participant.id)
        if customer != nil {
            throw Problem.invalidBody(
                "/customer", "A customer id can be replaced, but not removed.")
        }
    }

    /// Checks for values that another person has, each reported by its pointer; the first referrer
    /// keeps a lead.
    private func checkFree(_ row: ParticipantRow, _ store: Store) throws {
        let person = row.participant
        let (before, email, external) = (
            try store.participants.find(person.id),
            try store.participants.find(
                customer: nil, email: person.email, campaign: person.campaign,
                account: row.account),
            try row.externalID.flatMap { text throws(StorageError) in
                try store.participants.find(externalID: text, campaign: person.campaign)
            }
        )
        if let email, email.participant.id != person.id {
            throw Problem.taken("/email", "Another participant of the campaign has this address.")
        }
        if let external, external.participant.id != person.id {
            throw Problem.taken("/external_id", "Another participant of the campaign has this id.")
        }
        if let first = before?.participant.referredBy, first != person.referredBy {
            throw Problem.taken("/referred_by", "A lead keeps its first referrer.")
        }
        guard person.referredBy != person.id else {
            throw Problem.invalidBody("/referred_by", "A person cannot refer themself.")
        }
    }
}

extension Problem {
    /// 409 for a value that only one person may have, and another has.
    static func taken(_ pointer: String, _ detail: String) -> Problem {
        Problem(
            .conflict, "taken", "The value is taken", detail: detail,
            faults: [InvalidValue(pointer: pointer, detail: detail)])
    }
}
