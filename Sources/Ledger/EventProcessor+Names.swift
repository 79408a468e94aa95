import Database
import Referrals
import Storage

// Events without a conversion are found by the codes, addresses and keys in them.
extension EventProcessor {
    /// The number of an earlier release's events that one step examines.
    private static let stretch: Int64 = 512

    /// Stores the names in an event by which it is found, unless it made a conversion.
    ///
    /// - Parameter isKnown: True if the names may have been stored before.
    func noteNames(
        of row: EventRow, _ incoming: Incoming, _ source: SourceSettings, isKnown: Bool
    ) throws(StorageError) {
        if isKnown { try store.eventNames.remove(row.id) }
        guard row.conversion?.number != row.id.number else { return }
        try store.eventNames.note(
            incoming.names(source.reading).map(\.digest), of: row.id, account: source.account)

    }

    /// True if events of an earlier release remain to be examined.
    func hasUnnamedEvents() throws(StorageError) -> Bool {
        if let unnamedEvents { return unnamedEvents }
        let isLeft = try store.eventNames.left() != nil
        unnamedEvents = isLeft
        return isLeft
    }

    /// Stores the names in events of an earlier release, until the turn is over. Returns true if
    /// some are left.
    func nameEarlierEvents(turn: Turn) throws(StorageError) -> Bool {
        unnamedEvents = nil
        while let last = try store.eventNames.left() {
            let ids = try store.eventNames.withoutConversion(upTo: last, stretch: Self.stretch)
            var next = last - Self.stretch
            for id in ids {
                try name(id)
                if turn.isOver {
                    next = id.number - 1
                    break
                }
            }
            try store.eventNames.note(left: next)
            if turn.isOver { return next > 0 }
        }
        return false
    }

    private func name(_ id: ID<Event>) throws(StorageError) {
        let row = try store.events.find(id)
        guard let row, let source = declarations.source(row.source),
            let incoming = Incoming(stored: row, source.reading)
        else { return }
        try noteNames(of: row, incoming, source, isKnown: true)
    }
}
