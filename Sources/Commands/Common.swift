import Declarations
import Gateway
import Invocation
import Programmes
import Referrals
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

    static let account = Option<String?>.optional(
        "account", .text("NAME"), "the name of the account, if there are several",
        hasVariable: false)
    static let test = Option.flag(
        "test", "use the test side of the account", hasVariable: false)
    static let paidPlanFor = Option(
        "paid-plan-for", entitlements,
        default: Entitlement.paidByDefault.map(\.rawValue).joined(separator: ","),
        "the parts of refgate that only accounts on a paid plan have: public_campaigns, api_keys, both with a"
            + " comma between them, or none")

    private static let entitlements = Kind<[Entitlement]>(
        "NAMES", allowed: "names of \(Entitlement.allCases.map(\.rawValue)) or none are needed"
    ) { text in
        if text == "none" { return [] }
        let parts = text.split(separator: ",", omittingEmptySubsequences: false)
        let known = parts.compactMap { Entitlement(rawValue: String($0)) }
        return known.count == parts.count ? known : nil
    }

    /// The account and side that the options name.
    static func choice(_ context: Context) -> AccountChoice {
        AccountChoice(name: context[account], mode: context[test] ? .test : .live)
    }

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
