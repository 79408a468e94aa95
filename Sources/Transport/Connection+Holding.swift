import HTTP

extension Connection {
    /// The bytes of memory that are counted for a connection.
    struct Held: Equatable {
        /// The request being read, and input that has not been parsed.
        var input = 0
        /// Requests passed to the handler and not answered.
        var withHandler = 0
        /// Responses that have not been sent.
        var output = 0
    }

    /// Updates the counts for this connection. If the server's limit is exceeded, a request is
    /// refused here.
    func countHeld() {
        if phase == .closed { return }
        let input = reader.heldBytes + backlog.count
        let output = answers.waitingBytes + output.count
        guard input != held.input || output != held.output else { return }
        let (hasMoreInput, hasMoreOutput) = (input > held.input, output > held.output)
        let unsentBefore = serverLoop.peers.unsent
        count(input: input, output: output)
        if hasMoreInput, !serverLoop.makeMemory(for: self) {
            refuse(.tooMuchBuffered)
            flush()
            countHeld()
        }
        // One response may be larger than the limit; it is sent if it is the only one that waits.
        if hasMoreOutput, unsentBefore > serverLoop.maxBuffered { serverLoop.cutOffSlowest() }
    }

    func count(input: Int, output: Int) {
        serverLoop.peers.count(
            share, buffered: input - held.input, unsent: output - held.output)
        held.input = input
        held.output = output
    }

    /// Closes at once, to make room for another client; an unfinished request is refused.
    func giveWay() {
        if !reader.isIdle {
            refuse(.tooManyConnections)
            flush()
        }
        close()
    }

    /// Refuses its unfinished request, to free memory for another client's.
    func giveUpRequest() {
        refuse(.tooMuchBuffered)
        advance()
    }
}
