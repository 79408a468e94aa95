import Database
import Referrals
import Storage
import Time

/// Finds the parked events that can be decided again, and returns them in the order in which they
/// occurred.
///
/// The events that wait for a known key are found by an index. If the key is not known, the whole
/// table is searched. It is ordered by the missing key, and may be long, so that this takes several
/// transactions. The results are kept in memory and may be outdated: the caller must check that an
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
    /// The keys to search for, and the last row that was read with the first of them.
    private var keys: [ParkedTable.Key] = []
    private var lastOfKey: ParkedTable.Row?
    private var found = Heap<Found>()
    /// The events taken in the open transaction.
    private var taken: [Found] = []

    /// The number of rows read at once.
    private static let page = 128
    /// The largest number of keys to search for one by one.
    private static let mostKeys = 1_000

    init(_ table: ParkedTable) { self.table = table }

    /// Requests a search of the whole table; to be called if a participant, a purchase or a resumed
    /// source may have appeared.
    func search() { mustSearch = true }

    /// Requests a search for the events that wait for a key, if there are any.
    func search(for key: ParkedTable.Key) throws(StorageError) {
        // Rows that were read before the key appeared must be read again.
        let unread = lastOfKey == nil ? keys[...] : keys.dropFirst()
        guard !mustSearch, !unread.contains(key),
            try !table.page(of: key, after: nil, limit: 1).isEmpty
        else { return }
        if keys.count < Self.mostKeys { keys.append(key) } else { mustSearch = true }
    }

    var hasWork: Bool { mustSearch || isSearching || !keys.isEmpty || !found.isEmpty }

    /// Searches until the turn is over. Returns true if the search is complete. Earlier results are
    /// returned before a new search begins.
    func find(
        until turn: Turn, where canBeDecided: (ParkedTable.Row) -> Bool
    ) throws(StorageError) -> Bool {
        if !isSearching {
            guard found.isEmpty else { return true }
            guard mustSearch else { return try findByKey(until: turn, where: canBeDecided) }
            (mustSearch, isSearching, last) = (false, true, nil)
            (keys, lastOfKey) = ([], nil)
        }
        while true {
            let rows = try table.page(after: last, limit: Self.page)
            insert(rows.filter(canBeDecided))
            guard rows.count == Self.page else {
                isSearching = false
                return true
            }
            last = rows.last
            if turn.isOver { return false }
        }
    }

    private func findByKey(
        until turn: Turn, where canBeDecided: (ParkedTable.Row) -> Bool
    ) throws(StorageError) -> Bool {
        while let key = keys.first {
            let rows = try table.page(of: key, after: lastOfKey, limit: Self.page)
            insert(rows.filter(canBeDecided))
            if rows.count == Self.page {
                lastOfKey = rows.last
            } else {
                keys.removeFirst()
                lastOfKey = nil
            }
            if turn.isOver { break }
        }
        return keys.isEmpty
    }

    private func insert(_ rows: [ParkedTable.Row]) {
        for row in rows {
            found.insert(Found(occurredAt: row.occurredAt.microseconds, event: row.event.number))
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
