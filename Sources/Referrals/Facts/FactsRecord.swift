import Time

/// The facts that are neither in the event's body nor in the campaign's version, small enough to be
/// stored with every event. Body, version and record reproduce the facts, and so the same decision
/// and trace.
///
/// Bytes, in order; numbers are LEB128 (seven bits a byte, the lowest first), signed numbers in
/// zigzag:
///
///     1   format: 2; 3 with the part of `FactsRecord+Rules.swift` at the end; 1 before amounts of
///         zero and earlier refunds were checked
///     1   0 paused · 1 code_of referrer · 2-3 code match · 4-5 lead: unknown, new, known
///         · 6 has a referrer · 7 has a campaign
///     1   0-1 likeness · 2-3 disposable: not known, no, yes; 3 for the same customer, with
///         disposable in 0-1 · 4 blocklisted · 5 repeats a conversion
///         · 6 one of several candidates is the code · 7 refunded before it came (format 2)
///     …   now, in microseconds after the receipt
///     …   campaign and version
///     …   lead, then referrer: id, joined (microseconds before the receipt),
///         flags (0 disabled · 1 has referred · 2 was referred), who referred them
///     …   the repeated conversion
///     …   the index of the candidate that is the code
///     …   the referrer's conversions, the recent ones, unused coupons, waiting rewards, low mark
///     …   the number of rewards, for each: slots used, budget spent
package struct FactsRecord: Equatable, Sendable {
    /// The encoded record.
    package let bytes: [UInt8]

    private static let format: UInt8 = 2
    private static let formatWithRules: UInt8 = 3
    private static let formerFormat: UInt8 = 1
    private static let formats = formerFormat...formatWithRules

    /// Encodes the facts.
    package init(_ facts: Facts) {
        var code = RecordCoder()
        code.bytes.reserveCapacity(64)
        let hasRules = facts.hasRules
        code.byte(hasRules ? Self.formatWithRules : Self.format)
        code.byte(facts.identityBits)
        code.byte(facts.addressBits)
        let receipt = facts.event.receivedAt.microseconds
        code.signed(facts.now.microseconds - receipt)
        if let campaign = facts.campaign {
            code.signed(campaign.id.number)
            code.signed(Int64(campaign.version))
        }
        if case .known(let lead) = facts.lead { code.party(lead, before: receipt) }
        if let referrer = facts.referrer { code.party(referrer, before: receipt) }
        if let repeated = facts.history.repeated { code.signed(repeated.number) }
        if let candidate = facts.event.candidate { code.count(candidate) }
        code.count(facts.history.referrerConversions)
        code.count(facts.history.recentConversions)
        code.count(facts.pool.unused)
        code.count(facts.pool.waiting)
        code.count(facts.pool.lowMark)
        code.count(facts.rewards.count)
        for reward in facts.rewards {
            code.count(reward.slotsUsed)
            code.signed(reward.budgetSpent)
        }
        if hasRules { code.rules(of: facts) }
        bytes = code.bytes
    }

    /// True if the decision was made under the rules of an earlier release, which granted rewards
    /// for amounts of zero and for purchases refunded before they arrived.
    package var isOfFormerFormat: Bool { bytes.first == Self.formerFormat }

    /// Creates a record from stored bytes, which are checked only when they are decoded.
    package init(bytes: [UInt8]) {
        self.bytes = bytes
    }

    /// The campaign and version under which the event was decided; nil if there was none, or if the
    /// bytes are not a record.
    package var campaign: (id: ID<Campaign>, version: Int32)? {
        var reader = RecordReader(rest: bytes[...])
        guard let head = try? reader.head(Self.formats),
            head.identity & 0x80 != 0
        else {
            return nil
        }
        guard let id = try? reader.signed(), let version = try? reader.signed() else { return nil }
        return (ID(id), Int32(truncatingIfNeeded: version))
    }

    /// The results of the conditions of the campaign's rewards; empty for a record that has none.
    package func conditions(of campaign: Campaign) -> [Truth?] {
        facts(under: campaign)?.rewards.map(\.condition) ?? []
    }

    /// The counts of the campaign's history; nil for a record that has none.
    package func counts(of campaign: Campaign) -> HistoryCounts? {
        facts(under: campaign)?.history.counts
    }

    /// The facts under a campaign, without the event; nil for a record without the part of reward
    /// rules.
    private func facts(under campaign: Campaign) -> Facts? {
        guard bytes.first == Self.formatWithRules else { return nil }
        let instant = Instant(clampingMicroseconds: 0)
        let event = QualifyingEvent(goal: "", code: nil, receivedAt: instant)
        return try? facts(event: event, campaign: campaign, hasCandidates: false)
    }

    /// The facts again, given the event as mapped from its body and the version the record names.
    ///
    /// - Parameter hasCandidates: false if the event is not known, so that the code among its
    ///   candidates is passed over.
    package func facts(
        event: QualifyingEvent, campaign: Campaign?, hasCandidates: Bool = true
    ) throws(RecordError) -> Facts {
        var reader = RecordReader(rest: bytes[...])
        let head = try reader.head(Self.formats)
        let receipt = event.receivedAt.microseconds
        if head.identity & 0x80 != 0 {
            let (id, version) = (try reader.signed(), try reader.signed())
            guard let campaign, campaign.id.number == id, campaign.version == version
            else {
                throw .otherCampaign
            }
        } else if campaign != nil {
            throw .otherCampaign
        }
        guard let code = CodeMatch(rawValue: head.identity >> 2 & 3) else { throw .malformed }
        let isSameCustomer = head.addresses >> 2 & 3 == 3
        guard
            let likeness = isSameCustomer
                ? .sameCustomer : Likeness(rawValue: head.addresses & 3)
        else { throw .malformed }
        let lead: Facts.Lead
        switch head.identity >> 4 & 3 {
        case 0: lead = .unknown
        case 1: lead = .new
        default: lead = .known(try reader.party(before: receipt))
        }
        let referrer = head.identity & 0x40 != 0 ? try reader.party(before: receipt) : nil
        let disposableBits = isSameCustomer ? head.addresses : head.addresses >> 2
        let disposable: Bool? = [nil, false, true, nil][Int(disposableBits & 3)]
        let repeated: ID<Conversion>? =
            head.addresses & 0x20 != 0 ? ID(try reader.signed()) : nil
        var event = event
        if head.addresses & 0x40 != 0 {
            let candidate = try reader.count()
            if hasCandidates {
                guard event.candidates.indices.contains(candidate) else { throw .malformed }
                event.code = event.candidates[candidate]
            }
        }
        var facts = Facts(
            event: event,
            source: SourceFacts(
                isPaused: head.identity & 1 != 0,
                codeOf: head.identity & 2 != 0 ? .referrer : .lead),
            code: code, campaign: campaign, lead: lead, referrer: referrer,
            addresses: AddressFacts(
                likeness: likeness, isDisposable: disposable,
                isBlocklisted: head.addresses & 0x10 != 0),
            history: History(
                repeated: repeated, referrerConversions: try reader.count(),
                recentConversions: try reader.count(),
                isRefunded: head.addresses & 0x80 != 0),
            pool: CouponPool(
                unused: try reader.count(), waiting: try reader.count(),
                lowMark: try reader.count()),
            rewards: try reader.rewards(),
            now: Instant(clampingMicroseconds: receipt &+ head.now))
        facts.leadJoinsNow = head.identity >> 4 & 3 == 3
        if bytes.first == Self.formatWithRules { try reader.rules(of: &facts) }
        guard reader.rest.isEmpty else { throw .malformed }
        return facts
    }
}

