import Time
import Workspace

/// Sends recorded payloads to a gateway.
package struct Replay {
    private let payloads: [RecordedPayload]
    private let concurrency: Int

    /// Creates a replay.
    ///
    /// - Parameter concurrency: the number of posts at once; 1 sends them in sequence.
    package init(_ payloads: [RecordedPayload], concurrency: Int = 1) {
        self.payloads = payloads
        self.concurrency = concurrency
    }

    /// Sends the payloads to a running gateway.
    package func run(
        to host: String, _ port: UInt16, below prefix: String = "", at now: Instant
    ) throws -> [GatewayResponse] {
        var posts: [Crowd.Post] = []
        for payload in payloads {
            posts.append(
                Crowd.Post(path: prefix + payload.path, message: try payload.signed(at: now)))
        }
        return try Crowd(posts, host: host, port: port).run(concurrency)
    }

    /// Sends the payloads to a new gateway on a scratch database, to which the workspace is
    /// applied.
    package func run(
        with workspace: WorkspaceFile, in folder: Folder, at now: Instant
    ) throws -> [GatewayResponse] {
        let stage = try Stage(workspace, in: folder, at: now)
        defer { stage.stop() }
        return try run(to: "127.0.0.1", stage.port, at: now)
    }
}
