import FoundationEssentials
import Rules
import Synchronization

/// The system's time zones (TZif files, RFC 9636), read for rules that name one.
package enum ZoneFolder {
    /// The directory of time zones on Linux.
    package static let usualPath = "/usr/share/zoneinfo"
    /// The zones of the usual directory.
    package static let usual = zones(in: usualPath)

    /// The largest file that is read; no file of the database comes near this size.
    private static let mostBytes = 1 << 16

    /// Every zone below a directory, by its path from there, read at first use. A directory that
    /// cannot be read has none.
    package static func zones(in path: String) -> Zones {
        let shelf = Shelf(path)
        return Zones { shelf.zones }
    }

    private static func read(_ path: String) -> [String: Zone] {
        let files = FileManager.default
        var zones: [String: Zone] = [:]
        let names = (try? files.subpathsOfDirectory(atPath: path)) ?? []
        // The same zones again, with other counts of leap seconds.
        for name in names where !name.hasPrefix("posix/") && !name.hasPrefix("right/") {
            guard let bytes = files.contents(atPath: "\(path)/\(name)"),
                bytes.count <= mostBytes, let zone = Zone(tzif: Array(bytes))
            else { continue }
            zones[name] = zone
        }
        return zones
    }

    /// The cached files of a directory.
    private final class Shelf: Sendable {
        private let path: String
        private let known = Mutex<[String: Zone]?>(nil)

        init(_ path: String) { self.path = path }

        var zones: [String: Zone] {
            known.withLock { known in
                let zones = known ?? ZoneFolder.read(path)
                known = zones
                return zones
            }
        }
    }
}
