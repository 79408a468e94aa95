import Crypto
import Database
import Declarations
import Referrals
import Storage
import Time
import Workspace

extension Application {
    /// The result of declaring a person.
    package struct Enrolment {
        package var change: Catalog.Change
        package var id: ID<Participant>
        /// The referrer of the person, as before.
        package var referrer: ParticipantRow?
    }

    /// Enrols a person, or changes the members that differ in the declaration.
    package func enrol(
        _ declaration: ParticipantDeclaration, at now: Instant
    ) throws -> Enrolment {
        if let enrolment = try enrolAfterReferrer(declaration, at: now) { return enrolment }
        throw unknownReferrer(declaration)
    }

    private func unknownReferrer(_ declaration: ParticipantDeclaration) -> Failure {
        .participant(
            declaration,
            "referred_by names \(declaration.referredBy?.text ?? ""), which no participant of campaign"
                + " \(declaration.campaign.number) has; declare the referrer first")
    }

    /// The codes of people declared earlier in a list that is checked from its start to its end.
    package final class DeclaredCodes {
        private(set) var codes: Set<ReferralCode> = []
        /// The codes to be remembered; nil for all.
        private let needed: Set<ReferralCode>?

        /// - Parameter needed: The codes that rows of the list refer to; nil if they are unknown.
        package init(among needed: Set<ReferralCode>? = nil) { self.needed = needed }

        fileprivate func insert(_ code: ReferralCode) {
            if needed?.contains(code) ?? true { codes.insert(code) }
        }

        /// Forgets the code of a row that cannot be enrolled.
        package func remove(_ declaration: ParticipantDeclaration) {
            if let code = declaration.referralCode { codes.remove(code) }
        }
    }

    /// Finds out the effect of `enrol`, and changes nothing.
    package func check(
        _ declaration: ParticipantDeclaration, after earlier: DeclaredCodes
    ) throws -> Catalog.Change {
        var referrer: ID<Participant>?
        if let code = declaration.referredBy, !earlier.codes.contains(code) {
            guard let row = try find(code, for: declaration) else {
                throw unknownReferrer(declaration)
            }
            referrer = row.participant.id
        }
        if let code = declaration.referralCode { earlier.insert(code) }
        if let known = try find(declaration) {
            let row = try changed(known, declaration, referrer)
            return row.isSame(as: known) ? .unchanged : .changed
        }
        guard let code = declaration.referralCode, let owner = try owner(ofCodeIn: declaration)
        else { return .added }
        guard try isAlready(owner, declaration, referrer) else { throw Failure.codeTaken(code) }
        return .unchanged
    }

    func enter(
        _ row: EnrolmentOrder.Row, _ order: inout EnrolmentOrder,
        _ body: (ParticipantDeclaration, Enrolment) throws -> Void
    ) throws {
        try order.enter(row) { row in
            let enrolment = try at(row.place) {
                try enrolAfterReferrer(row.declaration, at: now)
            }
            if let enrolment { try body(row.declaration, enrolment) }
            return enrolment != nil
        }
    }

    /// Enrols people who refer to each other in a circle: one of them first without a referrer, who
    /// is added at the end.
    func enrolCircles(
        _ order: inout EnrolmentOrder,
        _ body: (ParticipantDeclaration, Enrolment) throws -> Void
    ) throws {
        while let row = order.takeFromCircle() {
            var first = row
            first.declaration.referredBy = nil
            var id: ID<Participant>?
            try enter(first, &order) { declaration, enrolment in
                id = id ?? enrolment.id
                try body(declaration, enrolment)
            }
            var last = row.declaration
            // A row with only a code does not identify a person.
            if let id, last.id == nil, last.email == nil { last.id = .number(id) }
            let enrolment = try at(row.place) {
                try enrol(last, at: now)
            }
            if enrolment.change == .changed { try body(row.declaration, enrolment) }
        }
    }

    package func at<Result>(
        _ place: DeclaredPlace, _ body: () throws -> Result
    ) throws -> Result {
        do { return try body() } catch let error as Failure {
            throw Failure.located(place, error)
        }
    }

    /// Returns nil if the referrer does not exist yet.
    private func enrolAfterReferrer(
        _ declaration: ParticipantDeclaration, at now: Instant
    ) throws -> Enrolment? {
        var referrer: ParticipantRow?
        if let code = declaration.referredBy {
            referrer = try find(code, for: declaration)
            if referrer == nil { return nil }
        }
        let referrerID = referrer?.participant.id
        if let code = declaration.referralCode {
            let row = row(declaration, code: code.text, referrer: referrerID, at: now)
            let id = try insert(row, declaration, referrerID, now)
            if let id { return Enrolment(change: .added, id: id, referrer: referrer) }
        }
        var enrolment =
            if let known = try find(declaration) {
                try change(known, declaration, referrerID, now)
            } else {
                try enrolWithFreshCode(declaration, referrerID, now)
            }
        enrolment.referrer = referrer
        return enrolment
    }

