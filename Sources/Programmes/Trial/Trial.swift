import Database
import Declarations
import HTTP
import Inbound
import Insight
import JSON
import Ledger
import Mapping
import Outbound
import Referrals
import Storage
import Time
import Webhooks

/// The result of trying one delivery of a partner: all that would follow if it were posted now. It
/// is made within a transaction that its caller rolls back.
package struct Trial: Sendable {
    /// The delivery to try.
    package struct Delivery: Sendable {
        /// The header fields.
        package var fields = Fields()
        /// The bytes of the body.
        package var body: [UInt8]
        /// False to skip the check of the signature.
        package var verifies: Bool

        package init(body: [UInt8], verifies: Bool = true) {
            self.body = body
            self.verifies = verifies
        }
    }

    /// The result of the check of the signature.
    package enum Signature: Equatable, Sendable {
        case valid
        case refused(Refusal)
        /// The check was skipped, or the delivery was refused before it.
        case unchecked
    }

    /// A notification that would be sent.
    package struct Notification: Sendable {
        /// The webhook with its name.
        package let webhook: ID<Webhook>
        package let name: String
        /// The type of the notification.
        package let type: String
        /// The method and the address of the request.
        package let method: String
        package let url: String
        /// The body as the webhook would receive it now; nil if its subject is gone.
        package let body: [UInt8]?
    }

    /// One message of the delivery.
    package struct Tried: Sendable {
        /// The sender's id, or that of the body.
        package let eventID: String
        /// The fields of the mapping with their expressions and values.
        package let fields: [ShownField]
        /// The answer that the partner would get. Its numbers are not taken.
        package let answer: Answer
        /// The trace of the decision as JSON and as text; nil if the id belongs to another event.
        package let trace: Trace?
        /// The notifications that would be queued, in the order of the webhooks.
        package let notifications: [Notification]
    }

    /// An explanation of the decision.
    package struct Trace: Sendable {
        package let json: [UInt8]
        package let text: String
    }

    /// The source's declared id.
    package let source: String
    /// The result of the check of the signature.
    package var signature = Signature.unchecked
    /// The refusal of the delivery as a whole; nil if it is accepted.
    package var refusal: Problem?
    /// The messages that were tried.
    package var events: [Tried] = []
    /// The number of messages that were not tried, because the turn was over.
    package var leftOut = 0
}

extension Trial {
    /// Tries deliveries on a processor.
    package struct Runner {
        private let processor: EventProcessor
        private let versions: Versions
        private let forms: [ID<Webhook>: WebhookDeclaration]
        private let campaigns: [ID<Campaign>: CampaignNote]
        private let now: Instant

        /// - Parameter versions: The reader of the versions that traces name.
        package init(
            _ processor: EventProcessor, _ versions: Versions, at now: Instant
        ) throws(StorageError) {
            self.processor = processor
            self.versions = versions
            self.now = now
            campaigns = processor.declarations.campaigns.mapValues(\.note)
            forms = Dictionary(
                try processor.store.catalog.webhooks().compactMap { row in
                    (try? WebhookDeclaration.read(stored: Array(row.document.utf8)))
                        .map { (row.id, $0) }
                }, uniquingKeysWith: { $1 })
        }

        /// Tries a delivery. The caller rolls the open transaction back.
        package func run(
            _ delivery: Delivery, to source: SourceSettings, turn: Turn
        ) throws -> Trial {
            var trial = Trial(source: source.id)
            var fields = delivery.fields
            if fields.first("content-type") == nil, let format = source.bodyFormats.first {
                fields.append("content-type", format.contentType)
            }
            let read: ReadDelivery
            do throws(Problem) {
                if let problem = source.refusal(ofFormat: fields) { throw problem }
                if delivery.verifies {
                    let verification = try source.verification(
                        of: delivery.body, fields, at: now)
                    if case .refused(let refusal) = verification {
                        trial.signature = .refused(refusal)
                        throw .unauthorized(refusal, by: source.verifier?.scheme)
                    }
                    trial.signature = .valid
                }
                read = try source.read(delivery.body, fields, at: now)
            } catch {
                trial.refusal = error
                return trial
            }
            let observer = processor.observer
            processor.observer = nil
            defer { processor.observer = observer }
            for (index, message) in read.messages.enumerated() {
                if index > 0, turn.isOver {
                    trial.leftOut = read.messages.count - index
                    break
                }
                trial.events.append(try event(message, fields, source, turn))
            }
            return trial
        }

        private func event(
            _ message: Incoming, _ fields: Fields, _ source: SourceSettings, _ turn: Turn
        ) throws -> Tried {
            let store = processor.store
            let last = try store.deliveries.lastID()
            let answer = try processor.process(message, from: source, now: now)
            try processor.processFollowUps(now: now, turn: turn)
            let id: ID<Event>? =
                switch answer {
                case .recorded(let recorded): recorded.event
                case .refused(.unmapped(let event, _, _)): event
                case .refused(.eventIDReused): nil
                }
            let explanation = try id.map {
                try versions.explainer(store, now: now)
                    .explain(.event($0.number), account: source.account)
            }
            return Tried(
                eventID: message.eventID,
                fields: message.payload.map {
                    source.mapping.shownFields(of: $0, headers: fields)
                } ?? [],
                answer: answer,
                trace: explanation.map { Trace(json: $0.json, text: $0.description) },
                notifications: try notifications(after: last))
        }

        /// The notifications queued since the one with a number.
        private func notifications(after last: Int64) throws(StorageError) -> [Notification] {
            var notifications: [Notification] = []
            for webhook in processor.declarations.webhooks {
                guard let declared = forms[webhook.id] else { continue }
                let due = try processor.store.outbox.fresh(
                    of: webhook.id, from: last + 1, limit: 1_000)
                for delivery in due {
                    let body = try NotificationPreview.body(
                        of: QueuedDelivery(
                            webhook: webhook.name, id: delivery.id, type: delivery.type,
                            subject: delivery.subject, createdAt: delivery.createdAt),
                        in: NotificationForm(of: declared), campaigns: campaigns,
                        processor.store)
                    notifications.append(
                        Notification(
                            webhook: webhook.id, name: webhook.name, type: delivery.type.text,
                            method: declared.method.rawValue, url: declared.url, body: body))
                }
            }
            return notifications
        }
    }
}

extension Trial {
    /// A trial that ends its transaction by being thrown.
    private struct Undone: Error {
        let trial: Trial
    }

    /// Tries a delivery in a transaction of its own, which is rolled back.
    ///
    /// - Parameter source: Finds the source in the declarations of the processor.
    package static func run(
        _ delivery: Delivery, on processor: EventProcessor, _ versions: Versions, at now: Instant,
        to source: (CompiledDeclarations) throws -> SourceSettings
    ) throws -> Trial {
        processor.noteTime(now)
        do {
            try processor.transaction({ _ in }) { () throws -> Void in
                let settings = try source(processor.declarations)
                throw Undone(
                    trial: try Runner(processor, versions, at: now)
                        .run(delivery, to: settings, turn: .unlimited))
            }
        } catch let undone as Undone {
            return undone.trial
        }
        throw StorageError.contradiction("a trial has no result")
    }
}
