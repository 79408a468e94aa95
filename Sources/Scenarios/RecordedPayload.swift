import Declarations
import Reading
import Spelling
import Time
import Workspace

/// A payload in a file, with the source that sends it.
package struct RecordedPayload: Sendable {
    /// The path of the file.
    package let file: String
    /// The source with its secrets.
    package let source: SourceEntry
    private let message: RecordedMessage

    /// The reasons for which a payload cannot be used.
    package enum Failure: Error, CustomStringConvertible {
        case file(FileFailure)
        case noSource(file: String, folder: String, known: [String])

        /// The failure as a sentence.
        package var description: String {
            switch self {
            case .file(let failure): failure.description
            case .noSource(let file, "", let known):
                "\(file): the folder of a payload must name its source; move the file into a folder"
                    + " with the name of a source (known sources:  \(known.joined(separator: ", ")))"
            case .noSource(let file, let folder, let known):
                "\(file): no source of the workspace is called \(folder)"
                    + (nearest(to: folder, in: known).map { "; did you mean \($0)?" } ?? "")
                    + " (known sources:  \(known.joined(separator: ", ")))"
            }
        }
    }

    /// Reads a payload.
    ///
    /// - Parameter file: `…/<source>/<name>.json`, where the folder is the source's id, name or
    ///   preset.
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

    /// The path of the source's URL.
    package var path: String { "/hooks/\(source.source.id ?? "")" }

    /// Returns the message in the form that its sender would send now.
    package func signed(at now: Instant) throws(PartnerMessage.Failure) -> PartnerMessage {
        let name = file.split(separator: "/").last.map { String($0) } ?? ""
        let usualID = "replay-" + (name.hasSuffix(".json") ? String(name.dropLast(5)) : name)
        return try PartnerMessage(
            message.body, for: source,
            PartnerMessage.Making(
                time: now, usualID: Self.id(of: usualID), headers: message.headers))
    }

    /// Every scheme accepts ids of printable ASCII without spaces and full stops. Other bytes of a
    /// file name are written in hexadecimal, so that different names have different ids.
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
