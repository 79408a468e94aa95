import Declarations
import Referrals
import Storage
import Time

/// One webhook's deliveries in memory: those that may be sent next, those under way, those not yet
/// recorded.
///
/// Knows no socket, no table and no clock.
struct EndpointQueue {
    /// A delivery that may be sent, with its body.
    struct Ready: Equatable, Sendable {
        var due: OutboxTable.Due
        /// The id that receivers see.
        var id: String
        var body: [UInt8]
    }

    private struct Underway {
        var ready: Ready
        var startedAt: Instant
        var isOnRecord: Bool
        /// True if the webhook has been declared with another address, or was resumed, since the
        /// attempt began.
        var isOutdated = false
    }

    /// The largest number of attempts at once.
    static let mostUnderway = 32
    /// Attempts that end sooner are recorded only at their end. An attempt that a kill cuts off is
    /// made again either way.
    static let briefness = Duration.milliseconds(50)
    /// The number of deliveries read ahead.
    static let pageSize = 256
    /// The number of deliveries read at once if other queues wait to be read.
    static let sliceSize = 32

    var endpoint: Endpoint
    private(set) var breaker: Breaker
    private var pause = LocalPause()
    private var ready: [Ready] = []
    private var firstReady = 0
    private var underway: [Int64: Underway] = [:]
    /// Deliveries whose state here is newer than in the tables, with their attempts as read.
    private var held: [Int64: Int] = [:]
    /// Deliveries recorded while a page was being read; the page may show their former state.
    private var recordedSinceAsked: Set<Int64> = []
    /// Deliveries that wait again after an attempt that could not be made, while the tables still
    /// show them as under way.
    private var takenBack: Set<Int64> = []
    private(set) var isAsked = false
    /// The number from which first attempts are read.
    private var seen: Int64
    private var mayHoldFresh = true
    private var nextAgain: Instant?
    /// True if the page being read was requested before the queue was cleared.
    private var pageIsStale = false
    /// Deliveries that an operator wants sent now, until their attempts begin.
    private var urgent: Set<Int64> = []
    /// True if the tables may hold deliveries dated by a clock that was ahead.
    private var mayBeMisdated = true
    /// True if the receiver has answered that it is gone; the declaration follows later.
    private var isGone = false
    /// True if the webhook is no longer declared.
    private var isRetired = false

    init(_ endpoint: Endpoint, _ stored: OutboxTable.Queue?) {
        self.endpoint = endpoint
        breaker = Breaker(stored)
        seen = stored?.head ?? 0
        nextAgain = .earliest
    }

    private var isActive: Bool { endpoint.status == .active && !isGone && !isRetired }

    // MARK: Pages

    /// A request for a part of the queue.
    struct Question: Equatable, Sendable {
        var webhook: ID<Webhook>
        var from: Int64
        var limit: Int
        /// The number of deliveries within the limit that may be in memory already.
        var held = 0
        var now: Instant
        /// Deliveries to read regardless of when they are due.
        var urgent: [Int64] = []
        /// True if the dates of deliveries that wait for another attempt are to be checked.
        var checksDates = false

        /// A smaller request, for a reader that other queues wait for.
        var shortened: Question {
            var question = self
            question.limit = min(limit, EndpointQueue.sliceSize + held)
            return question
        }
    }

    /// The deliveries that were read.
    struct Page: Sendable {
        var webhook: ID<Webhook>
        var again: [Ready] = []
        var fresh: [Ready] = []
        var urgent: [Ready] = []
        /// True if more deliveries may be misdated than were read.
        var mayBeMisdated = false
        /// Deliveries whose subject is gone.
        var skipped: [OutboxTable.Due] = []
        /// The number after the last delivery read.
        var seen: Int64
        var mayHoldFresh: Bool
        var nextAgain: Instant?
    }

    /// Notes that new deliveries may have been queued.
    mutating func wake() { mayHoldFresh = true }

    /// Makes an attempt due at once, even if the breaker is open.
    ///
    /// - Parameter delivery: The delivery to send before all others.
    mutating func probe(sending delivery: Int64?) {
        breaker.probeNow()
        pause.ended()
        if let delivery { urgent.insert(delivery) }
        mayHoldFresh = true
        nextAgain = .earliest
    }

    /// Has the dates of waiting deliveries checked, because the clock was set back.
    mutating func clockWentBack() {
        mayBeMisdated = true
        nextAgain = .earliest
    }

    /// The part of the queue to read now; nil if none.
    mutating func question(at now: Instant) -> Question? {
        guard isActive, !isAsked else { return nil }
        let isDue = nextAgain.map { $0 <= now || $0 > now + endpoint.retry.longestWait } ?? false
        guard mayHoldFresh || isDue else { return nil }
        let room = breaker.room(of: Self.mostUnderway, at: now)
        // Little is read ahead for an endpoint that fails.
        let wanted = breaker.failures == 0 ? Self.pageSize : room * 2
        guard room > 0,
            ready.count - firstReady < max(1, wanted / 2) || !urgent.isEmpty
        else { return nil }
        isAsked = true
        mayHoldFresh = false
        if isDue { nextAgain = nil }
        defer { mayBeMisdated = false }
        // Deliveries in memory are read again, and must not crowd out the rest.
        return Question(
            webhook: endpoint.id, from: seen, limit: max(wanted, 1) + held.count, held: held.count,
            now: now, urgent: urgent.sorted(), checksDates: mayBeMisdated)
    }

