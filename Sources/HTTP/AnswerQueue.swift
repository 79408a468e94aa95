/// Orders the responses of one connection by their requests (RFC 9112 section 9.3.2), whatever
/// order they become available in.
package struct AnswerQueue: ~Copyable {
    private struct Entry {
        var framing: AnswerFraming
        var answer: Response?
        var wantsContinue = false
    }

    private var entries: [Entry] = []
    /// The ordinal of the first entry; earlier ones have been written.
    private var first: UInt32 = 0

    /// True after a response that closes the connection was written; further input must be ignored.
    package private(set) var hasEnded = false

    /// The bytes of responses that are known but not written, because an earlier one is not known
    /// yet or the client does not read.
    package private(set) var waitingBytes = 0

    package init() {}

    /// The number of requests without a written response.
    package var count: Int { entries.count }
    /// True if all requests have a written response.
    package var isEmpty: Bool { entries.isEmpty }

    /// Adds a request and returns its ordinal.
    package mutating func open(_ framing: AnswerFraming) -> UInt32 {
        entries.append(Entry(framing: framing))
        return first &+ UInt32(entries.count - 1)
    }

    /// Records that the client waits for a 100 before it sends the body of this request.
    package mutating func askContinue(_ ordinal: UInt32) {
        guard let index = index(of: ordinal) else { return }
        entries[index].wantsContinue = true
    }

    /// Records that the body arrived without a 100.
    package mutating func forgetContinue(_ ordinal: UInt32) {
        guard let index = index(of: ordinal) else { return }
        entries[index].wantsContinue = false
    }

    /// Stores the response of a request.
    ///
    /// - Returns: false if the request has its response already.
    package mutating func answer(
        _ ordinal: UInt32, with response: consuming Response, closing: Bool = false
    ) -> Bool {
        guard let index = index(of: ordinal), entries[index].answer == nil else { return false }
        waitingBytes += response.body.count
        entries[index].answer = response
        if closing { entries[index].framing.closes = true }
        return true
    }

    /// Stores a response, made by the closure, for every request that has none, and closes the
    /// connection after them.
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

    /// Discards the stored responses, which will not be sent; their requests still count as
    /// answered.
    package mutating func dropBodies() {
        for index in entries.indices where entries[index].answer != nil {
            entries[index].answer?.body = []
        }
        waitingBytes = 0
    }

    /// Makes the last response announce the close; no request after those already here will be
    /// served.
    package mutating func closeAfterLast() {
        guard !entries.isEmpty else { return }
        entries[entries.count - 1].framing.closes = true
    }

    /// Writes all responses whose turn it is.
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
