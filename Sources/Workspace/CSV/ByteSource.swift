import Reading

/// Where bytes come from, some at a time.
package protocol ByteSource: AnyObject {
    /// Appends at most `most` more bytes and tells how many there were; 0 at the end.
    func read(into bytes: inout [UInt8], atMost most: Int) throws(FileFailure) -> Int
}

/// Where the files lie that a workspace names.
package struct Folder: Sendable {
    package var open: @Sendable (_ path: String) throws(FileFailure) -> any ByteSource

    package init(open: @escaping @Sendable (String) throws(FileFailure) -> any ByteSource) {
        self.open = open
    }

    /// No file can be named, as in a request's body.
    package static let none = Folder { path throws(FileFailure) in
        throw FileFailure(path: path, reason: .noFolder)
    }
}

extension ByteSource {
    /// All that is left.
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

    package init(_ bytes: [UInt8]) { self.bytes = bytes }

    package func read(into all: inout [UInt8], atMost most: Int) throws(FileFailure) -> Int {
        let end = min(bytes.count, place + most)
        all += bytes[place..<end]
        defer { place = end }
        return end - place
    }
}
