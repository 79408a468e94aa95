import Sockets

/// What a connection waits for and until when. Told the time, never asks for it.
struct Deadlines {
    /// What the peer is expected to send.
    enum Waiting: Equatable {
        /// It has done its part; finding an answer takes as long as it takes.
        case nothing
        case idle, header, body, drain
    }

    private(set) var waiting = Waiting.nothing
    private var read = Moment.never
    private var write = Moment.never

    /// When the connection will be closed for being idle; `never` while it is not.
    var idleUntil: Moment { waiting == .idle ? read : .never }

    /// The clock of a wait starts with it and does not start anew as long as it is the same one: what
    /// drips in does not buy time.
    mutating func wait(for next: Waiting, from now: Moment, _ patience: Patience) {
        if next == waiting { return }
        waiting = next
        switch next {
        case .nothing: read = .never
        case .idle: read = now + patience.idle
        case .header: read = now + patience.header
        case .body: read = now + patience.body
        case .drain: read = now + patience.drain
        }
    }

    /// What was waited for is there; the next wait is a new one.
    mutating func stopWaiting() {
        waiting = .nothing
        read = .never
    }

    /// The peer has taken something and is to take more.
    mutating func expectWriting(from now: Moment, _ patience: Patience) {
        write = now + patience.write
    }

    mutating func stopWriting() { write = .never }

    /// Whether the peer has not taken its answer in time.
    func isWritingLate(at now: Moment) -> Bool { write <= now }

    /// Whether what is waited for has not come in time.
    func isReadingLate(at now: Moment) -> Bool { read <= now }
}
