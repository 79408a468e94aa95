import Sockets
import Synchronization

/// A short queue between two threads: one puts items in and waits while it is full, the other takes
/// them out and waits while it is empty.
final class Handover<Item: Sendable>: Sendable {
    private struct State {
        var items: [Item] = []
        var end: Result<Void, any Error>?
        var isClosed = false
    }

    private let state = Mutex(State())
    private let filled = WakeUp()
    private let emptied = WakeUp()
    private static var most: Int { 8 }

    /// Puts an item in. Returns false if the other side takes no more.
    func put(_ item: Item) -> Bool {
        while true {
            let isDone: Bool? = state.withLock { state in
                if state.isClosed { return false }
                guard state.items.count < Self.most else { return nil }
                state.items.append(item)
                return true
            }
            if let isDone {
                filled.signal()
                return isDone
            }
            _ = emptied.wait(milliseconds: 1_000)
        }
    }

    /// Notes that no item follows, or the error that ended the series.
    func end(_ result: Result<Void, any Error>) {
        state.withLock { $0.end = result }
        filled.signal()
    }

    /// Takes the next item; nil at the end. Throws the error that ended the series.
    func take() throws -> Item? {
        while true {
            let (item, end) = state.withLock { state -> (Item?, Result<Void, any Error>?) in
                if state.items.isEmpty { return (nil, state.end) }
                return (state.items.removeFirst(), nil)
            }
            if let item {
                emptied.signal()
                return item
            }
            if let end {
                try end.get()
                return nil
            }
            _ = filled.wait(milliseconds: 1_000)
        }
    }

    /// Notes that no more items are taken.
    func close() {
        state.withLock { $0.isClosed = true }
        emptied.signal()
    }
}