    private func insert(
        _ row: ParticipantRow, _ declaration: ParticipantDeclaration,
        _ referrer: ID<Participant>?, _ now: Instant
    ) throws(StorageError) -> ID<Participant>? {
        guard let id = try store.participants.enrolIfNew(row, at: now) else { return nil }
        if let time = declaration.erasedAt {
            try store.participants.markErased(id, at: time)
        } else if try store.signups.isWaitlist(campaign(of: declaration)) {
            try store.signups.add(
                SignupRow(
                    participant: id, campaign: campaign(of: declaration),
                    uid: UID(at: now, random: SecureRandom.bytes(10)),
                    joinedAt: row.participant.joinedAt, metadata: metadata),
                referredBy: referrer)
        }
        if let referrer { _ = try store.participants.noteReferral(by: referrer) }
        if let customer = declaration.customer {
            try store.customers.remember(customer, as: id, in: campaign(of: declaration))
        }
        if let destination = declaration.payoutDestination, declaration.erasedAt == nil {
            _ = try store.payoutDestinations.set(destination, of: id)
        }
        return id
    }

    private func row(
        _ declaration: ParticipantDeclaration, code: String, referrer: ID<Participant>?,
        at now: Instant
    ) -> ParticipantRow {
        var row = ParticipantRow(
            participant: Participant(
                id: ID(0), campaign: campaign(of: declaration), email: declaration.email?.canonical,
                joinedAt: min(declaration.joinedAt ?? now, now),
                isDisabled: declaration.status == .disabled || declaration.erasedAt != nil,
                referredBy: referrer),
            account: account, code: code, firstName: declaration.firstName,
            source: declaration.source)
        switch declaration.id {
        case .number(let id): row.participant.id = id
        case .external(let text): row.externalID = text
        case nil: break
        }
        return row
    }

    /// The participant that a referrer's code names; nil if no participant has the code.
    func find(
        _ code: ReferralCode, for declaration: ParticipantDeclaration
    ) throws -> ParticipantRow? {
        let row = try store.participants.find(code: code.text, account: account)
        guard row.map({ $0.participant.campaign == campaign(of: declaration) }) ?? true else {
            throw Failure.participant(
                declaration,
                "referred_by names \(code.text), which no participant of campaign"
                    + " \(declaration.campaign.number) has; a referrer is of the same campaign")
        }
        return row
    }

    /// Finds by number or external id, else by e-mail. A referral code is public and identifies no
    /// person.
    private func find(_ declaration: ParticipantDeclaration) throws -> ParticipantRow? {
        let participants = store.participants
        var named: ParticipantRow?
        switch declaration.id {
        case .number(let id): named = try participants.find(id)
        case .external(let text):
            named = try participants.find(externalID: text, campaign: campaign(of: declaration))
        case nil: break
        }
        if let named { return named }
        guard let email = declaration.email else { return nil }
        let known = try participants.find(
            customer: nil, email: email.canonical, campaign: campaign(of: declaration),
            account: account)
        return known?.mayBe(declaration.id) == true ? known : nil

    }

    /// The participant who has the code that a declaration asks for.
    private func owner(
        ofCodeIn declaration: ParticipantDeclaration
    ) throws -> ParticipantRow? {
        guard let code = declaration.referralCode else { return nil }
        return try store.participants.find(code: code.text, account: account)
    }

    /// A known person with the changes of a declaration. Throws if they are not allowed.
    private func changed(
        _ known: ParticipantRow, _ declaration: ParticipantDeclaration,
        _ referrer: ID<Participant>?
    ) throws -> ParticipantRow {
        guard !isForeign(known.account) else {
            throw Failure.foreign("participant \(known.participant.id.number)")
        }
        guard known.participant.campaign == campaign(of: declaration) else {
            throw Failure.participant(
                declaration,
                "belongs to campaign \(known.participant.campaign.declared.number) and stays there")
        }
        if let code = declaration.referralCode, !code.text.utf8.elementsEqual(known.code.utf8) {
            if try owner(ofCodeIn: declaration) != nil { throw Failure.codeTaken(code) }
            throw Failure.participant(
                declaration, "has the code \(known.code), which never changes")
        }
        if let referrer, let first = known.participant.referredBy, first != referrer {
            throw Failure.participant(
                declaration, "has a referrer, and a lead keeps its first referrer")
        }
        if referrer == known.participant.id {
            throw Failure.participant(
                declaration, "has the code \(known.code), and a person cannot refer themself")
        }
        let row = merged(known, declaration, referrer)
        if !row.isSame(as: known), known.participant.isDisabled {
            try checkIsThere(known, declaration)
        }
        try checkFree(row, declaration, was: known)
        return row
    }

