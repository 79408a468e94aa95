import HTTP
import Sockets

/// The right to decide later about one head, from any thread. Only the first decision counts; a
/// decision for a closed connection is dropped.
package struct Deferral: Sendable {
    let connection: Connection
    let ordinal: UInt32

    /// Submits the decision.
    package func decide(_ admission: Admission) {
        connection.serverLoop.loop.execute {
            connection.decided(admission, for: ordinal)
        }
    }
}