    mutating func take(_ page: Page) -> [DeliveryKey] {
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
            DeliveryKey(webhook: endpoint.id, delivery: $0.id)
        }
    }

    /// Notes that a page could not be read; it is requested again.
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

    /// Puts deliveries before all others that wait, including those that were read earlier.
    private mutating func hurry(_ items: [Ready]) {
        for item in items.reversed() where !recordedSinceAsked.contains(item.due.id) {
            guard underway[item.due.id] == nil else { continue }
            if held[item.due.id] != nil {
                let place = ready[firstReady...].firstIndex { $0.due.id == item.due.id }
                // A delivery that has ended and is not recorded yet is not sent again.
                guard let place else { continue }
                ready.remove(at: place)
            }
            held[item.due.id] = item.due.attempts
            ready.insert(item, at: firstReady)
        }
        // A delivery that was not found has ended, or was taken back.
        urgent.formIntersection(items.map(\.due.id))
    }

    // MARK: Attempts

    /// The next delivery to send now; nil if none may be sent.
    ///
    /// - Parameter most: This endpoint's share of the attempts at once.
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

    /// Takes in the end of an attempt. Returns nil if the attempt is not under way.
    mutating func ended(
        _ delivery: Int64, _ outcome: AttemptOutcome, at now: Instant, chance: Double
    ) -> (
        consequence: AttemptConsequence, startedAt: Instant, ready: Ready, notice: Breaker.Notice?
    )? {
        guard let attempt = underway.removeValue(forKey: delivery) else { return nil }
        if outcome != .cutOff { pause.ended() }
        let due = attempt.ready.due
        let consequence = endpoint.retry.consequence(
            of: outcome, number: due.attempts - due.uncounted + 1, endedAt: now, chance: chance)
        let notice: Breaker.Notice?
        switch outcome {
        case .cutOff: notice = nil
        case _ where outcome.isSuccess: notice = breaker.succeeded()
        // The result is not about the receiver as it is declared now.
        case _ where attempt.isOutdated: notice = nil
        default: notice = breaker.failed(at: now)
        }
        if !urgent.isEmpty { breaker.probeNow() }
        if consequence == .gone { isGone = true }
        return (consequence, attempt.startedAt, attempt.ready, notice)
    }

    /// Takes back an attempt that could not be made because the gateway itself lacked a resource:
    /// the delivery waits again, as if the attempt had not begun.
    ///
    /// - Returns: True if the tables must record that it waits; nil if it is not under way.
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

    /// Notes that the tables show a delivery as waiting again.
    mutating func takenBack(_ delivery: Int64) {
        takenBack.remove(delivery)
        if isRetired, underway[delivery] == nil { held[delivery] = nil }
    }

    /// Takes out the attempts under way that the tables do not show yet but must.
    mutating func takeStarted(at now: Instant) -> [DeliveryKey] {
        var names: [DeliveryKey] = []
        for (id, attempt) in underway
        where !attempt.isOnRecord
            && (now - attempt.startedAt >= Self.briefness || now < attempt.startedAt)
        {
            names.append(DeliveryKey(webhook: endpoint.id, delivery: id))
            underway[id]?.isOnRecord = true
        }
        return names
    }

    /// Notes that the tables hold the result of a delivery's attempt, and the time it is due again,
    /// if it is.
    mutating func recorded(_ delivery: Int64, dueAgain: Instant?) {
        held[delivery] = nil
        if let dueAgain { nextAgain = min(dueAgain, nextAgain ?? dueAgain) }
        if isAsked { recordedSinceAsked.insert(delivery) }
    }

    /// Takes in a new declaration of the webhook. Waiting deliveries are dropped and read again,
    /// since their bodies may change.
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
        // A delivery that the tables show as under way would not be read again.
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

    /// Ends the queue of a webhook that is no longer declared. Attempts under way come to their
    /// end; no others begin.
    mutating func retire() {
        isRetired = true
        for item in ready[firstReady...] where !takenBack.contains(item.due.id) {
            held[item.due.id] = nil
        }
        ready = []
        firstReady = 0
    }

    /// True if the webhook is retired and all attempts that were under way are recorded.
    var isOver: Bool { isRetired && held.isEmpty && !isAsked }

    /// The state of the queue once all ended attempts are recorded.
    func standing(ended: Set<DeliveryKey>) -> OutboxTable.Queue {
        var head = seen
        for (id, attempts) in held
        where attempts == 0 && !ended.contains(DeliveryKey(webhook: endpoint.id, delivery: id)) {
            head = min(head, id)
        }
        // An urgent delivery may be under way before those that were queued earlier have been read.
        let last = underway.keys.max().map { $0 + 1 } ?? seen
        return OutboxTable.Queue(
            webhook: endpoint.id, head: head, seen: max(seen, last), failures: breaker.failures,
            failingSince: breaker.failingSince, openedAt: breaker.openedAt,
            rounds: breaker.rounds, openSince: breaker.openSince)
    }

    /// The time at which something becomes due by itself.
    var wakeAt: Instant? {
        guard isActive else { return nil }
        let isWaiting = firstReady < ready.count || mayHoldFresh
        if isWaiting, let end = pause.until { return end }
        if let probe = breaker.probeAt { return isWaiting || nextAgain != nil ? probe : nil }
        return nextAgain
    }
}
