import HTTP
import Sockets

/// The right to decide later about one head, from any thread. The first decision counts; one for a
/// connection that is gone is dropped.
package struct Deferral: Sendable {
    let connection: Connection
    let ordinal: UInt32

    package func decide(_ admission: Admission) {
        connection.reception.loop.execute {
            connection.decided(admission, for: ordinal)
        }
    }
}
