import CFixtures

/// A file of the repository's folder `fixtures`, embedded in the program so that the demonstration
/// runs without a clone of the repository.
package struct Fixture: Sendable {
    /// The file's path relative to that folder, such as
    /// `payloads/stripe/charge-refunded-full.json`.
    package let path: String
    /// The content of the file.
    package let bytes: [UInt8]

    /// All embedded files in the order of their paths: the workspace, the recorded payloads and the
    /// additional files of the demonstration.
    package static var all: [Fixture] {
        (0..<refgate_fixture_count()).map { index in
            let file = unsafe refgate_fixture_at(index)
            return unsafe Fixture(
                path: String(cString: file.path),
                bytes: Array(UnsafeBufferPointer(start: file.bytes, count: file.count)))
        }
    }
}
