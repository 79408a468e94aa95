import CTestVFS
import TestSupport

/// The different statements that run on one database while the body does.
enum StatementRecording {
    static let isWatching = refgate_test_statements_watch() == 0

    /// - Parameter open: makes the database, once connections are watched, and tells its path.
    static func of<Scene>(
        _ open: () throws -> (Scene, path: String), _ body: (Scene) throws -> Void
    ) throws -> [String] {
        guard isWatching else { return [] }
        let (scene, path) = try open()
        refgate_test_statements_record(path)
        defer { refgate_test_statements_record(nil) }
        try body(scene)
        return (0..<refgate_test_statements_count()).compactMap { index in
            refgate_test_statement(index).map { StatementText.reduced(String(cString: $0)) }
        }
    }
}
