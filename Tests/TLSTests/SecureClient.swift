import Sockets
import TLS

/// A client session over a real connection, moved as its owner in `Transport` moves it.
final class SecureClient {
    /// Everything decrypted so far.
    private(set) var plain: [UInt8] = []
    let session: ClientSession
    private let connection: BlockingConnection
    /// The most bytes that the session gets at once.
    private let pieceSize: Int

    /// Kept, since a server ends with its owner.
    private var server: OpenSSLServer?

    /// Connects to a server without a handshake.
    convenience init(
        _ server: OpenSSLServer, host: String = "localhost", isAddress: Bool = false,
        pieceSize: Int = .max
    ) throws {
        try self.init(port: server.port, host: host, isAddress: isAddress, pieceSize: pieceSize)
        self.server = server
    }

    /// Connects to a port of this machine without a handshake. The context reads the trusted certificates when
    /// it is made: the server comes first, which sees to them.
    ///
    /// - Parameter host: the name or address that the certificate must be of.
    init(
        port: UInt16, host: String = "localhost", isAddress: Bool = false, pieceSize: Int = .max
    ) throws {
        session = try ClientSession(ClientContext(), host: host, isAddress: isAddress)
        connection = try BlockingConnection(host: "127.0.0.1", port: port, patienceSeconds: 20)
        self.pieceSize = pieceSize
    }

    /// Shakes hands to the end, and counts the steps that needed more from the peer.
    @discardableResult
    func handshake() throws -> Int {
        var waits = 0
        while true {
            let progress: ClientSession.Progress
            // An alert goes out also where the handshake fails.
            do { progress = try session.handshake() } catch {
                try flush()
                throw error
            }
            try flush()
            if progress == .done { return waits }
            waits += 1
            guard try receive() else { throw Cut() }
        }
    }

    func send(_ bytes: [UInt8]) throws {
        try session.write(bytes)
        try flush()
    }

    func send(_ text: String) throws { try send(Array(text.utf8)) }

    /// Reads until so many bytes are there in all, or the session ends.
    func read(upTo count: Int = .max) throws -> ClientSession.Progress {
        while true {
            let progress = try session.read(into: &plain)
            try flush()
            if progress == .ended || plain.count >= count { return progress }
            guard try receive() else { throw Cut() }
        }
    }

    /// The connection ended within the session.
    struct Cut: Error {}

    /// Bytes from the peer that the session did not get yet.
    private var waiting: [UInt8] = []

    private func receive() throws -> Bool {
        if waiting.isEmpty { waiting = try hear() }
        guard !waiting.isEmpty else { return false }
        let piece = Array(waiting.prefix(pieceSize))
        waiting.removeFirst(piece.count)
        try session.feed(piece.span)
        return true
    }

    /// Bytes as they come from the peer, for tests that feed the session themselves; none at the end.
    func hear() throws -> [UInt8] { try connection.receive() }

    private func flush() throws { try connection.send(session.takeOutput()) }
}
