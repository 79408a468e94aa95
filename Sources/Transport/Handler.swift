import HTTP

/// What a server does with requests. Each loop has its own handler, made on that loop's thread and
/// called on it only; nothing here may block.
package protocol Handler: AnyObject {
    /// Decides on a head, before its body is read and before a 100 is sent.
    func admit(_ head: Request) -> Admission

    /// Takes a whole request. The reply may be given at once, or later from any thread, but it must
    /// be given.
    func handle(_ request: Request, reply: Reply)

    /// All requests that were ready together have been handled: the moment to hand over what was
    /// gathered from them.
    func turnEnded()
}

extension Handler {
    package func turnEnded() {}
}

/// What becomes of a request once its head is known.
package enum Admission: Sendable {
    /// Its body shall be read, up to this many octets (413 beyond).
    case accept(maxBody: Int)
    /// It has its answer; the body is dropped.
    case answer(Response)
}
