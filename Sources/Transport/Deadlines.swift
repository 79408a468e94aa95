import Sockets

/// What a connection waits for and until when. Told the time, never asks for it.
struct Deadlines {
    /// What the peer is expected to send.
    enum Waiting: Equatable {
        /// It has done its part. The time for an answer and the time for writing limit this state.
        case nothing
        case idle, header, body, drain
    }

    private(set) var waiting = Waiting.nothing
    /// When that wait began; `never` where nothing is waited for.
    private(set) var since = Moment.never
    private var read = Moment.never
    private var write = Moment.never
    /// When the whole of what is being written must be taken, however it drips.
    private var writeAll = Moment.never
    private var answer = Moment.never

    /// The clock of a wait starts with it and does not start anew as long as it is the same one: what
    /// drips in does not buy time.
    mutating func wait(for next: Waiting, from now: Moment, _ patience: Patience) {
        if next == waiting { return }
        waiting = next
        since = next == .nothing ? .never : now
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
        since = .never
        read = .never
    }

    /// The peer is to take this many bytes. A client that takes one byte at a time must not hold the
    /// connection for ever, so the whole has a deadline as well as each pause.
    mutating func startWriting(_ bytes: Int, from now: Moment, _ patience: Patience) {
        write = now + patience.write
        writeAll = now + patience.write(bytes)
    }

    /// The peer has taken something and is to take more.
    mutating func continueWriting(from now: Moment, _ patience: Patience) {
        write = now + patience.write
    }

    mutating func stopWriting() {
        write = .never
        writeAll = .never
    }

    /// Whether the peer has not taken its answer in time.
    func isWritingLate(at now: Moment) -> Bool { write <= now || writeAll <= now }

    /// When the peer's pause in taking its answer is too long; `never` where it has none to take.
    var writingUntil: Moment { write }

    /// A request waits for its answer. An earlier one that waits keeps its deadline.
    mutating func expectAnswer(from now: Moment, _ patience: Patience) {
        if answer == .never { answer = now + patience.answer }
    }

    /// An answer has come; the time for the next one starts, where one is still missing.
    mutating func answered(isLast: Bool, at now: Moment, _ patience: Patience) {
        answer = isLast ? .never : now + patience.answer
    }

    /// Whether the handler has not given an answer in time.
    func isAnswerLate(at now: Moment) -> Bool { answer <= now }

    /// Whether what is waited for has not come in time.
    func isReadingLate(at now: Moment) -> Bool { read <= now }
}
