import Declarations
import Storage
import Time

/// One webhook's deliveries in memory: what may be sent next, what is under way, what is not yet on record.
///
/// Knows no socket, no table and no clock.
struct EndpointQueue {
    /// A delivery that may be sent, with its text.
    struct Ready: Equatable, Sendable {
        var due: OutboxTable.Due
        /// What receivers know it by.
        var id: String
        var body: [UInt8]
    }

    private struct Underway {
        var ready: Ready
        var startedAt: Instant
        var isOnRecord: Bool
        /// The webhook has been declared with another address, or was resumed, since it was begun.
        var isOutdated = false
    }

    /// Attempts at once.
    static let mostUnderway = 32
    /// Attempts that end sooner are put on record by their end alone. One that a kill cuts off is made
    /// again either way.
    static let briefness = Duration.milliseconds(50)
    /// Deliveries read ahead.
    static let pageSize = 256
    /// Deliveries read at once where other queues wait to be read.
    static let sliceSize = 32

    var endpoint: Endpoint
    private(set) var breaker: Breaker
    private var pause = LocalPause()
    private var ready: [Ready] = []
    private var firstReady = 0
    private var underway: [Int64: Underway] = [:]
    /// Deliveries of which the tables do not know all that is known here, with their attempts as read.
    private var held: [Int64: Int] = [:]
    /// Those that were recorded while a page was being read, which may show them as they were.
    private var recordedSinceAsked: Set<Int64> = []
    /// Those that wait again after an attempt that could not be made, while the tables still say that it
    /// is under way.
    private var takenBack: Set<Int64> = []
    private(set) var isAsked = false
    /// First attempts are read from this number on.
    private var seen: Int64
    private var mayHoldFresh = true
    private var nextAgain: Instant?
    /// The page on its way was asked for before the queue was forgotten.
    private var pageIsStale = false
    /// Deliveries that an operator wants sent now, until they are begun.
    private var urgent: Set<Int64> = []
    /// The tables may hold deliveries that a clock has dated which was ahead.
    private var mayBeMisdated = true
    /// The receiver has said that it is gone; the declaration will say so, too.
    private var isGone = false
    /// The webhook is declared no more.
    private var isRetired = false

    init(_ endpoint: Endpoint, _ stored: OutboxTable.Queue?) {
        self.endpoint = endpoint
        breaker = Breaker(stored)
        seen = stored?.head ?? 0
        nextAgain = .earliest
    }

    private var isActive: Bool { endpoint.status == .active && !isGone && !isRetired }

    // MARK: Pages

    /// A part of the queue to be read.
    struct Question: Equatable, Sendable {
        var webhook: Int64
        var from: Int64
        var limit: Int
        /// Of the limit, how many deliveries may be read that are held already.
        var held = 0
        var now: Instant
        /// To be read whenever they are due.
        var urgent: [Int64] = []
        /// Whether the dates of deliveries that wait for another attempt are to be checked.
        var checksDates = false

        /// A part of it, for a reader that others wait for.
        var shortened: Question {
            var question = self
            question.limit = min(limit, EndpointQueue.sliceSize + held)
            return question
        }
    }

    /// What was read.
    struct Page: Sendable {
        var webhook: Int64
        var again: [Ready] = []
        var fresh: [Ready] = []
        var urgent: [Ready] = []
        /// More deliveries may be misdated than were read.
        var mayBeMisdated = false
        /// Deliveries whose subject is gone.
        var skipped: [OutboxTable.Due] = []
        /// The number after the last one read.
        var seen: Int64
        var mayHoldFresh: Bool
        var nextAgain: Instant?
    }

    /// There may be deliveries that were not there before.
    mutating func wake() { mayHoldFresh = true }

    /// Tries the receiver at once, also where the breaker is open.
    ///
    /// - Parameter delivery: is sent before all others.
    mutating func probe(sending delivery: Int64?) {
        breaker.probeNow()
        pause.ended()
        if let delivery { urgent.insert(delivery) }
        mayHoldFresh = true
        nextAgain = .earliest
    }

    /// The clock was set back: what was dated before that is checked.
    mutating func clockWentBack() {
        mayBeMisdated = true
        nextAgain = .earliest
    }

