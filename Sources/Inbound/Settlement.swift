import Database
import Mapping
import Referrals
import Storage
import Time

/// Settles messages: finds the facts, has them decided, records what follows.
///
/// Everything here happens inside a transaction that its caller opens and commits, on one thread. What it
/// remembers between transactions is to be forgotten when the caller says so.
package final class Settlement: ForgettableRows {
    package let store: Store
    package let pools: Pools
    let caps: CapUsage
    let randomBytes: (Int) -> [UInt8]
    /// Whether sources have sent what could not be mapped yet, as far as it was asked.
    var unmappedSources: [ID<Referrals.Source>: Bool] = [:]
    /// Whether events of a former release are still to be looked at for names, as far as it was asked.
    var unnamedEvents: Bool?
    /// Events that waited for a purchase recorded in this transaction.
    var followUps: [ID<Event>] = []
    /// Whether events wait for a key of the event that is being decided, as far as it was asked.
    var hasFollowUps = true
    /// Conversions recorded in this transaction. Their notifications are queued, and their texts are written
    /// from the rows that the transaction leaves: a reversal that waited for one is not notified again.
    var created: Set<ID<Conversion>> = []
    /// Whether events are decided that waited for a purchase of this transaction.
    var isFollowingUp = false
    /// The parked events that may be decided again.
    let released: ReleasedEvents
    /// What could not be moved on.
    package let setAside = SetAside()
    var progress = ReleaseProgress()
    /// For what cannot be undone.
    var cautiousClock: CautiousClock?
    /// The latest time that the writer dated something with.
    var latestTime = Instant(clampingMicroseconds: .min)
    /// A clock that was ahead may have dated what waits.
    var datesAreSuspect = true
    package var programme: Programme {
        // A source may have been resumed, a campaign may be there.
        didSet { released.search() }
    }
    private let earlierRules: Programme.EarlierRules
    /// Whether a kept answer names deleted people; only who can open answers knows.
    let answerNames: Store.AnswerTest

    /// How long an event waits for its participant or its purchase.
    static let parkingDays = 30
    /// How many events of one source may wait at once.
    static let maxParkedPerSource = 100_000

    package init(
        _ store: Store, programme: Programme,
        earlierRules: @escaping Programme.EarlierRules = { _, _ in nil },
        answerNames: @escaping Store.AnswerTest = { _, _ in false },
        randomBytes: @escaping (Int) -> [UInt8]
    ) {
        self.store = store
        self.programme = programme
        self.earlierRules = earlierRules
        self.answerNames = answerNames
        self.randomBytes = randomBytes
        pools = Pools(store)
        caps = CapUsage(store)
        released = ReleasedEvents(store.parked)
        store.memory.register(self)
    }

    /// The rule of a reward on record.
    func rule(of row: RewardRow) throws(StorageError) -> CampaignReward? {
        try programme.rule(of: row, store, earlier: earlierRules)
    }

    package func forget() {
        progress = ReleaseProgress()
        unmappedSources.removeAll()
        unnamedEvents = nil
    }

    /// Settles one message, or answers a repeat from the rows as they stand.
    package func settle(
        _ incoming: Incoming, from source: SourceSettings, now: Instant
    ) throws(StorageError) -> Answer {
        if let known = try find(incoming, from: source) {
            return try settleAgain(known, incoming, from: source, now: now)
        }
        let id = try store.numbers.nextEvent()
        var event = Case(incoming, as: id, from: source, now: now)
        try process(&event)
        if event.row.outcome == .parked { try notifyParked(event) }
        try store.events.append(event.row)
        if let digest = incoming.digest {
            try store.events.append(digest: digest, of: id, source: source.number)
        }
        if event.row.conversion?.number != id.number {
            try noteNames(of: event.row, incoming, source, isKnown: false)
        }
        return event.answer(isDuplicate: false)
    }

    private func find(
        _ incoming: Incoming, from source: SourceSettings
    ) throws(StorageError) -> ID<Event>? {
        if let id = try store.events.find(source: source.number, eventID: incoming.eventID) {
            return id
        }
        if let digest = incoming.digest,
            let id = try store.events.find(source: source.number, digest: digest)
        {
            return id
        }
        // What could not be mapped had no id but its body's. Mended, the same body has one.
        guard try hasUnmapped(source), let bodyID = incoming.bodyID else { return nil }
        return try store.events.find(source: source.number, eventID: bodyID)

    }

    private func hasUnmapped(_ source: SourceSettings) throws(StorageError) -> Bool {
        if let known = unmappedSources[source.number] { return known }
        let isThere = try store.events.hasUnmapped(source: source.number)
        unmappedSources[source.number] = isThere
        return isThere
    }

    /// A repeat: an event that left a conversion is answered as things stand; any other is decided again.
    private func settleAgain(
        _ id: ID<Event>, _ incoming: Incoming, from source: SourceSettings, now: Instant
    ) throws(StorageError) -> Answer {
        guard let row = try store.events.find(id) else {
            throw .contradiction("event \(id.number) is in an index and not in its table")
        }
        if row.outcome != .unmapped, !isSame(row, incoming, source) {
            return .refused(.eventIDReused(event: id, eventID: incoming.eventID))
        }
        if row.conversion != nil {
            return .settled(try standing(of: row, isDuplicate: true))
        }
        return try redecide(row, incoming, from: source, now: now)
    }

    /// Where the mapping fails now, its fields cannot be compared, but what was sent can. The mapping may have been
    /// another one then, or a former release may have read it otherwise: what was stored is mapped once more.
    private func isSame(_ row: EventRow, _ incoming: Incoming, _ source: SourceSettings) -> Bool {
        if row.fingerprint == incoming.fingerprint { return true }
        if case .unmapped = incoming.content { return row.body == incoming.body }
        return Incoming(stored: row, source.reading)?.fingerprint == incoming.fingerprint
    }

    /// Decides an event again that has left no conversion, under today's rules.
    func redecide(
        _ row: EventRow, _ incoming: Incoming, from source: SourceSettings, now: Instant
    ) throws(StorageError) -> Answer {
        try unpark(row)
        // What was received first is what counts for windows; the decision is of now.
        var incoming = incoming
        incoming.receivedAt = row.receivedAt
        if let lead = SuppliedLead(kept: row.fields) { incoming.supply(lead) }
        var event = Case(incoming, as: row.id, from: source, now: now)
        try process(&event)
        event.row.eventID = try eventID(of: incoming, for: row)
        if event.row.outcome == .parked, row.outcome != .parked { try notifyParked(event) }
        try store.events.update(event.row)
        try noteNames(of: event.row, incoming, source, isKnown: true)
        return event.answer(isDuplicate: true)
    }

    /// An event keeps its id, unless that was only its body's and the mapping tells a better one by now.
    private func eventID(
        of incoming: Incoming, for row: EventRow
    ) throws(StorageError) -> String {
        guard row.outcome == .unmapped else { return row.eventID }
        let holder = try store.events.find(source: row.source, eventID: incoming.eventID)
        return holder == nil ? incoming.eventID : row.eventID
    }

    /// Decides the event of a case, and records all but its own row.
    private func process(_ event: inout Case) throws(StorageError) {
        switch event.incoming.content {
        case .notOurs: return
        case .unmapped(let problems): noteUnmapped(problems, &event)
        case .event(let mapped):
            if mapped.isLink {
                try link(mapped, &event)
            } else if let reversal = mapped.reversal(receivedAt: event.incoming.receivedAt) {
                try reverse(reversal, mapped, &event)
            } else {
                try qualify(mapped, &event)
            }
        }
    }

    /// Ends an event that the source's mapping cannot read.
    func noteUnmapped(_ problems: [MappingProblem], _ event: inout Case) {
        event.row.outcome = .unmapped
        unmappedSources[event.source.number] = true
        let code = problems.first?.code ?? .mappingTypeError
        event.row.reasons = [code]
        guard event.source.mapping.text.onUnmapped == .refuse else { return }
        event.refusal = .unmapped(
            event: event.row.id, code: code.text, sentences: problems.map(\.description))
    }
}
