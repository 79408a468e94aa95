import Gateway
import Invocation

/// Options that several commands have.
enum Common {
    static let database = Option("db", .path, default: "./refgate.db", "the database file")
    static let json = Option.flag("json", "print JSON", hasVariable: false)
    static let zoneinfo = Option(
        "zoneinfo", .path, default: ZoneFolder.usualPath, "the folder of time zones")
    static let keyFile = Option<String?>.optional(
        "key-file", .path, "the key of stored secrets, <db>.key if not given")
}
