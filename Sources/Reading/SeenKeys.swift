/// Which keys were seen before, for millions of them: their bytes lie one after another, and open
/// addressing finds them. A key counts within its group.
package struct SeenKeys {
    /// What is remembered with a key.
    package struct Entry {
        package var group: Int64
        /// A line or an offset; whoever asks knows which.
        package var place: Int
    }

    private var bytes: [UInt8] = []
    /// Where each key ends in `bytes`.
    private var ends: [UInt32] = []
    package private(set) var entries: [Entry] = []
    /// A hash in the high half and the index of an entry plus 1 in the low half; 0 is free. At most
    /// half of them are taken, so that a key that is not there is known after a look or two.
    private var slots = [UInt64](repeating: 0, count: 64)
    private let ignoresGroups: Bool

    /// - Parameter ignoresGroups: whether a key counts once in all groups together.
    package init(ignoresGroups: Bool = false) {
        self.ignoresGroups = ignoresGroups
    }

    /// Remembers a key, or gives what is remembered of it already.
    package mutating func insert(_ key: String, group: Int64, place: Int) -> Entry? {
        let hash = hash(key.utf8.span, group)
        let slot = slot(of: key.utf8.span, group, hash)
        if let index = index(in: slot) { return entries[index] }
        // Four thousand million bytes of keys are beyond any file that is read here.
        precondition(bytes.count + key.utf8.count <= UInt32.max, "keys are counted in 32 bits")
        bytes.append(contentsOf: key.utf8)
        ends.append(UInt32(bytes.count))
        entries.append(Entry(group: group, place: place))
        slots[slot] = UInt64(hash) << 32 | UInt64(entries.count)
        if entries.count * 2 > slots.count { grow() }
        return nil
    }

    package func find(_ key: String, group: Int64) -> Entry? {
        index(in: slot(of: key.utf8.span, group, hash(key.utf8.span, group))).map { entries[$0] }
    }

    private func index(in slot: Int) -> Int? {
        slots[slot] == 0 ? nil : Int(slots[slot] & 0xFFFF_FFFF) - 1
    }

    /// Where the key is, or would be.
    private func slot(of key: borrowing Span<UInt8>, _ group: Int64, _ hash: UInt32) -> Int {
        let mask = slots.count - 1
        var slot = Int(hash) & mask
        while let index = index(in: slot) {
            if slots[slot] >> 32 == UInt64(hash), holds(key, group, at: index) { return slot }
            slot = (slot + 1) & mask
        }
        return slot
    }

    private func holds(_ key: borrowing Span<UInt8>, _ group: Int64, at index: Int) -> Bool {
        guard ignoresGroups || entries[index].group == group else { return false }
        let start = index == 0 ? 0 : Int(ends[index - 1])
        guard Int(ends[index]) - start == key.count else { return false }
        for offset in 0..<key.count where bytes[start + offset] != key[offset] { return false }
        return true
    }

    /// FNV-1a, and a last round that spreads it over all bits.
    private func hash(_ key: borrowing Span<UInt8>, _ group: Int64) -> UInt32 {
        var hash: UInt64 = 0xCBF2_9CE4_8422_2325
        for index in key.indices { hash = (hash ^ UInt64(key[index])) &* 0x100_0000_01B3 }
        if !ignoresGroups { hash ^= UInt64(bitPattern: group) &* 0x9E37_79B9_7F4A_7C15 }
        hash ^= hash >> 32
        hash &*= 0x9E37_79B9_7F4A_7C15
        return UInt32(truncatingIfNeeded: hash >> 32)
    }

    private mutating func grow() {
        var grown = [UInt64](repeating: 0, count: slots.count * 2)
        let mask = grown.count - 1
        for taken in slots where taken != 0 {
            var slot = Int(taken >> 32) & mask
            while grown[slot] != 0 { slot = (slot + 1) & mask }
            grown[slot] = taken
        }
        slots = grown
    }
}
