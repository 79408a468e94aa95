import HTTP

extension Connection {
    /// Bytes of memory that are counted for a connection.
    struct Held: Equatable {
        /// Of the request that is being read, and of input that was not looked at.
        var input = 0
        /// Of requests that are with the handler.
        var withHandler = 0
        /// Of answers that are not sent.
        var output = 0
    }

    /// Counts what it holds now. What is too much for the server is refused here.
    func countHeld() {
        if phase == .closed { return }
        let input = reader.heldBytes + backlog.count
        let output = answers.waitingBytes + output.count
        guard input != held.input || output != held.output else { return }
        let (hasMoreInput, hasMoreOutput) = (input > held.input, output > held.output)
        let unsentBefore = reception.peers.unsent
        count(input: input, output: output)
        if hasMoreInput, !reception.makeMemory(for: self) {
            refuse(.tooMuchBuffered)
            flush()
            countHeld()
        }
        // One answer may be larger than the limit; it is sent where it is the only one that waits.
        if hasMoreOutput, unsentBefore > reception.maxBuffered { reception.cutOffSlowest() }
    }

    func count(input: Int, output: Int) {
        reception.peers.count(
            share, buffered: input - held.input, unsent: output - held.output)
        held.input = input
        held.output = output
    }

    /// Ends at once, so that another client finds room; a request that is unfinished is refused.
    func giveWay() {
        if !reader.isIdle {
            refuse(.tooManyConnections)
            flush()
        }
        close()
    }

    /// Gives up its unfinished request, so that another client's finds room.
    func giveUpRequest() {
        refuse(.tooMuchBuffered)
        advance()
    }
}
