import Database
import SQLite

/// A move of a long write-ahead log into the database, over a connection of its own, while the
/// writer continues.
///
/// The log becomes long while a reader keeps one snapshot for a long time, and may then hold
/// gigabytes.
package struct LogMove: Sendable {
    let path: String

    /// Moves frames until few are left. Returns when no more can be moved at present.
    ///
    /// - Returns: The number of frames left in the log; nil if the database could not be opened, or
    ///   the move failed.
    package func run() -> Int? {
        let connection = try? Connection(
            path: path, mode: .readWrite, vfs: Engine.writeCombining, busyTimeoutMilliseconds: 0)
        var left = connection?.checkpoint()
        // The frames appended meanwhile take less time than those before.
        while let last = left, last >= Store.longLogFrames / 4,
            let now = connection?.checkpoint(), now < last
        {
            left = now
        }
        return left
    }

    /// True for a log of so few frames that the writer can truncate it without delaying messages.
    package static func isShort(frames: Int) -> Bool { frames < Store.longLogFrames }
}
