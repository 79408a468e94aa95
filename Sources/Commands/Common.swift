import Gateway
import Invocation
import Programmes
import Sockets
import Storage
import Transport

/// Options that several commands share.
enum Common {
    static let database = Option("db", databasePath, default: "./refgate.db", "the database file")
    static let json = Option.flag("json", "print JSON", hasVariable: false)
    static let zoneinfo = Option(
        "zoneinfo", .path, default: ZoneFolder.usualPath,
        "the folder of time zones that rules may name")
    static let keyFile = Option<String?>.optional(
        "key-file", .path,
        "the file with the key that seals stored secrets; the database's path with `.key` if not given"
    )
    static let allowTargets = Option<[AddressRange]?>.optional(
        "allow-targets", .ranges,
        "private and reserved addresses that webhooks may have, such as 127.0.0.0/8,::1/128")
    static let allowHTTPTargets = Option.flag(
        "allow-http-targets", "allow webhook URLs that begin with http://")

    /// SQLite gives some names a special meaning, such as `:memory:`; a file with such a name is
    /// opened as a file.
    private static let databasePath = Kind("PATH", allowed: Kind<String>.path.allowed) { text in
        Kind<String>.path.read(text).map { $0 == Store.inMemory ? "./" + $0 : $0 }
    }

    /// The addresses that webhooks may be sent to.
    static func destinations(_ context: Context) -> DestinationRules {
        DestinationRules(
            allowed: context[allowTargets] ?? [], allowsPlain: context[allowHTTPTargets])
    }
}
