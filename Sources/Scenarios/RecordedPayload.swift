import Declarations
import Reading
import Spelling
import Time
import Workspace

/// A payload in a file, and the source whose sender would send it.
package struct RecordedPayload: Sendable {
    package let file: String
    package let source: SourceEntry
    private let message: RecordedMessage

    package enum Failure: Error, CustomStringConvertible {
        case file(FileFailure)
        case noSource(file: String, folder: String, known: [String])

        package var description: String {
            switch self {
            case .file(let failure): failure.description
            case .noSource(let file, "", let known):
                "\(file): the folder of a payload names its source, and this one is in none; put it into a"
                    + " folder with the name of one (known are \(known.joined(separator: ", ")))"
            case .noSource(let file, let folder, let known):
                "\(file): no source of the workspace is called \(folder)"
                    + (nearest(to: folder, in: known).map { "; did you mean \($0)?" } ?? "")
                    + " (known are \(known.joined(separator: ", ")))"
            }
        }
    }

    /// - Parameter file: `…/<source>/<name>.json`, by the source's id, name or preset.
    package init(_ file: String, among sources: [SourceEntry]) throws(Failure) {
        self.file = file
        let parts = file.split(separator: "/")
        let folder = parts.count > 1 ? String(parts[parts.count - 2]) : ""
        let found =
            sources.first { $0.source.id == folder } ?? sources.first { $0.source.name == folder }
            ?? sources.first { $0.source.preset == folder }
        guard let found else {
            throw .noSource(
                file: file, folder: folder, known: sources.compactMap(\.source.id))
        }
        source = found
        do { message = try RecordedMessage.read(file, in: .directory("")) } catch {
            throw .file(error)
        }
    }

    /// Of its source's address.
    package var path: String { "/hooks/\(source.source.id ?? "")" }

    /// As its sender would send it now.
    package func signed(at now: Instant) throws(PartnerMessage.Failure) -> PartnerMessage {
        let name = file.split(separator: "/").last.map { String($0) } ?? ""
        let usualID = "replay-" + (name.hasSuffix(".json") ? String(name.dropLast(5)) : name)
        return try PartnerMessage(
            message.body, for: source,
            PartnerMessage.Making(
                time: now, usualID: Self.id(of: usualID), headers: message.headers))
    }

    /// Ids of every scheme hold printed ASCII without spaces, and no full stop. Other bytes of a file's name
    /// are written in hexadecimal, so that two names have two ids.
    private static func id(of text: String) -> String {
        let id = text.utf8.map { byte in
            switch byte {
            case UInt8(ascii: "."): "-"
            case UInt8(ascii: "-"), UInt8(ascii: "_"), 0x30...0x39, 0x41...0x5A, 0x61...0x7A:
                String(UnicodeScalar(byte))
            default: "_" + String(byte, radix: 16)
            }
        }.joined()
        return id.utf8.count <= longestID ? id : String(id.suffix(longestID))
    }

    private static let longestID = 200
}
