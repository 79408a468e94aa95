import Time

/// Encodes the parts of a `FactsRecord`.
struct RecordCoder {
    var bytes: [UInt8] = []

    mutating func byte(_ byte: UInt8) { bytes.append(byte) }

    mutating func count(_ count: Int) {
        precondition(count >= 0, "counts are never negative")
        unsigned(UInt64(count))
    }

    /// Zigzag: 0, -1, 1, -2, … become 0, 1, 2, 3, …
    mutating func signed(_ number: Int64) {
        unsigned(UInt64(bitPattern: number << 1 ^ number >> 63))
    }

    mutating func party(_ party: Party, before receipt: Int64) {
        signed(party.id.number)
        signed(receipt &- party.joinedAt.microseconds)
        byte(
            (party.isDisabled ? 1 : 0) | (party.hasReferred ? 2 : 0)
                | (party.referredBy == nil ? 0 : 4))
        if let referrer = party.referredBy { signed(referrer.number) }
    }

    private mutating func unsigned(_ number: UInt64) {
        var rest = number
        while rest > 0x7F {
            bytes.append(UInt8(truncatingIfNeeded: rest) | 0x80)
            rest >>= 7
        }
        bytes.append(UInt8(rest))
    }
}

/// Decodes the output of `RecordCoder`; every byte is checked.
struct RecordReader {
    /// A number of campaign rewards above that of any campaign.
    private static let maxRewards = 1024

    var rest: ArraySlice<UInt8>

    mutating func head(
        _ formats: ClosedRange<UInt8>
    ) throws(RecordError) -> (identity: UInt8, addresses: UInt8, now: Int64) {
        let found = try byte()
        guard formats.contains(found) else { throw .otherFormat(found) }
        return (try byte(), try byte(), try signed())
    }

    mutating func byte() throws(RecordError) -> UInt8 {
        guard let byte = rest.popFirst() else { throw .malformed }
        return byte
    }

    mutating func count() throws(RecordError) -> Int {
        guard let count = Int(exactly: try unsigned()) else { throw .malformed }
        return count
    }

    mutating func signed() throws(RecordError) -> Int64 {
        let number = try unsigned()
        return Int64(bitPattern: number >> 1) ^ -Int64(bitPattern: number & 1)
    }

    mutating func party(before receipt: Int64) throws(RecordError) -> Party {
        let id = ID<Participant>(try signed())
        let joinedAt = Instant(clampingMicroseconds: receipt &- (try signed()))
        let flags = try byte()
        guard flags < 8 else { throw .malformed }
        return Party(
            id: id, joinedAt: joinedAt, isDisabled: flags & 1 != 0,
            referredBy: flags & 4 != 0 ? ID(try signed()) : nil, hasReferred: flags & 2 != 0)
    }

    mutating func rewards() throws(RecordError) -> [RewardFacts] {
        let count = try count()
        guard count <= Self.maxRewards else { throw .malformed }
        var rewards: [RewardFacts] = []
        rewards.reserveCapacity(count)
        for _ in 0..<count {
            rewards.append(RewardFacts(slotsUsed: try self.count(), budgetSpent: try signed()))
        }
        return rewards
    }

    private mutating func unsigned() throws(RecordError) -> UInt64 {
        var number: UInt64 = 0
        for shift in stride(from: UInt64(0), to: 70, by: 7) {
            let byte = try byte()
            if shift == 63, byte > 1 { throw .malformed }
            number |= UInt64(byte & 0x7F) << shift
            if byte < 0x80 { return number }
        }
        throw .malformed
    }
}
