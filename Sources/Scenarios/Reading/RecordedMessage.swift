import Reading
import Workspace

/// A recorded message in files: the body, and beside `name.json` the optional header lines in
/// `name.headers`.
package struct RecordedMessage: Sendable {
    /// The body.
    package let body: [UInt8]
    /// The header fields of `name.headers`.
    package let headers: [Scenario.Header]

    /// The largest body in bytes that a gateway can be configured to accept.
    private static let largest = 64 << 20

    /// Reads a body and the headers beside it.
    package static func read(
        _ path: String, in folder: Folder
    ) throws(FileFailure) -> RecordedMessage {
        let body = try folder.open(path).readAll(path, atMost: largest)
        let beside = (path.hasSuffix(".json") ? String(path.dropLast(5)) : path) + ".headers"
        let lines: [UInt8]
        do throws(FileFailure) {
            lines = try folder.open(beside).readAll(beside, atMost: 1 << 20)
        } catch {
            guard error.reason == .absent else { throw error }
            return RecordedMessage(body: body, headers: [])
        }
        return RecordedMessage(body: body, headers: fields(of: lines))
    }

    /// Reads one `Name: value` per line.
    private static func fields(of lines: [UInt8]) -> [Scenario.Header] {
        String(decoding: lines, as: UTF8.self).split(whereSeparator: \.isNewline)
            .compactMap { line in
                let parts = line.split(separator: ":", maxSplits: 1)
                guard parts.count == 2 else { return nil }
                let value = parts[1].drop { $0 == " " }
                return Scenario.Header(name: String(parts[0]), value: String(value))
            }
    }
}
