import HTTP

/// What a server does with requests. Each loop has its own handler, made on that loop's thread and
/// called on it only; nothing here may block.
package protocol Handler: AnyObject {
    /// Decides on a head, before its body is read and before a 100 is sent.
    func admit(_ head: Request) -> Admission

    /// Decides on a head for which `admit` said `later`. Nothing more is read from its connection until
    /// the decision is there.
    func decide(on head: Request, _ deferral: Deferral)

    /// Takes a whole request. The reply may be given at once, or later from any thread, but it must
    /// be given.
    func handle(_ request: Request, reply: Reply)

    /// No connection can be accepted just now: the process or the machine has no descriptor or no memory left. It is
    /// tried again soon, and told each time.
    func acceptingPaused()

    /// What a log may say of a request: its method and what it was for. It holds nothing that the client chose
    /// freely, as that may name a person.
    func label(of head: Request) -> String?

    /// Whether each answer is handed to `willAnswer`, and not only errors and those with a label.
    var hearsEveryAnswer: Bool { get }

    /// The last look at an answer that is about to be given, on the loop's thread.
    ///
    /// - Parameter label: of the request, where its head was read.
    func willAnswer(_ response: inout Response, to label: String?)

    /// All requests that were ready together have been handled: the moment to hand over what was
    /// gathered from them.
    func turnEnded()
}

extension Handler {
    /// For handlers that always decide at once.
    package func decide(on head: Request, _ deferral: Deferral) {
        deferral.decide(admit(head))
    }

    package func acceptingPaused() {}

    package func label(of head: Request) -> String? { nil }

    package var hearsEveryAnswer: Bool { false }

    package func willAnswer(_ response: inout Response, to label: String?) {}

    package func turnEnded() {}
}

/// What becomes of a request once its head is known.
package enum Admission: Sendable {
    /// Its body shall be read, up to this many octets (413 beyond). The body of a GET or a HEAD means
    /// nothing (RFC 9110 section 9.3.1): it is dropped, and the request handled without it.
    case accept(maxBody: Int)
    /// It has its answer; the body is dropped.
    case answer(Response)
    /// The handler decides in `decide(on:_:)`.
    case later
}
