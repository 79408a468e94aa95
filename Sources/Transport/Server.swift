import HTTP
import Sockets
import Synchronization

/// An HTTP/1.1 server on one address.
package final class Server: Sendable {
    private let address: Address
    private let limits: ServerLimits
    private let wallClock: @Sendable () -> Int64
    private let makeHandler: @Sendable (Loop) -> any Handler
    /// The loops it runs on; they may be given other work too.
    package let loops: [Loop]
    private let serverLoops = ServerLoops()

    /// - Parameters:
    ///   - loops: the number of threads; more than one share the port (`SO_REUSEPORT`).
    ///   - clock: monotonic time, for deadlines.
    ///   - wallClock: nanoseconds since 1970, for `Date`.
    ///   - handler: creates a loop's handler, on that loop's thread.
    package init(
        address: Address, limits: ServerLimits = ServerLimits(), loops: Int = 1,
        clock: @escaping @Sendable () -> MonotonicTime = { MonotonicTime.now() },
        wallClock: @escaping @Sendable () -> Int64 = { wallClockNanoseconds() },
        handler: @escaping @Sendable (Loop) -> any Handler
    ) throws(SystemError) {
        precondition(loops > 0, "a server needs a thread")
        limits.check()
        self.address = address
        self.limits = limits
        self.wallClock = wallClock
        makeHandler = handler
        var made: [Loop] = []
        for number in 0..<loops { made.append(try Loop(name: "http-\(number)", clock: clock)) }
        self.loops = made
    }

    /// Listens, starts the threads and returns the port.
    @discardableResult
    package func start() throws(SystemError) -> UInt16 {
        Signals.ignoreBrokenPipes()
        var address = address
        var made: [ServerLoop] = []
        for loop in loops {
            let listener = try Listener(address: address, sharesPort: loops.count > 1)
            // The first listener gets a port from the kernel if none was given; the others share
            // it.
            address = listener.address
            made.append(
                ServerLoop(
                    loop: loop, listener: listener, limits: limits, shares: loops.count,
                    wallClock: wallClock, handler: makeHandler,
                    whenStopped: { [serverLoops] in serverLoops.oneStopped() }))
        }
        serverLoops.opened(made)
        for (loop, serverLoop) in zip(loops, made) {
            try loop.start()
            loop.execute { serverLoop.open() }
        }
        return address.port
    }

    /// Stops accepting, answers requests in progress, closes idle connections; returns at once.
    package func stop() {
        for serverLoop in serverLoops.all { serverLoop.loop.execute { serverLoop.stop() } }
    }

    /// Waits until a stop is complete, then ends the threads.
    package func wait() {
        serverLoops.allStopped.wait()
        for loop in loops { loop.stop() }
        for loop in loops { loop.join() }
    }

    /// The number of open connections.
    package var connections: Int {
        serverLoops.all.reduce(0) { $0 + $1.openConnections.load(ordering: .relaxed) }
    }

    /// The bytes that unfinished and unanswered requests hold, summed on the loops' threads.
    package var bufferedBytes: Int {
        serverLoops.all.reduce(0) { sum, serverLoop in
            let latch = Latch()
            let bytes = Atomic<Int>(0)
            serverLoop.loop.execute {
                bytes.store(serverLoop.peers.buffered + serverLoop.peers.unsent, ordering: .relaxed)
                latch.open()
            }
            latch.wait()
            return sum + bytes.load(ordering: .relaxed)
        }
    }

    /// The number of requests that handlers work on.
    package var inFlight: Int {
        serverLoops.all.reduce(0) { $0 + $1.inFlight.load(ordering: .relaxed) }
    }
}
