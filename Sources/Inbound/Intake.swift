import Database
import HTTP
import Ledger
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
        if let problem = source.refusal(ofFormat: head.fields) { return refuse(source, problem) }
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
        let verification = try source.verification(of: request.body, request.fields, at: now)
        if case .refused(let refusal) = verification {
            throw .unauthorized(refusal, by: source.verifier?.scheme)
        }
        let delivery = try source.read(request.body, request.fields, at: now)
        return Post(
            source: source, messages: delivery.messages, isBatch: delivery.isBatch, reply: reply)
    }
}

/// The receiver of reports on deliveries refused before they were processed; they are only counted,
/// never stored.
package protocol IntakeObserver: Sendable {
    func refused(source: String?, code: String)
}
