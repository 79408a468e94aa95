/// Puts the answers of one connection in the order of its requests (RFC 9112 section 9.3.2),
/// whatever order they are found in.
package struct AnswerQueue: ~Copyable {
    private struct Entry {
        var framing: AnswerFraming
        var answer: Response?
        var wantsContinue = false
    }

    private var entries: [Entry] = []
    /// The ordinal of the first entry; earlier ones are written.
    private var first: UInt32 = 0

    /// An answer that closes the connection was written: whatever follows it is void.
    package private(set) var hasEnded = false

    /// The bytes of answers that are known and not written, because an earlier one is not known yet or
    /// the client takes nothing.
    package private(set) var waitingBytes = 0

    package init() {}

    /// Requests that are not answered, or whose answers are not written.
    package var count: Int { entries.count }
    package var isEmpty: Bool { entries.isEmpty }

    /// Takes a place in the order.
    package mutating func open(_ framing: AnswerFraming) -> UInt32 {
        entries.append(Entry(framing: framing))
        return first &+ UInt32(entries.count - 1)
    }

    /// The client waits for a 100 before it sends the body of this request.
    package mutating func askContinue(_ ordinal: UInt32) {
        guard let index = index(of: ordinal) else { return }
        entries[index].wantsContinue = true
    }

    /// The body came without being asked for.
    package mutating func forgetContinue(_ ordinal: UInt32) {
        guard let index = index(of: ordinal) else { return }
        entries[index].wantsContinue = false
    }

    /// Gives the answer to a request.
    ///
    /// - Returns: false when the request has its answer already.
    package mutating func answer(
        _ ordinal: UInt32, with response: consuming Response, closing: Bool = false
    ) -> Bool {
        guard let index = index(of: ordinal), entries[index].answer == nil else { return false }
        waitingBytes += response.body.count
        entries[index].answer = response
        if closing { entries[index].framing.closes = true }
        return true
    }

    /// Gives an answer, made for each, to every request that has none; it ends the connection.
    ///
    /// - Returns: the requests that had none.
    package mutating func answerAll(with response: () -> Response) -> [UInt32] {
        var unanswered: [UInt32] = []
        for index in entries.indices where entries[index].answer == nil {
            let ordinal = first &+ UInt32(index)
            _ = answer(ordinal, with: response(), closing: true)
            unanswered.append(ordinal)
        }
        return unanswered
    }

    /// The answers will not be sent; which requests have one stays known.
    package mutating func dropBodies() {
        for index in entries.indices where entries[index].answer != nil {
            entries[index].answer?.body = []
        }
        waitingBytes = 0
    }

    /// No request after those already here will be served: the last answer says so.
    package mutating func closeAfterLast() {
        guard !entries.isEmpty else { return }
        entries[entries.count - 1].framing.closes = true
    }

    /// Writes every answer whose turn it is.
    package mutating func write(to output: inout [UInt8], dateLine: [UInt8]) {
        var written = 0
        while written < entries.count, !hasEnded {
            guard let answer = entries[written].answer else {
                if entries[written].wantsContinue {
                    entries[written].wantsContinue = false
                    output.append("HTTP/1.1 100 Continue\r\n\r\n")
                }
                break
            }
            let framing = entries[written].framing
            waitingBytes -= answer.body.count
            answer.write(to: &output, framing: framing, dateLine: dateLine)
            hasEnded = framing.closes
            written += 1
        }
        guard written > 0 else { return }
        entries.removeFirst(written)
        first &+= UInt32(written)
    }

    private func index(of ordinal: UInt32) -> Int? {
        let index = Int(ordinal &- first)
        return index < entries.count ? index : nil
    }
}
