import Crypto
import Database
import HTTP
import JSON
import Ledger
import Mapping
import Referrals
import Time
import Transport
import Webhooks

/// The intake of partners' deliveries on one loop: verifies, parses, maps, and submits to the write
/// queue.
///
/// Nothing is parsed before the signature is verified. Belongs to its loop's thread.
package final class Intake {
    private let queue: WriteQueue
    private let current: CurrentDeclarations
    private let clock: WallClock
    private let maxBody: Int
    /// The rates of sources' requests; shared by all loops.
    private let rates: Rates<ID<Referrals.Source>>?
    private let observer: any IntakeObserver
    private var declarations: CompiledDeclarations
    private var generation = -1
    private var gathered: [Post] = []
    /// The source of the latest request and its path after `/hooks/`: each is needed twice, and one
    /// partner's deliveries come in series.
    private var recent: (id: [UInt8], source: SourceSettings)?

    /// Makes the intake of one loop. Without `rates` there is no limit of requests.
    package init(
        queue: WriteQueue, current: CurrentDeclarations, clock: WallClock, maxBody: Int,
        rates: Rates<ID<Referrals.Source>>? = nil, observer: any IntakeObserver
    ) {
        self.queue = queue
        self.current = current
        self.clock = clock
        self.maxBody = maxBody
        self.rates = rates
        self.observer = observer
        declarations = current.declarations
    }

    /// The label of a request to `/hooks/` that a log may contain: a source's id, if there is one.
    package func label(of head: Request) -> String {
        "\(head.method.name) /hooks/\(source(of: head.target)?.storedID ?? "*")"
    }

    /// True if the target is a source's; other handlers serve all other targets.
    package static func isFor(_ target: Target) -> Bool { target.pathHasPrefix("/hooks/") }

    // MARK: The head

    /// The refusals that need no body, in the order of the contract: source, method, media type,
    /// and those parts of a signature that the headers alone show.
    package func admit(_ head: Request) -> Admission {
        guard let source = source(of: head.target) else {
            return refuse(nil, missing(head.target))
        }
        guard head.method == .post else {
            return .answer(Problem.methodNotAllowed(allow: "POST").response)
        }
        guard source.reading.accepts(head.fields.first("content-type")) else {
            return refuse(
                source,
                .unsupportedMediaType(
                    head.fields, accepted: source.bodyFormats.map(\.contentType)))
        }
        if let problem = Problem.unsupportedCoding(head.fields) { return refuse(source, problem) }
        if let standing = rates?.take(source.number, at: clock.now()), !standing.isWithin {
            return refuse(
                source,
                .tooManyRequests(
                    "This source may send \(standing.limit) requests a second.", standing))
        }
        if let refusal = refusalByHead(of: head, source) {
            return refuse(source, .unauthorized(refusal, by: source.verifier?.scheme))
        }
        return .accept(maxBody: maxBody)
    }

    /// The refusal of a signature that no body can make right, before the body takes memory. A body
    /// that arrived whole with the head takes none, and is refused with the rest of its checks; one
    /// that is announced too large is answered 413 first.
    private func refusalByHead(of head: Request, _ source: SourceSettings) -> Refusal? {
        guard !head.bodyHasArrived, head.announcedLength ?? 0 <= maxBody else { return nil }
        return source.verifier?.refusalByHead(fields: head.fields, now: clock.now())
    }

    private func refuse(_ source: SourceSettings?, _ problem: Problem) -> Admission {
        observer.refused(source: source?.storedID, code: problem.code)
        return .answer(problem.response)
    }

    private func source(of target: Target) -> SourceSettings? {
        let latest = current.generation
        if latest != generation {
            declarations = current.declarations
            generation = latest
            recent = nil
        }
        let id = target.path.dropFirst(7)
        if let recent, id.elementsEqual(recent.id) { return recent.source }
        guard let source = declarations.sources[String(decoding: id, as: UTF8.self)] else {
            return nil
        }
        recent = (Array(id), source)
        return source
    }

    /// The reason for which a target leads to no source.
    private func missing(_ target: Target) -> Problem {
        let id = String(decoding: target.path.dropFirst(7), as: UTF8.self)
        return declarations.unusableSources.contains(id) ? .sourceUnusable : .unknownSource
    }

    // MARK: The delivery

    /// Handles a request whose body is complete; answers now if it is refused, else after the
    /// commit.
    package func handle(_ request: Request, reply: Reply) {
        guard let source = source(of: request.target) else {
            return reply.labelled(label(of: request)).answer(missing(request.target).response)
        }
        do throws(Problem) {
            gathered.append(try read(request, from: source, reply: reply))
        } catch {
            observer.refused(source: source.storedID, code: error.code)
            reply.labelled(label(of: request)).answer(error.response)
        }
    }

    /// Submits the messages that came in one turn of the loop.
    package func turnEnded() {
        guard !gathered.isEmpty else { return }
        let posts = gathered
        gathered.removeAll(keepingCapacity: true)
        let refused = queue.submit(posts)
        guard !refused.isEmpty else { return }
        for post in refused {
            let problem = RequestError.overloaded.problem
            observer.refused(source: post.source.storedID, code: problem.code)
            post.labelledReply.answer(problem.response)
        }
    }

    private func read(
        _ request: Request, from source: SourceSettings, reply: Reply
    ) throws(Problem) -> Post {
        let now = clock.now()
        try verify(request, source, now)
        guard !request.body.isEmpty || source.bodyFormats.contains(.form) else {
            throw .invalidJSON("The body is empty.", line: 1, column: 1)
        }
        let document = try document(request, source)
        let mapped = source.mapping.map(document, headers: request.fields)
        var messages: [Incoming] = []
        switch mapped {
        case .single(let item):
            let fields = source.reading.keptFields(
                request.fields, bodyIn: format(of: request), isUncut: source.mapping.cutsBodies)
            messages = [
                try incoming(
                    item, payload: document.root, body: request.body, source.isIDSigned, fields,
                    request.fields, source, now)
            ]
        case .batch(let items):
            messages.reserveCapacity(items.count)
            // An item of a list is stored as its own JSON.
            let fields = source.reading.keptFields(request.fields, bodyIn: .json)
            for item in items {
                let range = item.payload.range
                messages.append(
                    try incoming(
                        item.item, payload: item.payload, body: Array(document.bytes[range]),
                        source.isIDSigned, fields, request.fields, source, now))
            }
        }
        var isBatch = false
        if case .batch = mapped { isBatch = true }
        return Post(source: source, messages: messages, isBatch: isBatch, reply: reply)
    }

    private func verify(
        _ request: Request, _ source: SourceSettings, _ now: Instant
    ) throws(Problem) {
        guard let verifier = source.verifier else { throw .sourceUnusable }
        let verdict: Verification
        do {
            verdict = try verifier.verify(
                fields: request.fields, method: "POST", body: request.body.span, now: now)
        } catch {
            throw .internalError(cause: "\(error)")
        }
        if case .refused(let refusal) = verdict {
            throw .unauthorized(refusal, by: verifier.scheme)
        }
    }

    private func document(_ request: Request, _ source: SourceSettings) throws(Problem) -> Document
    {
        if format(of: request) == .form {
            do { return try Form.document(from: request.body) } catch {
                throw Problem(
                    .badRequest, "invalid_form", "The form is malformed",
                    detail: error.description)
            }
        }
        do { return try Document(parsing: request.body) } catch {
            throw .invalidJSON("\(error.reason)", line: error.line, column: error.column)
        }
    }

    /// JSON, unless the sender declares a form.
    private func format(of request: Request) -> BodyFormat {
        BodyFormat(contentType: request.fields.first("content-type") ?? []) ?? .json
    }

    private func incoming(
        _ item: Mapped.Item, payload: JSON.Value, body: [UInt8], _ isIDSigned: Bool,
        _ fields: String?, _ headers: Fields, _ source: SourceSettings, _ now: Instant
    ) throws(Problem) -> Incoming {
        var eventID: String?
        switch item {
        case .event(let event): eventID = event.eventID
        case .unmapped: eventID = source.mapping.eventID(of: payload, headers: headers)
        case .notOurs: break
        }
        var digest: [UInt8]?
        if eventID == nil || !isIDSigned {
            do { digest = try SHA256.digest(of: body) } catch {
                throw .internalError(cause: "\(error)")
            }
        }
        return Incoming(
            item, payload: payload, eventID: eventID ?? Incoming.bodyID(digest: digest ?? []),
            digest: eventID == nil ? nil : digest, receivedAt: now, fields: fields,
            body: body)
    }
}

/// The receiver of reports on deliveries refused before they were processed; they are only counted,
/// never stored.
package protocol IntakeObserver: Sendable {
    func refused(source: String?, code: String)
}
