// swift-tools-version: 6.3
import PackageDescription

/// What every Swift target is built with: Swift 6 mode, no warnings.
let strict: [SwiftSetting] = [
    .swiftLanguageMode(.v6),
    .treatAllWarnings(as: .error),
    .enableUpcomingFeature("MemberImportVisibility"),
]

/// What the targets that hold pointers are built with on top: each use says `unsafe`.
let guarded: [SwiftSetting] = strict + [.strictMemorySafety()]

/// A release build holds the Swift runtime, so that it starts on machines without the toolchain. The three
/// libraries are parts of FoundationEssentials and the runtime that `-static-stdlib` alone leaves out.
let standalone: [LinkerSetting] = [
    .unsafeFlags(["-static-stdlib"], .when(configuration: .release)),
    .linkedLibrary("_FoundationCShims", .when(configuration: .release)),
    .linkedLibrary("_FoundationCollections", .when(configuration: .release)),
    .linkedLibrary("swiftSynchronization", .when(configuration: .release)),
]

func module(
    _ name: String, _ below: [Target.Dependency] = [], settings: [SwiftSetting] = strict
) -> Target {
    .target(name: name, dependencies: below, swiftSettings: settings)
}

func tests(_ subject: String, _ needed: [Target.Dependency]) -> Target {
    .testTarget(name: "\(subject)Tests", dependencies: needed, swiftSettings: strict)
}

