import Foundation
import Synchronization

/// Runs the body on so many threads at once: all wait at one barrier before they begin with it.
///
/// - Parameter prepare: what each does before the barrier, such as to connect.
package func crowd<Place, Result: Sendable>(
    of count: Int, prepare: @escaping @Sendable (Int) throws -> Place,
    then body: @escaping @Sendable (Int, Place) throws -> Result
) throws -> [Result] {
    let barrier = Barrier(count)
    let results = Mutex<[Int: Swift.Result<Result, any Error>]>([:])
    let done = DispatchGroup()
    for index in 0..<count {
        done.enter()
        Thread {
            let result = Swift.Result<Result, any Error> {
                let place = Swift.Result { try prepare(index) }
                barrier.wait()
                return try body(index, place.get())
            }
            results.withLock { $0[index] = result }
            done.leave()
        }.start()
    }
    done.wait()
    return try results.withLock { results in
        try (0..<count).compactMap { try results[$0]?.get() }
    }
}

/// Lets nobody through before so many have come.
package final class Barrier: @unchecked Sendable {
    // `missing` is looked at under the condition's lock only.
    private let condition = NSCondition()
    private var missing: Int

    package init(_ count: Int) { missing = count }

    package func wait() {
        condition.lock()
        defer { condition.unlock() }
        missing -= 1
        if missing <= 0 { condition.broadcast() }
        while missing > 0 { condition.wait() }
    }
}
