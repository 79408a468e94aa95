import Database
import Referrals
import Storage
import Time

/// Finds the parked events that can be decided again, and returns them in the order in which they
/// occurred.
///
/// The table is ordered by the missing key, and may be long, so that the search takes several
/// transactions. Its results are kept in memory and may be outdated: the caller must check that an
/// event still waits.
final class ReleasedEvents {
    private struct Found: Comparable {
        let occurredAt: Int64
        let event: Int64

        static func < (left: Self, right: Self) -> Bool {
            (left.occurredAt, left.event) < (right.occurredAt, right.event)
        }
    }

    private let table: ParkedTable
    /// True if there may be events that the last search did not see.
    private var mustSearch = true
    private var isSearching = false
    private var last: ParkedTable.Row?
    private var found = Heap<Found>()
    /// The events taken in the open transaction.
    private var taken: [Found] = []

    /// The number of rows read at once.
    private static let page = 128

    init(_ table: ParkedTable) { self.table = table }

    /// Requests a search; to be called if a participant, a purchase or a resumed source may have
    /// appeared.
    func search() { mustSearch = true }

    var hasWork: Bool { mustSearch || isSearching || !found.isEmpty }

    /// Searches until the turn is over. Returns true if the search is complete. Earlier results are
    /// returned before a new search begins.
    func find(
        until turn: Turn, where canBeDecided: (ParkedTable.Row) -> Bool
    ) throws(StorageError) -> Bool {
        if !isSearching {
            guard mustSearch, found.isEmpty else { return true }
            (mustSearch, isSearching, last) = (false, true, nil)
        }
        while true {
            let rows = try table.page(after: last, limit: Self.page)
            for row in rows where canBeDecided(row) {
                found.insert(
                    Found(occurredAt: row.occurredAt.microseconds, event: row.event.number))
            }
            guard rows.count == Self.page else {
                isSearching = false
                return true
            }
            last = rows.last
            if turn.isOver { return false }
        }
    }

    func next() -> ID<Event>? {
        guard let first = found.removeFirst() else { return nil }
        taken.append(first)
        return ID(first.event)
    }

    func noteCommit() { taken.removeAll(keepingCapacity: true) }

    /// Puts back the events that the failed transaction took.
    func noteRollback() {
        for one in taken { found.insert(one) }
        taken.removeAll(keepingCapacity: true)
    }
}

/// A binary heap: the least element first. Each operation takes few steps, while sorting all
/// elements would take one long step.
private struct Heap<Element: Comparable> {
    private var elements: [Element] = []

    var isEmpty: Bool { elements.isEmpty }

    mutating func insert(_ element: Element) {
        elements.append(element)
        var place = elements.count - 1
        while place > 0 {
            let parent = (place - 1) / 2
            guard elements[place] < elements[parent] else { return }
            elements.swapAt(place, parent)
            place = parent
        }
    }

    mutating func removeFirst() -> Element? {
        guard let last = elements.popLast() else { return nil }
        guard let first = elements.first else { return last }
        elements[0] = last
        var place = 0
        while true {
            var least = place
            for child in [2 * place + 1, 2 * place + 2]
            where child < elements.count && elements[child] < elements[least] {
                least = child
            }
            guard least != place else { return first }
            elements.swapAt(place, least)
            place = least
        }
    }
}
