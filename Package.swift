// swift-tools-version: 6.2
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
        .target(name: "CSQLite", linkerSettings: [.linkedLibrary("sqlite3")]),
        .target(
            name: "COpenSSL",
            linkerSettings: [.linkedLibrary("ssl"), .linkedLibrary("crypto")]),
        module("Fixtures", ["CFixtures"], settings: guarded),
        module("Paths"),
        module("Time"),
        module("Spelling"),
        module("Currencies"),
        module("JSON"),
        module("Telemetry", ["Time", "JSON"]),
        module("Sockets", ["CLinux", "Paths"], settings: guarded),
        module("Crypto", ["COpenSSL"], settings: guarded),
        module("TLS", ["COpenSSL"], settings: guarded),
        module("SQLite", ["CSQLite", "Paths"], settings: guarded),
        module("HTTP", ["JSON"]),
        module("Rules", ["Time", "Spelling", "Currencies", "JSON"]),
        module("Referrals", ["Time", "Currencies", "JSON"]),
        module("Webhooks", ["Time", "Crypto", "HTTP"]),
        module(
            "Mapping", ["Time", "Currencies", "JSON", "HTTP", "Rules", "Referrals"]),
        module(
            "Workspace",
            [
                "Paths", "Time", "Spelling", "Currencies", "JSON", "Crypto", "Rules",
                "Referrals", "Webhooks", "Mapping",
            ]),
        module("Invocation", ["Time", "Spelling", "JSON", "Sockets", "Workspace"]),
        module("Storage", ["Paths", "Time", "Currencies", "SQLite", "Referrals"]),
        module("Transport", ["Sockets", "TLS", "HTTP"]),
        module(
            "Outbound",
            [
                "Time", "Currencies", "JSON", "Sockets", "Crypto", "TLS", "SQLite", "HTTP",
                "Referrals",
                "Webhooks", "Workspace", "Storage", "Transport",
            ]),
        module(
            "Inbound",
            [
                "Time", "Spelling", "Currencies", "JSON", "Sockets", "Crypto", "SQLite", "HTTP",
                "Rules", "Referrals",
                "Webhooks", "Mapping", "Workspace", "Storage", "Transport",
            ]),
        module(
            "Gateway",
            [
                "Paths", "Time", "Spelling", "Currencies", "JSON", "Telemetry", "Sockets", "Crypto",
                "SQLite", "HTTP",
                "Rules",
                "Referrals", "Webhooks", "Mapping", "Workspace", "Storage", "Transport", "Outbound",
                "Inbound",
            ]),
        module(
            "Scenarios",
            [
                "Time", "Spelling", "JSON", "Telemetry", "Sockets", "SQLite", "Webhooks",
                "Workspace",
                "Storage", "Inbound", "Gateway",
            ]),
        module(
            "Commands",
            [
                "Fixtures", "Paths", "Time", "Currencies", "JSON", "Telemetry", "Sockets", "Crypto",
                "SQLite",
                "HTTP",
                "Rules",
                "Referrals", "Webhooks", "Mapping", "Workspace", "Invocation", "Storage",
                "Transport", "Inbound", "Gateway", "Scenarios",
            ]),
        .executableTarget(
            name: "refgate", dependencies: ["Paths", "Sockets", "Invocation", "Commands"],
            swiftSettings: strict, linkerSettings: standalone),
        .executableTarget(
            name: "Benchmarks",
            dependencies: [
                "Time", "Currencies", "JSON", "Telemetry", "Sockets", "Crypto", "SQLite", "HTTP",
                "Rules",
                "Referrals", "Webhooks", "Mapping", "Workspace", "Storage", "Transport", "Gateway",
            ],
            swiftSettings: strict),
        .target(
            name: "TestSupport",
            dependencies: [
                "Time", "JSON", "Telemetry", "Sockets", "Crypto", "SQLite", "HTTP", "Referrals",
                "Webhooks", "Mapping", "Workspace", "Storage", "Transport", "Outbound", "Inbound",
                "Gateway",
            ], path: "Tests/TestSupport",
            swiftSettings: strict),
        .target(
            name: "CTestVFS", dependencies: ["CSQLite"], path: "Tests/CTestVFS"),
        .target(name: "PublicSuites", path: "Tests/PublicSuites", swiftSettings: strict),
        tests("Paths", ["Paths"]),
        tests("Time", ["Time"]),
        tests("Spelling", ["Spelling"]),
        tests("Currencies", ["Currencies", "Rules", "Referrals"]),
        tests("JSON", ["JSON", "PublicSuites"]),
        tests("Telemetry", ["Time", "JSON", "Telemetry"]),
        tests("Sockets", ["Sockets"]),
        tests("Crypto", ["COpenSSL", "Crypto", "PublicSuites"]),
        tests("HTTP", ["HTTP"]),
        tests("Rules", ["Time", "JSON", "Rules", "PublicSuites"]),
        tests("Referrals", ["Time", "Currencies", "JSON", "Referrals"]),
        tests("Webhooks", ["Time", "Crypto", "HTTP", "Webhooks", "TestSupport"]),
        tests("Mapping", ["Time", "Currencies", "JSON", "HTTP", "Referrals", "Mapping"]),
        tests("Workspace", ["Time", "JSON", "Referrals", "Webhooks", "Mapping", "Workspace"]),
        tests("Invocation", ["Time", "JSON", "Sockets", "Invocation"]),
        tests("Transport", ["Sockets", "TLS", "HTTP", "Transport", "TestSupport"]),
        tests(
            "Outbound",
            [
                "Time", "Sockets", "SQLite", "HTTP", "Referrals", "Webhooks", "Workspace",
                "Storage", "Transport", "Outbound", "TestSupport",
            ]),
        tests(
            "Inbound",
            [
                "Time", "JSON", "Sockets", "SQLite", "HTTP", "Referrals", "Mapping", "Storage",
                "Transport",
                "Inbound", "TestSupport",
            ]),
        tests(
            "Gateway",
            [
                "Paths", "Time", "JSON", "Telemetry", "Sockets", "SQLite", "HTTP", "Rules",
                "Referrals",
                "Webhooks", "Mapping", "Workspace", "Storage", "Transport", "Outbound", "Inbound",
                "Gateway", "TestSupport", "CTestVFS",
            ]),
        tests(
            "Commands",
            [
                "Time", "JSON", "Sockets", "SQLite", "HTTP", "Rules", "Referrals", "Webhooks",
                "Mapping", "Workspace", "Storage", "Invocation", "Gateway", "Commands",
                "TestSupport",
            ]),
        tests(
            "House",
            [
                "Fixtures", "Currencies", "Telemetry", "HTTP", "Referrals", "Webhooks", "Mapping",
                "Workspace", "Invocation", "Gateway", "Commands",
            ]),
    ]
)
