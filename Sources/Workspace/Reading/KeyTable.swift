/// Which keys were seen before, for millions of them: their bytes lie one after another, and open
/// addressing finds them. A key counts within its group.
struct KeyTable {
    /// What is remembered with a key.
    struct Entry {
        var group: Int64
        /// A line or an offset; whoever asks knows which.
        var place: Int
    }

    private var bytes: [UInt8] = []
    /// Where each key ends in `bytes`.
    private var ends: [UInt32] = []
    private(set) var entries: [Entry] = []
    /// Indices of entries plus 1; 0 is free. At most three in four are taken.
    private var slots = [UInt32](repeating: 0, count: 64)
    private let ignoresGroups: Bool

    /// - Parameter ignoresGroups: whether a key counts once in all groups together.
    init(ignoresGroups: Bool = false) {
        self.ignoresGroups = ignoresGroups
    }

    /// Remembers a key, or gives what is remembered of it already.
    mutating func insert(_ key: String, group: Int64, place: Int) -> Entry? {
        let hash = hash(key.utf8.span, group)
        let slot = slot(of: key.utf8.span, group, hash)
        if slots[slot] != 0 { return entries[Int(slots[slot]) - 1] }
        // Four thousand million bytes of keys are beyond any file that is read here.
        precondition(bytes.count + key.utf8.count <= UInt32.max, "keys are counted in 32 bits")
        bytes.append(contentsOf: key.utf8)
        ends.append(UInt32(bytes.count))
        entries.append(Entry(group: group, place: place))
        slots[slot] = UInt32(entries.count)
        if entries.count * 4 > slots.count * 3 { grow() }
        return nil
    }

    func find(_ key: String, group: Int64) -> Entry? {
        let slot = slot(of: key.utf8.span, group, hash(key.utf8.span, group))
        return slots[slot] == 0 ? nil : entries[Int(slots[slot]) - 1]
    }

    private func slot(of key: borrowing Span<UInt8>, _ group: Int64, _ hash: UInt64) -> Int {
        let mask = slots.count - 1
        var slot = Int(truncatingIfNeeded: hash) & mask
        while slots[slot] != 0 {
            let index = Int(slots[slot]) - 1
            if ignoresGroups || entries[index].group == group, holds(key, at: index) { return slot }
            slot = (slot + 1) & mask
        }
        return slot
    }

    private func holds(_ key: borrowing Span<UInt8>, at index: Int) -> Bool {
        let start = index == 0 ? 0 : Int(ends[index - 1])
        guard Int(ends[index]) - start == key.count else { return false }
        for offset in 0..<key.count where bytes[start + offset] != key[offset] { return false }
        return true
    }

    /// FNV-1a, and a last round that spreads it over all bits.
    private func hash(_ key: borrowing Span<UInt8>, _ group: Int64) -> UInt64 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for index in key.indices { hash = (hash ^ UInt64(key[index])) &* 0x100_0000_01B3 }
        if !ignoresGroups { hash ^= UInt64(bitPattern: group) &* 0x9E37_79B9_7F4A_7C15 }
        hash ^= hash >> 32
        hash &*= 0x9E37_79B9_7F4A_7C15
        return hash ^ hash >> 29
    }

    private mutating func grow() {
        slots = [UInt32](repeating: 0, count: slots.count * 2)
        let mask = slots.count - 1
        for index in entries.indices {
            let start = index == 0 ? 0 : Int(ends[index - 1])
            let hash = hash(bytes.span.extracting(start..<Int(ends[index])), entries[index].group)
            var slot = Int(truncatingIfNeeded: hash) & mask
            while slots[slot] != 0 { slot = (slot + 1) & mask }
            slots[slot] = UInt32(index + 1)
        }
    }
}
