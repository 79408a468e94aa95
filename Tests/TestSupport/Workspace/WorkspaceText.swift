import Reading
import Workspace

/// Files in memory.
package func folder(_ files: [String: String], pieceSize: Int = .max) -> Folder {
    Folder { path throws(FileFailure) in
        guard let text = files[path] else { throw FileFailure(path: path, reason: .absent) }
        return Memory(Array(text.utf8), pieceSize: pieceSize)
    }
}

package final class Memory: ByteSource {
    private var rest: ArraySlice<UInt8>
    private let pieceSize: Int

    package init(_ bytes: [UInt8], pieceSize: Int = .max) {
        rest = bytes[...]
        self.pieceSize = pieceSize
    }

    package func read(into bytes: inout [UInt8], atMost most: Int) -> Int {
        let piece = rest.prefix(min(most, pieceSize))
        bytes.append(contentsOf: piece)
        rest = rest.dropFirst(piece.count)
        return piece.count
    }
}

/// What a workspace's mistakes say, one line each; empty where it has none.
package func mistakes(
    in text: String, _ files: [String: String] = [:], known: Known = .nothing
) -> [String] {
    do {
        _ = try WorkspaceFile.read(
            Array(text.utf8), file: "w", folder: folder(files), known: known)
        return []
    } catch {
        return error.list.map(\.description)
    }
}

package func workspace(
    _ text: String, _ files: [String: String] = [:], known: Known = .nothing
) throws -> WorkspaceFile {
    try WorkspaceFile.read(Array(text.utf8), file: "w", folder: folder(files), known: known)
}
