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
        .target(name: "Time", swiftSettings: strict),
        .target(name: "JSON", swiftSettings: strict),
        .target(name: "Telemetry", dependencies: ["JSON", "Time"], swiftSettings: strict),
        .target(name: "HTTP", swiftSettings: strict),
        .executableTarget(name: "refgate", dependencies: ["JSON", "HTTP"], swiftSettings: strict),
        .executableTarget(
            name: "Benchmarks", dependencies: ["JSON", "Telemetry", "Time"], swiftSettings: strict),
        .testTarget(name: "TimeTests", dependencies: ["Time"], swiftSettings: strict),
        .testTarget(name: "JSONTests", dependencies: ["JSON"], swiftSettings: strict),
        .testTarget(
            name: "TelemetryTests", dependencies: ["Telemetry", "JSON", "Time"],
            swiftSettings: strict),
    ]
)
