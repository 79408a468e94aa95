import Database
import Mapping
import Referrals
import Storage
import Time

/// Processes messages: gathers the facts, has them decided, records the consequences.
///
/// All of this happens inside a transaction that the caller opens and commits, on one thread. State
/// kept between transactions must be cleared when the caller asks for it.
package final class EventProcessor: ForgettableRows {
    /// The store that everything is read from and written to.
    package let store: Store
    /// The stock of the coupon pools.
    package let pools: Pools
    let caps: CapUsage
    let randomBytes: (Int) -> [UInt8]
    /// True for sources with stored messages that could not be mapped, as far as known.
    var unmappedSources: [ID<Referrals.Source>: Bool] = [:]
    /// True if events of an earlier release remain to be examined for names, as far as known.
    var unnamedEvents: Bool?
    /// Events that waited for a purchase recorded in this transaction.
    var followUps: [ID<Event>] = []
    /// True if events may wait for a key of the event that is being decided.
    var hasFollowUps = true
    /// Conversions recorded in this transaction. Their notifications are queued, and their bodies
    /// are written from the rows that the transaction leaves: a reversal that waited for one is not
    /// notified again.
    var created: Set<ID<Conversion>> = []
    /// True while events are decided that waited for a purchase of this transaction.
    var isFollowingUp = false
    /// The parked events that may be decided again.
    let released: ReleasedEvents
    /// The automatic work that failed.
    package let setAside = SetAside()
    var progress = ReleaseProgress()
    /// The clock for steps that cannot be undone.
    var cautiousClock: CautiousClock?
    /// The latest time that the writer has stored.
    var latestTime = Instant(clampingMicroseconds: .min)
    /// True if a clock that was ahead may have dated waiting rows.
    var datesAreSuspect = true
    /// The declarations in force.
    package var declarations: CompiledDeclarations {
        // A source may have been resumed, a campaign may have been added.
        didSet {
            released.search()
            store.signups.isTracked = declarations.tracksSignups
        }
    }
    /// Receives each decision; nil except in trial runs that measure.
    package var observer: (any DecisionObserver)?
    let earlierRules: CompiledDeclarations.EarlierRules
    private var registration: WriterMemory.Registration?
    /// True if a stored response names deleted people; only its caller can decrypt stored
    /// responses.
    let answerNames: Store.AnswerTest

    /// The number of days that an event waits for its participant or its purchase.
    package static let parkingDays = 30
    /// The largest number of one source's events that may wait at once.
    package static let maxParkedPerSource = 100_000

    /// - Parameters:
    ///   - earlierRules: Reads the rules of an earlier version of a campaign.
    ///   - answerNames: True if a stored response names deleted people.
    ///   - randomBytes: The source of codes and ids.
    package init(
        _ store: Store, declarations: CompiledDeclarations,
        earlierRules: @escaping CompiledDeclarations.EarlierRules = { _, _ in nil },
        answerNames: @escaping Store.AnswerTest = { _, _ in false },
        randomBytes: @escaping (Int) -> [UInt8]
    ) {
        self.store = store
        self.declarations = declarations
        self.earlierRules = earlierRules
        self.answerNames = answerNames
        self.randomBytes = randomBytes
        pools = Pools(store)
        caps = CapUsage(store)
        released = ReleasedEvents(store.parked)
        registration = store.memory.register(self)
        store.signups.deriveFormerUIDs()
        store.signups.isTracked = declarations.tracksSignups
    }

    /// The rule of a reward on record.
    func rule(of row: RewardRow) throws(StorageError) -> CampaignReward? {
        try declarations.rule(of: row, store, earlier: earlierRules)
    }

    /// Clears the state that was kept between transactions.
    package func forget() {
        progress = ReleaseProgress()
        unmappedSources.removeAll()
        unnamedEvents = nil
    }

    /// Processes one message, or answers a repeat from the rows as they are now.
    package func process(
        _ incoming: Incoming, from source: SourceSettings, now: Instant
    ) throws(StorageError) -> Answer {
        if let known = try find(incoming, from: source) {
            return try processAgain(known, incoming, from: source, now: now)
        }
        let id = try store.numbers.nextEvent()
        var event = Case(incoming, as: id, from: source, now: now)
        try process(&event)
        if event.row.outcome == .parked { try notifyParked(event) }
        try store.events.append(event.row)
        try count(event, was: nil)
        if let digest = incoming.digest {
            try store.events.append(digest: digest, of: id, source: source.number)
        }
        if event.row.conversion?.number != id.number {
            try noteNames(of: event.row, incoming, source, isKnown: false)
        }
        return event.answer(isDuplicate: false)
    }

    /// The settings with which a message is decided: those with which it was read, as its stored
    /// version must map its body to the same fields. Only a pause or its end takes effect at once;
    /// otherwise a message could be parked after the source's events were released.
    ///
    /// - Parameter source: The settings with which the message was read.
    func settings(for source: SourceSettings) -> SourceSettings {
        guard let current = declarations.source(source.number), current !== source,
            current.isPaused != source.isPaused
        else { return source }
        return source.with(isPaused: current.isPaused)
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
        // A message that could not be mapped had its body's id. After the mapping is corrected,
        // the same body has one.
        guard try hasUnmapped(source), let bodyID = incoming.bodyID else { return nil }
        return try store.events.find(source: source.number, eventID: bodyID)

    }

    private func hasUnmapped(_ source: SourceSettings) throws(StorageError) -> Bool {
        if let known = unmappedSources[source.number] { return known }
        let isThere = try store.events.hasUnmapped(source: source.number)
        unmappedSources[source.number] = isThere
        return isThere
    }

    /// Answers a repeat: for an event that left a conversion, as of now; any other event is decided
    /// again.
    private func processAgain(
        _ id: ID<Event>, _ incoming: Incoming, from source: SourceSettings, now: Instant
    ) throws(StorageError) -> Answer {
        guard let row = try store.events.find(id) else {
            throw .contradiction("event \(id.number) is in an index and not in its table")
        }
        if row.outcome != .unmapped, !isSame(row, incoming, source) {
            return .refused(.eventIDReused(event: id, eventID: incoming.eventID))
        }
        if row.isSettled { return .recorded(try standing(of: row, isDuplicate: true)) }
        return try redecide(row, incoming, from: source, now: now)
    }

    /// True if a message repeats a stored event. If the mapping fails now, the bodies are compared
    /// in place of the fields. The mapping may have been another one then, or an earlier release
    /// may have read it differently, so the stored body is mapped once more.
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
        // Windows count from the first arrival; the decision is made as of now.
        var incoming = incoming
        incoming.receivedAt = row.receivedAt
        if let lead = SuppliedLead(kept: row.fields) { incoming.supply(lead) }
        var event = Case(incoming, as: row.id, from: source, now: now)
        try process(&event)
        event.row.eventID = try eventID(of: incoming, for: row)
        if event.row.outcome == .parked, row.outcome != .parked { try notifyParked(event) }
        try store.events.update(event.row)
        try count(event, was: row.outcome)
        try noteNames(of: event.row, incoming, source, isKnown: true)
        return event.answer(isDuplicate: true)
    }

    /// The event's id. It stays, unless it was derived from the body and the mapping finds a better
    /// one now.
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
