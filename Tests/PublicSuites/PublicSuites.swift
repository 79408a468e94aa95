import Foundation

/// Test suites that others publish and that are not part of the repository: JSONTestSuite, Wycheproof, and CEL's
/// conformance suite.
package enum PublicSuites {
    private static let root = URL(filePath: #filePath)
        .deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

    private static let named = ProcessInfo.processInfo.environment["REFGATE_SUITES"]

    /// The folder that `REFGATE_SUITES` names, else `../shared/conformance` beside the repository.
    private static let folder =
        named.map { URL(filePath: $0) } ?? root.appending(path: "../shared/conformance")

    /// Whether the suites must be there: where their folder is named or stands beside the repository, a
    /// missing file fails its tests.
    private static let isDemanded =
        named != nil || FileManager.default.fileExists(atPath: folder.path)

    /// A file of a suite, by its path in the folder.
    package static func file(_ path: String) -> URL { folder.appending(path: path) }

    /// Whether the tests over a file run. They are skipped where there are no public suites at all.
    package static func has(_ path: String) -> Bool {
        isDemanded || FileManager.default.fileExists(atPath: file(path).path)
    }

    /// What a skipped test says.
    package static let absence =
        "the public suites are not at ../shared/conformance; REFGATE_SUITES names their folder"
}
