import HTTP
import Sockets

extension Connection {
    /// Sends all responses whose turn it is, in one write.
    func flush() {
        guard output.isEmpty, phase == .open || phase == .ending else { return }
        answers.write(to: &reception.scratch, dateLine: reception.dateLine)
        guard !reception.scratch.isEmpty else { return }
        switch socket?.send(reception.scratch) {
        case .octets(let count):
            if count < reception.scratch.count {
                output = Array(reception.scratch[count...])
                outputStart = 0
                deadlines.startWriting(
                    output.count, from: reception.loop.now, reception.patience)
            }
            reception.clearScratch()
        case .failed, nil:
            reception.clearScratch()
            close()
        }
    }

    /// Continues a write when the kernel has room again.
    func sendRest() {
        guard !output.isEmpty else { return }
        switch socket?.send(output, from: outputStart) {
        case .octets(let count):
            outputStart += count
            if outputStart == output.count {
                output = []
                deadlines.stopWriting()
                advance()
            } else if count > 0 {
                deadlines.continueWriting(from: reception.loop.now, reception.patience)
            }
        case .failed, nil:
            close()
        }
    }
}
