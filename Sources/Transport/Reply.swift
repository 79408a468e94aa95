import HTTP
import Sockets

/// The right to answer one request; cheap to copy and to store. Only the first answer counts; one
/// for a closed connection is dropped.
package struct Reply: Sendable {
    let connection: Connection
    let ordinal: UInt32
    /// The bytes that the request occupies until it is answered.
    let size: UInt32
    /// The description of the request for the log; see `Handler.label`.
    package var label: String?

    /// The loop that serves the request.
    package var loop: Loop { connection.serverLoop.loop }

    /// The same right, with a label for the log.
    package func labelled(_ label: String?) -> Reply {
        var reply = self
        reply.label = label
        return reply
    }

    /// Answers this request. Several answers that are available together belong into one
    /// `Loop.complete`.
    package func answer(_ response: Response) {
        loop.complete([(self, response)])
    }

    /// Answers requests of any loops, with one wake-up per loop.
    package static func answer(_ batch: [(Reply, Response)]) {
        guard let first = batch.first?.0.loop else { return }
        if batch.allSatisfy({ $0.0.loop === first }) {
            first.complete(batch)
            return
        }
        for part in Dictionary(grouping: batch, by: { ObjectIdentifier($0.0.loop) }).values {
            part[0].0.loop.complete(part)
        }
    }
}

extension Loop {
    /// Answers requests of this loop, from any thread: one wake-up for the whole list, and none
    /// from the loop's own thread, where they are sent before the call returns.
    package func complete(_ batch: [(Reply, Response)]) {
        guard let serverLoop = batch.first?.0.connection.serverLoop else { return }
        precondition(serverLoop.loop === self, "replies go back to their own loop")
        if isCurrent {
            serverLoop.complete(batch)
        } else {
            execute { serverLoop.complete(batch) }
        }
    }
}