/// The reason for which stored bytes cannot be decoded.
package enum RecordError: Error, Equatable {
    /// The record has a format that this release does not know.
    case otherFormat(UInt8)
    case malformed
    /// The given campaign or version differs from the one in the record.
    case otherCampaign
}

extension Facts {
    fileprivate var identityBits: UInt8 {
        var bits: UInt8 = source.isPaused ? 1 : 0
        if source.codeOf == .referrer { bits |= 2 }
        bits |= code.rawValue << 2
        switch lead {
        case .unknown: break
        case .new: bits |= 1 << 4
        case .known: bits |= (leadJoinsNow ? 3 : 2) << 4
        }
        if referrer != nil { bits |= 0x40 }
        if campaign != nil { bits |= 0x80 }
        return bits
    }

    fileprivate var addressBits: UInt8 {
        let disposable: UInt8 =
            switch addresses.isDisposable {
            case nil: 0
            case false?: 1
            case true?: 2
            }
        var bits: UInt8 =
            switch addresses.likeness {
            case .unknown, .different, .sameMailbox, .sameAddress:
                addresses.likeness.rawValue | disposable << 2
            case .sameCustomer: 3 << 2 | disposable
            }
        if addresses.isBlocklisted { bits |= 0x10 }
        if history.repeated != nil { bits |= 0x20 }
        if event.candidate != nil { bits |= 0x40 }
        if history.isRefunded { bits |= 0x80 }
        return bits
    }
}
