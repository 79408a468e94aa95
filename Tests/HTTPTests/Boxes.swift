import HTTP

/// Macros cannot inspect noncopyable values: each box holds one and forwards to it.
final class ReaderBox {
    private var reader = RequestReader()

    var isIdle: Bool { reader.isIdle }
    var isInBody: Bool { reader.isInBody }
    var isSkippingBody: Bool { reader.isSkippingBody }
    var expectsContinue: Bool { reader.expectsContinue }
    var request: Request { reader.request }

    func read(
        _ bytes: [UInt8], from position: inout Int
    ) throws(RequestError) -> RequestReader.Step {
        try reader.read(bytes.span, from: &position)
    }

    func accept(maxBody: Int) throws(RequestError) { try reader.accept(maxBody: maxBody) }
    func skip(upTo limit: Int) -> Bool { reader.skip(upTo: limit) }
}

final class QueueBox {
    private var queue = AnswerQueue()

    var count: Int { queue.count }
    var isEmpty: Bool { queue.isEmpty }
    var hasEnded: Bool { queue.hasEnded }

    func open(_ framing: AnswerFraming) -> UInt32 { queue.open(framing) }
    func askContinue(_ ordinal: UInt32) { queue.askContinue(ordinal) }
    func forgetContinue(_ ordinal: UInt32) { queue.forgetContinue(ordinal) }
    func closeAfterLast() { queue.closeAfterLast() }

    func answer(_ ordinal: UInt32, with response: Response) -> Bool {
        queue.answer(ordinal, with: response)
    }

    func write(to output: inout [UInt8], dateLine: [UInt8]) {
        queue.write(to: &output, dateLine: dateLine)
    }
}
