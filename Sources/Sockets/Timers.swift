/// A queue of scheduled work, earliest first: a binary heap with cancellation.
///
/// It has no clock; its owner passes the time in.
struct Timers {
    /// Identifies one scheduled piece of work; never reused.
    typealias ID = UInt64

    private struct Entry {
        var due: MonotonicTime
        var id: ID
    }

    private var heap: [Entry] = []
    /// The work by id. Cancelled work is removed here; its heap entry is skipped when it is due.
    private var work: [ID: () -> Void] = [:]
    private var nextID: ID = 0

    /// The time at which the next work is due; `never` if there is none.
    var nextDue: MonotonicTime { heap.first?.due ?? .never }

    mutating func schedule(at due: MonotonicTime, _ body: @escaping () -> Void) -> ID {
        nextID += 1
        work[nextID] = body
        heap.append(Entry(due: due, id: nextID))
        siftUp(from: heap.count - 1)
        return nextID
    }

    mutating func cancel(_ id: ID) {
        work[id] = nil
        // Cancelled entries are removed when they are due, or when they make up most of the heap.
        if heap.count > 64, work.count < heap.count / 2 {
            heap.removeAll { work[$0.id] == nil }
            for index in stride(from: heap.count / 2, through: 0, by: -1) { siftDown(from: index) }
        }
    }

    /// Removes and returns one piece of work that is due; nil if there is none.
    mutating func popDue(at now: MonotonicTime) -> (() -> Void)? {
        while let first = heap.first, first.due <= now {
            let last = heap.removeLast()
            if !heap.isEmpty {
                heap[0] = last
                siftDown(from: 0)
            }
            if let body = work.removeValue(forKey: first.id) { return body }
        }
        return nil
    }

    private func isBefore(_ left: Entry, _ right: Entry) -> Bool {
        // Of two entries due at the same time the one scheduled first runs first.
        left.due == right.due ? left.id < right.id : left.due < right.due
    }

    private mutating func siftUp(from start: Int) {
        var child = start
        while child > 0 {
            let parent = (child - 1) / 2
            guard isBefore(heap[child], heap[parent]) else { return }
            heap.swapAt(child, parent)
            child = parent
        }
    }

    private mutating func siftDown(from start: Int) {
        var parent = start
        while true {
            var least = parent
            for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count {
                if isBefore(heap[child], heap[least]) { least = child }
            }
            if least == parent { return }
            heap.swapAt(least, parent)
            parent = least
        }
    }
}
