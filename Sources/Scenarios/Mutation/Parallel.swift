import FoundationEssentials
import Sockets
import Synchronization

/// A list that is worked off by several threads.
enum Parallel {
    /// Returns the results in the order of the elements.
    ///
    /// - Parameter workers: the number of threads; if one cannot be started, the others do its
    ///   share.
    static func map<Element: Sendable, Result: Sendable>(
        _ elements: [Element], workers: Int, _ body: @escaping @Sendable (Element) -> Result
    ) -> [Result] {
        let work = Work(elements, body)
        var dones: [Latch] = []
        for _ in 1..<max(2, min(workers, elements.count)) {
            let done = Latch()
            do throws(SystemError) {
                try Thread(name: "worker") {
                    work.run()
                    done.open()
                }.detach()
                dones.append(done)
            } catch { break }
        }
        work.run()
        for done in dones { done.wait() }
        return work.results
    }
}

extension MutationRun {
    /// One thread for each processor.
    package static var usualWorkers: Int { ProcessInfo.processInfo.activeProcessorCount }
}

private final class Work<Element: Sendable, Result: Sendable>: Sendable {
    private struct State {
        var next = 0
        var results: [Int: Result] = [:]
    }

    private let elements: [Element]
    private let body: @Sendable (Element) -> Result
    private let state = Mutex(State())

    init(_ elements: [Element], _ body: @escaping @Sendable (Element) -> Result) {
        self.elements = elements
        self.body = body
    }

    var results: [Result] {
        state.withLock { state in elements.indices.compactMap { state.results[$0] } }
    }

    func run() {
        while let index = take() {
            let result = body(elements[index])
            state.withLock { $0.results[index] = result }
        }
    }

    private func take() -> Int? {
        state.withLock { state in
            guard state.next < elements.count else { return nil }
            defer { state.next += 1 }
            return state.next
        }
    }
}