    private func change(
        _ known: ParticipantRow, _ declaration: ParticipantDeclaration,
        _ referrer: ID<Participant>?, _ now: Instant
    ) throws -> Enrolment {
        let row = try changed(known, declaration, referrer)
        var isSame = row.isSame(as: known)
        if !isSame { try store.participants.update(row) }
        if let referrer { _ = try store.participants.noteReferral(by: referrer) }
        if let referrer, !known.participant.isLead {
            try store.counters.referred(row, at: now)
            try store.signups.noteReferrer(referrer, of: row.participant.id)
        }
        if let customer = declaration.customer {
            let id = row.participant.id
            let before = try store.customers.customer(of: id)
            try store.customers.remember(customer, as: id, in: campaign(of: declaration))
            if try store.customers.customer(of: id) != before { isSame = false }
        }
        if let destination = declaration.payoutDestination,
            try store.payoutDestinations.set(destination, of: row.participant.id)
        {
            isSame = false
        }

        return Enrolment(change: isSame ? .unchanged : .changed, id: row.participant.id)
    }

    private func merged(
        _ known: ParticipantRow, _ declaration: ParticipantDeclaration,
        _ referrer: ID<Participant>?
    ) -> ParticipantRow {
        var row = known
        if let email = declaration.email { row.participant.email = email.canonical }
        if let name = declaration.firstName { row.firstName = name }
        if let source = declaration.source { row.source = source }
        if let referrer { row.participant.referredBy = referrer }
        if case .external(let text) = declaration.id { row.externalID = text }
        if let status = declaration.status { row.participant.isDisabled = status == .disabled }
        return row
    }

    /// Throws for a deleted person: their row stays disabled, with the code only.
    private func checkIsThere(
        _ known: ParticipantRow, _ declaration: ParticipantDeclaration
    ) throws {
        let isErased = try store.lookup.isErased(known.participant.id)
        guard !isErased else {
            throw Failure.participant(
                declaration,
                "has the code \(known.code) of a deleted person; remove the row")
        }
    }

    /// Throws if another participant has a value that only one may have.
    private func checkFree(
        _ row: ParticipantRow, _ declaration: ParticipantDeclaration, was known: ParticipantRow
    ) throws {
        let campaign = row.participant.campaign
        var owner: ParticipantRow?
        if let email = row.participant.email, email != known.participant.email {
            owner = try store.participants.find(
                customer: nil, email: email, campaign: campaign, account: account)
        }
        if owner == nil, let id = row.externalID, id != known.externalID {
            owner = try store.participants.find(externalID: id, campaign: campaign)
        }
        guard let owner, owner.participant.id != row.participant.id else { return }
        throw Failure.participant(
            declaration,
            "shares its e-mail or its id with participant \(owner.participant.id.number)")
    }

    private func enrolWithFreshCode(
        _ declaration: ParticipantDeclaration, _ referrer: ID<Participant>?, _ now: Instant
    ) throws -> Enrolment {
        if let code = declaration.referralCode {
            guard let owner = try owner(ofCodeIn: declaration) else {
                throw Failure.participant(declaration, "the e-mail or the id is taken")
            }
            guard try isAlready(owner, declaration, referrer) else { throw Failure.codeTaken(code) }
            return Enrolment(change: .unchanged, id: owner.participant.id)
        }
        while true {
            let name = randomName(8).uppercased()
            let row = row(declaration, code: name, referrer: referrer, at: now)
            let id = try insert(row, declaration, referrer, now)
            if let id { return Enrolment(change: .added, id: id) }
            let isCodeTaken = try store.participants.find(code: name, account: account) != nil
            guard isCodeTaken else {
                throw Failure.participant(declaration, "the e-mail or the id is taken")
            }
        }
    }
}

extension Application {
    /// True if a declaration without `id`, external id and e-mail repeats the stored values of its
    /// code's owner, so that a list can be applied twice.
    private func isAlready(
        _ owner: ParticipantRow, _ declaration: ParticipantDeclaration,
        _ referrer: ID<Participant>?
    ) throws -> Bool {
        guard declaration.id == nil, declaration.email == nil,
            owner.participant.campaign == campaign(of: declaration),
            merged(owner, declaration, referrer).isSame(as: owner)
        else { return false }
        guard let customer = declaration.customer else { return true }
        let named = try store.customers.find(customer, in: campaign(of: declaration))
        return named == owner.participant.id
    }
}

extension ParticipantRow {
    /// True if the person found by an address may be the declared one: two different ids are two
    /// people.
    fileprivate func mayBe(_ id: ParticipantDeclaration.Identity?) -> Bool {
        switch id {
        case .number: false
        case .external: externalID == nil
        case nil: true
        }
    }

    package func isSame(as other: ParticipantRow) -> Bool {
        participant == other.participant && firstName == other.firstName && source == other.source
            && externalID == other.externalID
    }
}