    /// What is to be read now, if anything.
    mutating func question(at now: Instant) -> Question? {
        guard isActive, !isAsked else { return nil }
        let isDue = nextAgain.map { $0 <= now || $0 > now + endpoint.retry.longestWait } ?? false
        guard mayHoldFresh || isDue else { return nil }
        let room = breaker.room(of: Self.mostUnderway, at: now)
        // One that fails is read little ahead of.
        let wanted = breaker.failures == 0 ? Self.pageSize : room * 2
        guard room > 0,
            ready.count - firstReady < max(1, wanted / 2) || !urgent.isEmpty
        else { return nil }
        isAsked = true
        mayHoldFresh = false
        if isDue { nextAgain = nil }
        defer { mayBeMisdated = false }
        // What is held is read again, and must not crowd out the rest.
        return Question(
            webhook: endpoint.id, from: seen, limit: max(wanted, 1) + held.count, held: held.count,
            now: now, urgent: urgent.sorted(), checksDates: mayBeMisdated)
    }

    mutating func take(_ page: Page) -> [Records.Name] {
        isAsked = false
        guard !pageIsStale else {
            pageFailed()
            return []
        }
        hurry(page.urgent)
        for item in page.again where isNew(item.due.id) { hold(item) }
        for item in page.fresh where isNew(item.due.id) { hold(item) }
        seen = max(seen, page.seen)
        mayHoldFresh = mayHoldFresh || page.mayHoldFresh
        mayBeMisdated = mayBeMisdated || page.mayBeMisdated
        if let next = page.nextAgain { nextAgain = min(next, nextAgain ?? next) }
        recordedSinceAsked = []
        return page.skipped.filter { held[$0.id] == nil }.map {
            Records.Name(webhook: endpoint.id, delivery: $0.id)
        }
    }

    /// The page could not be read; it is asked for again.
    mutating func pageFailed() {
        isAsked = false
        pageIsStale = false
        recordedSinceAsked = []
        mayHoldFresh = true
        mayBeMisdated = true
        nextAgain = .earliest
    }

    private func isNew(_ id: Int64) -> Bool {
        held[id] == nil && !recordedSinceAsked.contains(id)
    }

    private mutating func hold(_ item: Ready) {
        held[item.due.id] = item.due.attempts
        ready.append(item)
    }

    /// Puts deliveries before all others that wait, also those that were read before.
    private mutating func hurry(_ items: [Ready]) {
        for item in items.reversed() where !recordedSinceAsked.contains(item.due.id) {
            guard underway[item.due.id] == nil else { continue }
            if held[item.due.id] != nil {
                let place = ready[firstReady...].firstIndex { $0.due.id == item.due.id }
                // What has ended and is not on record yet is not sent again.
                guard let place else { continue }
                ready.remove(at: place)
            }
            held[item.due.id] = item.due.attempts
            ready.insert(item, at: firstReady)
        }
        // What was not found has ended, or was taken back.
        urgent.formIntersection(items.map(\.due.id))
    }

    // MARK: Attempts

    /// The next delivery to be sent now, if any may be.
    ///
    /// - Parameter most: this endpoint's share of the attempts at once.
    mutating func start(at now: Instant, share most: Int = mostUnderway) -> Ready? {
        guard isActive, firstReady < ready.count,
            underway.count
                < min(breaker.room(of: Self.mostUnderway, at: now), pause.room(of: most, at: now))
        else { return nil }
        let item = ready[firstReady]
        firstReady += 1
        if firstReady == ready.count {
            ready.removeAll(keepingCapacity: true)
            firstReady = 0
        }
        urgent.remove(item.due.id)
        underway[item.due.id] = Underway(ready: item, startedAt: now, isOnRecord: false)
        return item
    }

    /// How an attempt ended. Nil for one that is not under way.
    mutating func ended(
        _ delivery: Int64, _ outcome: AttemptOutcome, at now: Instant, chance: Double
    ) -> (verdict: Verdict, startedAt: Instant, ready: Ready, notice: Breaker.Notice?)? {
        guard let attempt = underway.removeValue(forKey: delivery) else { return nil }
        if outcome != .cutOff { pause.ended() }
        let due = attempt.ready.due
        let verdict = endpoint.retry.verdict(
            on: outcome, number: due.attempts - due.uncounted + 1, endedAt: now, chance: chance)
        let notice: Breaker.Notice?
        switch outcome {
        case .cutOff: notice = nil
        case _ where outcome.isSuccess: notice = breaker.succeeded()
        // Says nothing of the receiver as it is declared now.
        case _ where attempt.isOutdated: notice = nil
        default: notice = breaker.failed(at: now)
        }
        if !urgent.isEmpty { breaker.probeNow() }
        if verdict == .gone { isGone = true }
        return (verdict, attempt.startedAt, attempt.ready, notice)
    }

