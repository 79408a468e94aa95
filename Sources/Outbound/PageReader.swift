import Database
import Referrals
import Sockets
import Storage
import Synchronization
import Time

/// A thread with its own read-only connection that reads pages of queues and writes the bodies of
/// notifications.
final class PageReader: Sendable {
    /// The declarations that a page is made with, as of the moment of the request.
    struct Setting: Sendable {
        var campaigns: [ID<Campaign>: CampaignNote]
        var endpoint: Endpoint
    }

    /// - Parameter isAlone: True if nothing else waits.
    private typealias Work = @Sendable (_ store: Store, _ isAlone: Bool) -> Void

    /// Work in turn: each queue has at most one page here.
    private let worker = Worker<[Work]>([])

    func start(
        _ open: @escaping @Sendable () throws(DatabaseError) -> Store
    ) throws(SystemError) {
        try worker.start(name: "outbox") { [self] in
            Thread.stepBack()
            if let store = openAtLast(open) { run(store) }
        }
    }

    /// Opens the store, and retries until it can. Returns nil if the reader is stopped first.
    private func openAtLast(
        _ open: @Sendable () throws(DatabaseError) -> Store
    ) -> Store? {
        while true {
            if let store = try? open() { return store }
            if worker.take({ _ in ((), true) }).isStopping { return nil }
            worker.wait(milliseconds: 250)
        }
    }

    func stop() { worker.stop() }

    /// Reads the state of all queues.
    func queues(_ answer: @escaping @Sendable ([OutboxTable.Queue]?) -> Void) {
        enqueue { store, _ in answer(try? store.outbox.allQueues()) }
    }

    /// Reads a page; `answer` receives nil if it could not be read. A long page is cut short if
    /// other queues wait, so that none waits for the whole of another's page.
    func read(
        _ question: EndpointQueue.Question, _ setting: Setting,
        _ answer: @escaping @Sendable (EndpointQueue.Page?) -> Void
    ) {
        enqueue { store, isAlone in
            answer(try? Self.page(isAlone ? question : question.shortened, setting, store))
        }
    }

    private func enqueue(_ work: @escaping Work) { _ = worker.put { $0.append(work) } }

    private func run(_ store: Store) {
        while true {
            let (work, isStopping) = worker.take { mail in
                defer { mail = [] }
                return (mail, mail.isEmpty)
            }
            for item in work { item(store, work.count == 1) }
            if work.isEmpty {
                if isStopping { return }
                worker.wait(milliseconds: 60_000)
            }
        }
    }

    // MARK: Pages

    static func page(
        _ question: EndpointQueue.Question, _ setting: Setting, _ store: Store
    ) throws -> EndpointQueue.Page {
        // This gateway must not send the rows of a file that was replaced.
        try store.checkPlace()
        return try store.snapshot { try readPage(question, setting, store) }
    }

    private static func readPage(
        _ question: EndpointQueue.Question, _ setting: Setting, _ store: Store
    ) throws(StorageError) -> EndpointQueue.Page {
        let webhook = question.webhook
        let latest = question.now + setting.endpoint.retry.longestWait
        var again = try store.outbox.again(
            of: webhook, at: question.now, limit: question.limit)
        let overlong = try store.outbox.overlong(
            of: webhook, after: latest, limit: question.limit)
        let misdated =
            question.checksDates
            ? try store.outbox.misdated(of: webhook, at: question.now, limit: question.limit) : []
        let fresh = try store.outbox.fresh(
            of: webhook, from: question.from, limit: question.limit)
        var page = EndpointQueue.Page(
            webhook: webhook, seen: (fresh.last?.id).map { $0 + 1 } ?? question.from,
            mayHoldFresh: fresh.count == question.limit,
            nextAgain: again.count == question.limit || overlong.count == question.limit
                || misdated.count == question.limit
                ? question.now
                : try store.outbox.nextAgain(of: webhook, after: question.now, until: latest))
        page.mayBeMisdated = misdated.count == question.limit
        again += overlong + misdated
        let tag = try store.catalog.meta(OutboxRecorder.tagName) ?? ""
        var loader = ContextLoader(store, campaigns: setting.campaigns)
        for id in question.urgent {
            guard let due = try store.outbox.pending(id, of: webhook) else { continue }
            if let ready = try word(due, tag, setting, &loader) { page.urgent.append(ready) }
        }
        for due in again {
            if let ready = try word(due, tag, setting, &loader) {
                page.again.append(ready)
            } else {
                page.skipped.append(due)
            }
        }
        for due in fresh {
            if let ready = try word(due, tag, setting, &loader) {
                page.fresh.append(ready)
            } else {
                page.skipped.append(due)
            }
        }
        return page
    }

    private static func word(
        _ due: OutboxTable.Due, _ tag: String, _ setting: Setting, _ loader: inout ContextLoader
    ) throws(StorageError) -> EndpointQueue.Ready? {
        let id = NotificationName.text(of: due.id, tag: tag)
        if let body = due.body { return EndpointQueue.Ready(due: due, id: id, body: body) }
        guard let type = due.type.value,
            let context = try loader.context(of: type, subject: due.subject)
        else { return nil }
        let notification = NotificationBody(
            id: id, type: type, createdAt: due.createdAt, context: context,
            campaign: context.campaignID.flatMap { setting.campaigns[$0] })
        return EndpointQueue.Ready(
            due: due, id: id, body: notification.body(in: setting.endpoint.form))
    }
}

/// The id of a notification that receivers see; the same over all webhooks and attempts.
enum NotificationName {
    static func text(of number: Int64, tag: String) -> String { "evt_\(tag)\(number)" }
}
