import Reading

/// A source of bytes that is read in pieces.
package protocol ByteSource: AnyObject {
    /// Appends at most `most` bytes and returns their number; 0 at the end.
    func read(into bytes: inout [UInt8], atMost most: Int) throws(FileFailure) -> Int
}

/// The folder of the files that a workspace names.
package struct Folder: Sendable {
    /// Opens a file by its path in the workspace.
    package var open: @Sendable (_ path: String) throws(FileFailure) -> any ByteSource

    /// Creates a folder from a function that opens files.
    package init(open: @escaping @Sendable (String) throws(FileFailure) -> any ByteSource) {
        self.open = open
    }

    /// A folder without files, as for a request's body.
    package static let none = Folder { path throws(FileFailure) in
        throw FileFailure(path: path, reason: .noFolder)
    }
}

extension ByteSource {
    /// Reads the rest. The path appears in the error for a source above the limit.
    package func readAll(_ path: String, atMost limit: Int) throws(FileFailure) -> [UInt8] {
        var bytes: [UInt8] = []
        while try read(into: &bytes, atMost: 1 << 16) > 0 {
            if bytes.count > limit {
                throw FileFailure(path: path, reason: .tooLarge(limit: limit))
            }
        }
        return bytes
    }
}

/// Bytes in memory, such as a request's body, read as a file.
package final class BytesInMemory: ByteSource {
    private let bytes: [UInt8]
    private var place = 0

    /// Creates a source of these bytes.
    package init(_ bytes: [UInt8]) { self.bytes = bytes }

    /// Appends the next bytes and returns their number.
    package func read(into all: inout [UInt8], atMost most: Int) throws(FileFailure) -> Int {
        let end = min(bytes.count, place + most)
        all += bytes[place..<end]
        defer { place = end }
        return end - place
    }
}