    /// An attempt could not be made, for want of something that the gateway itself needs: the delivery waits
    /// again, as if it had not been begun.
    ///
    /// - Returns: whether the tables are to be told that it waits; nil for one that is not under way.
    mutating func lacked(_ delivery: Int64, at now: Instant) -> Bool? {
        guard let attempt = underway.removeValue(forKey: delivery) else { return nil }
        pause.lacked(at: now)
        guard !isRetired else {
            if !attempt.isOnRecord { held[delivery] = nil }
            return attempt.isOnRecord
        }
        if attempt.isOnRecord { takenBack.insert(delivery) }
        let later = ready[firstReady...].firstIndex { $0.due.id > delivery }
        ready.insert(attempt.ready, at: later ?? ready.count)
        return attempt.isOnRecord
    }

    /// The tables know that a delivery waits again.
    mutating func takenBack(_ delivery: Int64) {
        takenBack.remove(delivery)
        if isRetired, underway[delivery] == nil { held[delivery] = nil }
    }

    /// Attempts that the tables do not know to be under way, and shall.
    mutating func takeStarted(at now: Instant) -> [Records.Name] {
        var names: [Records.Name] = []
        for (id, attempt) in underway
        where !attempt.isOnRecord
            && (now - attempt.startedAt >= Self.briefness || now < attempt.startedAt)
        {
            names.append(Records.Name(webhook: endpoint.id, delivery: id))
            underway[id]?.isOnRecord = true
        }
        return names
    }

    /// The tables know now what became of it, and when it is due again, if it is.
    mutating func recorded(_ delivery: Int64, dueAgain: Instant?) {
        held[delivery] = nil
        if let dueAgain { nextAgain = min(dueAgain, nextAgain ?? dueAgain) }
        if isAsked { recordedSinceAsked.insert(delivery) }
    }

    /// The webhook was declared anew. What waits is forgotten, since its text may have to be another one,
    /// and is read again.
    mutating func declare(_ endpoint: Endpoint) {
        if endpoint.mayAnswerOtherwise(than: self.endpoint) || isGone {
            breaker.probeNow()
            pause.ended()
            for id in underway.keys { underway[id]?.isOutdated = true }
        }
        self.endpoint = endpoint
        isGone = false
        isRetired = false
        pageIsStale = isAsked
        var lowest = seen
        // What the tables say is under way would not be read again.
        let stays = ready[firstReady...].filter { takenBack.contains($0.due.id) }
        for item in ready[firstReady...] where !takenBack.contains(item.due.id) {
            held[item.due.id] = nil
            if item.due.attempts == 0 { lowest = min(lowest, item.due.id) }
        }
        ready = stays
        firstReady = 0
        seen = lowest
        mayHoldFresh = true
        nextAgain = .earliest
    }

    /// The webhook is no more. What is under way comes to its end, and nothing else is begun.
    mutating func retire() {
        isRetired = true
        for item in ready[firstReady...] where !takenBack.contains(item.due.id) {
            held[item.due.id] = nil
        }
        ready = []
        firstReady = 0
    }

    /// Retired, and all that was under way is on record.
    var isOver: Bool { isRetired && held.isEmpty && !isAsked }

    /// Where the queue stands once all that has ended is on record.
    func standing(ended: Set<Records.Name>) -> OutboxTable.Queue {
        var head = seen
        for (id, attempts) in held
        where attempts == 0 && !ended.contains(Records.Name(webhook: endpoint.id, delivery: id)) {
            head = min(head, id)
        }
        // An urgent delivery may be under way before those that were queued earlier have been read.
        let last = underway.keys.max().map { $0 + 1 } ?? seen
        return OutboxTable.Queue(
            webhook: endpoint.id, head: head, seen: max(seen, last), failures: breaker.failures,
            failingSince: breaker.failingSince, openedAt: breaker.openedAt,
            rounds: breaker.rounds, openSince: breaker.openSince)
    }

    /// When something will be due by itself.
    var wakeAt: Instant? {
        guard isActive else { return nil }
        let isWaiting = firstReady < ready.count || mayHoldFresh
        if isWaiting, let end = pause.until { return end }
        if let probe = breaker.probeAt { return isWaiting || nextAgain != nil ? probe : nil }
        return nextAgain
    }
}
