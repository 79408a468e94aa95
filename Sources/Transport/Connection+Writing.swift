import HTTP
import Sockets

extension Connection {
    /// Sends all responses whose turn it is, in one write.
    func flush() {
        guard output.isEmpty, phase == .open || phase == .ending else { return }
        answers.write(to: &serverLoop.scratch, dateLine: serverLoop.dateLine)
        guard !serverLoop.scratch.isEmpty else { return }
        switch socket?.send(serverLoop.scratch) {
        case .bytes(let count):
            if count < serverLoop.scratch.count {
                output = Array(serverLoop.scratch[count...])
                outputStart = 0
                deadlines.startWriting(
                    output.count, from: serverLoop.loop.now, serverLoop.patience)
            }
            serverLoop.clearScratch()
        case .failed, nil:
            serverLoop.clearScratch()
            close()
        }
    }

    /// Continues a write when the kernel has room again.
    func sendRest() {
        guard !output.isEmpty else { return }
        switch socket?.send(output, from: outputStart) {
        case .bytes(let count):
            outputStart += count
            if outputStart == output.count {
                output = []
                deadlines.stopWriting()
                advance()
            } else if count > 0 {
                deadlines.continueWriting(from: serverLoop.loop.now, serverLoop.patience)
            }
        case .failed, nil:
            close()
        }
    }
}
