import CFixtures

/// A file of the repository's folder `fixtures` that the program holds, so that the demonstration runs
/// without a clone of the repository.
package struct Fixture: Sendable {
    /// The file's path below that folder, such as `payloads/stripe/charge-refunded-full.json`.
    package let path: String
    package let bytes: [UInt8]

    /// The workspace, the recorded payloads, and what the demonstration shows on top, in the order of their
    /// paths.
    package static var all: [Fixture] {
        (0..<refgate_fixture_count()).map { index in
            let file = unsafe refgate_fixture_at(index)
            return unsafe Fixture(
                path: String(cString: file.path),
                bytes: Array(UnsafeBufferPointer(start: file.bytes, count: file.count)))
        }
    }
}
