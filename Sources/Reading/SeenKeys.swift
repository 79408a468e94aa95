/// A set of keys for millions of entries: the bytes are stored consecutively and found by open
/// addressing. A key is unique within its group.
package struct SeenKeys {
    /// The value stored with a key.
    package struct Entry {
        /// The group of the key.
        package var group: Int64
        /// A line or an offset, as the caller decides.
        package var place: Int
    }

    private var bytes: [UInt8] = []
    /// The end of each key in `bytes`.
    private var ends: [UInt32] = []
    /// The entries in the order of their insertion.
    package private(set) var entries: [Entry] = []
    /// A hash in the high half and the index of an entry plus 1 in the low half; 0 is free. At most
    /// half of the slots are used, so that a search for an absent key ends after one or two slots.
    private var slots = [UInt64](repeating: 0, count: 64)
    private let ignoresGroups: Bool

    /// Creates an empty set.
    ///
    /// - Parameter ignoresGroups: true if a key is unique over all groups.
    package init(ignoresGroups: Bool = false) {
        self.ignoresGroups = ignoresGroups
    }

    /// Inserts a key, or returns the entry that it already has.
    package mutating func insert(_ key: String, group: Int64, place: Int) -> Entry? {
        let hash = hash(key.utf8.span, group)
        let slot = slot(of: key.utf8.span, group, hash)
        if let index = index(in: slot) { return entries[index] }
        // More than four thousand million bytes of keys are larger than any file that is read here.
        precondition(bytes.count + key.utf8.count <= UInt32.max, "keys are counted in 32 bits")
        bytes.append(contentsOf: key.utf8)
        ends.append(UInt32(bytes.count))
        entries.append(Entry(group: group, place: place))
        slots[slot] = UInt64(hash) << 32 | UInt64(entries.count)
        if entries.count * 2 > slots.count { grow() }
        return nil
    }

    /// Returns the entry of a key; nil if the key was not inserted.
    package func find(_ key: String, group: Int64) -> Entry? {
        index(in: slot(of: key.utf8.span, group, hash(key.utf8.span, group))).map { entries[$0] }
    }

    private func index(in slot: Int) -> Int? {
        slots[slot] == 0 ? nil : Int(slots[slot] & 0xFFFF_FFFF) - 1
    }

    /// Returns the slot of a key, or the free slot in which it would be inserted.
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

    /// FNV-1a, with a final round that distributes the hash over all bits.
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
