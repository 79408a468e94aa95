import HTTP

/// The application part of a server. Each loop has its own handler, created on the loop's thread
/// and called on it only; no method may block.
package protocol Handler: AnyObject {
    /// Decides on a head, before its body is read and before a 100 is sent.
    func admit(_ head: Request) -> Admission

    /// Decides on a head for which `admit` returned `later`. Nothing more is read from the
    /// connection until the decision.
    func decide(on head: Request, _ deferral: Deferral)

    /// Processes a complete request. The reply may be given at once, or later from any thread, but
    /// it must be given.
    func handle(_ request: Request, reply: Reply)

    /// Called when no connection can be accepted because the process or the machine is out of
    /// descriptors or memory. Accepting is retried soon, with a call for each failure.
    func acceptingPaused()

    /// The description of a request for the log: its method and purpose. It must not contain text
    /// chosen by the client, which may name a person.
    func label(of head: Request) -> String?

    /// True if `willAnswer` is called for every response, and not only for errors and requests with
    /// a label.
    var hearsEveryAnswer: Bool { get }

    /// Called on the loop's thread before a response is sent; may change it.
    ///
    /// - Parameter label: of the request; nil if its head was not read.
    func willAnswer(_ response: inout Response, to label: String?)

    /// Called when all requests that were ready together have been handled: work collected from
    /// them is submitted here.
    func turnEnded()
}

extension Handler {
    /// Decides as `admit` does, at once: for handlers that never return `later`.
    package func decide(on head: Request, _ deferral: Deferral) {
        deferral.decide(admit(head))
    }

    /// Does nothing.
    package func acceptingPaused() {}

    /// No label.
    package func label(of head: Request) -> String? { nil }

    /// Only errors and requests with a label.
    package var hearsEveryAnswer: Bool { false }

    /// Changes nothing.
    package func willAnswer(_ response: inout Response, to label: String?) {}

    /// Does nothing.
    package func turnEnded() {}
}

/// The decision about a request whose head is known.
package enum Admission: Sendable {
    /// Reads the body, up to this many bytes (413 beyond). The body of a GET or a HEAD has no
    /// meaning (RFC 9110 section 9.3.1): it is dropped, and the request is handled without it.
    case accept(maxBody: Int)
    /// Answers now and drops the body.
    case answer(Response)
    /// The handler decides in `decide(on:_:)`.
    case later
}
