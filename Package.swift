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
        .target(name: "CSQLite", linkerSettings: [.linkedLibrary("sqlite3")]),
        .target(
            name: "COpenSSL",
            linkerSettings: [.linkedLibrary("ssl"), .linkedLibrary("crypto")]),
        module("Time"),
        module("JSON"),
        module("Crypto", ["COpenSSL"], settings: guarded),
        module("SQLite", ["CSQLite"], settings: guarded),
        module("Sockets", ["CLinux"], settings: guarded),
        module("HTTP"),
        module("Transport", ["Sockets", "HTTP"]),
        module("Referrals", ["Time", "JSON"]),
        module("Webhooks", ["Crypto", "HTTP"]),
        module("Storage", ["Time", "SQLite", "Referrals"]),
        .executableTarget(name: "refgate", dependencies: [], swiftSettings: strict),
        .executableTarget(
            name: "Benchmarks", dependencies: ["HTTP", "Sockets", "Transport"],
            swiftSettings: strict),
        .target(name: "TestSupport", path: "Tests/TestSupport", swiftSettings: strict),
        tests("Time", ["Time"]),
        tests("JSON", ["JSON"]),
        tests("Crypto", ["Crypto"]),
        tests("Referrals", ["Referrals"]),
        tests("Sockets", ["Sockets"]),
        tests("HTTP", ["HTTP"]),
        tests("Transport", ["HTTP", "Sockets", "Transport", "TestSupport"]),
        tests("Webhooks", ["HTTP", "Webhooks"]),
    ]
)