// Arrows only point down: a target depends on what stands above it in this list, never below.
let package = Package(
    name: "refgate",
    products: [.executable(name: "refgate", targets: ["refgate"])],
    targets: [
        .target(name: "CLinux"),
        .target(name: "CFixtures"),
        .target(name: "CMailDomains", exclude: ["disposable-domains.txt"]),
        .target(name: "CSQLite", linkerSettings: [.linkedLibrary("sqlite3")]),
        .target(
            name: "COpenSSL",
            linkerSettings: [.linkedLibrary("ssl"), .linkedLibrary("crypto")]),
        module("Fixtures", ["CFixtures"], settings: guarded),
        module("MailDomains", ["CMailDomains"], settings: guarded),
        module("Paths"),
        module("Time"),
        module("Spelling"),
        module("Currencies"),
        module("JSON"),
        module("Schemas", ["JSON"]),
        module("Reading", ["Time", "Spelling", "JSON"]),
        module("Telemetry", ["Time", "JSON"]),
        module("Sockets", ["CLinux", "Paths"], settings: guarded),
        module("Crypto", ["COpenSSL"], settings: guarded),
        module("TLS", ["COpenSSL"], settings: guarded),
        module("Database"),
        module("SQLite", ["CSQLite", "Paths", "Database"], settings: guarded),
        module("HTTP", ["JSON", "Schemas"]),
        module("Rules", ["Time", "Spelling", "Currencies", "JSON"]),
        module("Referrals", ["MailDomains", "Time", "Currencies", "JSON", "Schemas"]),
        module("Webhooks", ["Time", "Crypto", "HTTP"]),
        module("Mapping", ["Time", "Currencies", "JSON", "HTTP", "Rules", "Referrals"]),
        module(
            "Conditions",
            ["Time", "Spelling", "Currencies", "JSON", "Rules", "Referrals"]),
        module(
            "Declarations",
            [
                "Time", "Currencies", "JSON", "Schemas", "Reading", "Crypto", "Rules", "Referrals",
                "Webhooks",
                "Mapping", "Conditions",
            ]),
        module(
            "Workspace",
            [
                "Paths", "Time", "Currencies", "JSON", "Schemas", "Reading", "Rules", "Referrals",
                "Mapping", "Declarations",
            ]),
        module("Invocation", ["Time", "Spelling", "JSON", "Reading", "Sockets"]),
        module("Storage", ["Paths", "Time", "Currencies", "Database", "SQLite", "Referrals"]),
        module("Transport", ["Sockets", "TLS", "HTTP"]),
        module(
            "Outbound",
            [
                "Time", "Currencies", "JSON", "Schemas", "Sockets", "Crypto", "TLS", "Database",
                "HTTP", "Referrals", "Webhooks", "Declarations", "Storage", "Transport",
            ]),
        module(
            "Ledger",
            [
                "Time", "JSON", "Schemas", "Sockets", "Crypto", "Database", "HTTP", "Rules",
                "Referrals", "Webhooks", "Mapping", "Conditions", "Storage", "Transport",
            ]),
        module(
            "Insight",
            [
                "Time", "Spelling", "Currencies", "JSON", "Schemas", "Database", "HTTP", "Rules",
                "Referrals", "Mapping", "Conditions", "Storage", "Ledger",
            ]),
        module(
            "Inbound",
            [
                "Time", "JSON", "Schemas", "Sockets", "Crypto", "Database", "HTTP", "Referrals",
                "Webhooks", "Mapping", "Storage", "Transport", "Ledger",
            ]),
        module(
            "Monitoring",
            [
                "Telemetry", "Sockets", "Database", "HTTP", "Referrals", "Storage", "Transport",
                "Outbound", "Ledger", "Inbound",
            ]),
        module(
            "Programmes",
            [
                "Paths", "Time", "JSON", "Schemas", "Reading", "Sockets", "Crypto", "Database",
                "Rules", "Referrals", "Webhooks", "Mapping", "Conditions", "Declarations",
                "Workspace", "Storage", "Transport", "Outbound", "Ledger", "Insight", "Inbound",
                "HTTP",
            ]),
        module(
            "API",
            [
                "Time", "Spelling", "Currencies", "JSON", "Schemas", "Reading", "Telemetry",
                "Sockets", "Crypto", "Database", "HTTP", "Referrals", "Webhooks", "Mapping",
                "Declarations", "Workspace", "Storage", "Transport", "Outbound", "Ledger",
                "Insight", "Inbound", "Monitoring", "Programmes",
            ]),
        module(
            "Gateway",
            [
                "Schemas", "Time", "JSON", "Telemetry", "Sockets", "Crypto", "Database", "HTTP",
                "Referrals", "Storage", "Transport", "Outbound", "Ledger", "Inbound", "Monitoring",
                "Programmes", "API",
            ]),
        module(
            "Scenarios",
            [
                "Time", "Spelling", "JSON", "Schemas", "Reading", "Telemetry", "Sockets",
                "Database", "Rules", "Referrals", "Webhooks", "Mapping", "Conditions",
                "Declarations", "Workspace", "Storage", "Ledger", "Insight", "Programmes",
                "Gateway",
            ]),
        module(
            "Commands",
            [
                "Fixtures", "Paths", "Time", "Currencies", "JSON", "Schemas", "Reading",
                "Telemetry", "Sockets", "Crypto", "Database", "HTTP", "Rules", "Referrals",
                "Webhooks", "Mapping", "Conditions", "Declarations", "Workspace", "Invocation",
                "Storage", "Transport", "Outbound", "Ledger", "Insight", "Programmes", "Gateway",
                "Scenarios",
            ]),
        .executableTarget(
            name: "refgate", dependencies: ["Paths", "Sockets", "Invocation", "Commands"],
            swiftSettings: strict, linkerSettings: standalone),
        .target(
            name: "TestSupport",
            dependencies: [
                "Schemas",
                "Time", "JSON", "Reading", "Telemetry", "Sockets", "Crypto", "Database", "SQLite",
                "HTTP", "Referrals", "Webhooks", "Mapping", "Conditions", "Declarations",
                "Workspace", "Storage", "Transport", "Outbound", "Ledger", "Insight", "Programmes",
                "API", "Gateway", "CTestProcess",
            ], path: "Tests/TestSupport",
            swiftSettings: strict),
        .target(name: "CTestProcess", path: "Tests/CTestProcess"),
        .executableTarget(
            name: "Benchmarks",
            dependencies: [
                "Time", "Currencies", "JSON", "Reading", "Telemetry", "Sockets", "Crypto",
                "Database", "SQLite", "HTTP", "Rules", "Referrals", "Webhooks", "Mapping",
                "Declarations", "Workspace", "Storage", "Transport", "Programmes", "Gateway",
            ], path: "Tests/Benchmarks/Swift",
            swiftSettings: strict),
        .target(
            name: "CTestVFS", dependencies: ["CSQLite"], path: "Tests/CTestVFS"),
        .target(name: "PublicSuites", path: "Tests/PublicSuites", swiftSettings: strict),
        tests("MailDomains", ["MailDomains"]),
        tests("Paths", ["Paths"]),
        tests("Time", ["Time", "TestSupport"]),
        tests("Spelling", ["Spelling"]),
        tests("Currencies", ["Currencies", "Rules", "Referrals"]),
        tests("JSON", ["JSON", "TestSupport", "PublicSuites"]),
        tests("Reading", ["Reading"]),
        tests("Telemetry", ["Time", "JSON", "Telemetry"]),
        tests("Sockets", ["Sockets"]),
        tests("Crypto", ["COpenSSL", "Crypto", "PublicSuites"]),
        tests("TLS", ["Sockets", "TLS", "TestSupport"]),
        tests("SQLite", ["Database", "SQLite", "TestSupport"]),
        tests("HTTP", ["HTTP", "TestSupport"]),
        tests("Rules", ["Time", "JSON", "Rules", "TestSupport", "PublicSuites"]),
        tests("Referrals", ["Time", "Currencies", "JSON", "Referrals", "TestSupport"]),
        tests("Webhooks", ["Time", "Crypto", "HTTP", "Webhooks", "TestSupport"]),
        tests("Mapping", ["Time", "Currencies", "JSON", "HTTP", "Referrals", "Mapping"]),
        tests(
            "Declarations",
            [
                "Schemas",
                "Time", "JSON", "Reading", "Referrals", "Webhooks", "Mapping", "Declarations",
                "Workspace", "TestSupport",
            ]),
        tests(
            "Workspace",
            ["Schemas", "JSON", "Reading", "Referrals", "Declarations", "Workspace", "TestSupport"]),
        tests("Invocation", ["Time", "JSON", "Sockets", "Invocation"]),
        tests(
            "Storage",
            ["Time", "Currencies", "Database", "Referrals", "Storage", "TestSupport"]),
        tests("Transport", ["Sockets", "HTTP", "Transport", "TestSupport"]),
        tests(
            "Outbound",
            [
                "Time", "Sockets", "Database", "SQLite", "HTTP", "Referrals", "Webhooks",
                "Declarations",
                "Storage", "Transport", "Outbound", "TestSupport",
            ]),
        tests(
            "Ledger",
            [
                "Time", "JSON", "Sockets", "Database", "SQLite", "HTTP", "Referrals", "Mapping",
                "Storage", "Transport", "Ledger", "Insight", "TestSupport",
            ]),
        tests(
            "Insight",
            [
                "Time", "JSON", "Database", "SQLite", "Referrals", "Storage", "Ledger", "Insight",
                "TestSupport",
            ]),
        tests(
            "Inbound",
            [
                "Time", "Database", "HTTP", "Referrals", "Storage", "Transport", "Ledger",
                "Inbound", "TestSupport",
            ]),
        tests(
            "Monitoring",
            ["Telemetry", "Sockets", "Monitoring", "Gateway", "TestSupport"]),
        tests(
            "Programmes",
            [
                "Telemetry", "Sockets", "Database", "SQLite", "Rules", "Referrals", "Conditions",
                "Storage", "Ledger", "Insight", "Programmes", "Gateway", "TestSupport",
            ]),
        tests(
            "API",
            [
                "Schemas",
                "Time", "Telemetry", "Sockets", "Database", "SQLite", "HTTP", "Webhooks",
                "Declarations", "Storage", "Transport", "Outbound", "Ledger", "Programmes", "API",
                "Gateway", "TestSupport",
            ]),
        tests(
            "Gateway",
            [
                "Time", "JSON", "Reading", "Telemetry", "Sockets", "Database", "SQLite", "HTTP",
                "Referrals", "Webhooks", "Mapping", "Declarations", "Workspace", "Storage",
                "Transport", "Outbound", "Ledger", "Programmes", "Gateway", "TestSupport",
                "CTestVFS",
            ]),
        tests(
            "Commands",
            [
                "Schemas",
                "Time", "JSON", "Sockets", "Database", "SQLite", "HTTP", "Rules", "Referrals",
                "Webhooks", "Mapping", "Conditions", "Declarations", "Invocation", "Storage",
                "Programmes", "Gateway", "Commands", "TestSupport",
            ]),
        tests(
            "Scenarios",
            ["Schemas", "TestSupport", "Time", "JSON", "Reading", "Workspace", "Scenarios"]),
        tests(
            "House",
            [
                "Schemas",
                "Fixtures", "Currencies", "Reading", "Telemetry", "HTTP", "Referrals", "Webhooks",
                "Mapping", "Declarations", "Workspace", "Invocation", "Monitoring", "API",
                "Commands", "TestSupport",
            ]),
    ]
)
