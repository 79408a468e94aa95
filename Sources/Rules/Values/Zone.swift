/// The offsets of a time zone from UTC, from the tables of the system (TZif, RFC 9636).
///
/// The host reads the file; a rule gets the zone as a value, so that evaluation reads no files.
package struct Zone: Sendable {
    private let transitions: [Int64]
    private let offsets: [Int64]
    private let first: Int64
    /// The rule for the seconds east of UTC after the last transition.
    private let rule: ZoneRule?

    /// Returns nil if the bytes are not TZif of version 2 or later.
    package init?(tzif bytes: [UInt8]) {
        var reader = BigEndianReader(bytes)
        guard let old = ZoneHeader(&reader), old.version >= UInt8(ascii: "2"),
            reader.skip(old.length(timeSize: 4)), let header = ZoneHeader(&reader),
            let transitions = reader.integers(header.timeCount, size: 8),
            let kinds = reader.integers(header.timeCount, size: 1)
        else { return nil }
        var kindOffsets: [Int64] = []
        for _ in 0..<header.typeCount {
            guard let offset = reader.integer(size: 4), reader.skip(2) else { return nil }
            kindOffsets.append(offset)
        }
        guard let first = kindOffsets.first, kinds.allSatisfy({ 0..<kindOffsets.count ~= Int($0) }),
            reader.skip(
                header.characterCount + header.leapCount * 12 + header.standardCount
                    + header.utcCount)
        else { return nil }
        self.transitions = transitions
        self.first = first
        offsets = kinds.map { kindOffsets[Int($0)] }
        rule = ZoneRule(reader.footer)
    }

    /// The seconds east of UTC at a time in seconds since 1970.
    package func offset(at seconds: Int64) -> Int64 {
        if let last = transitions.last, seconds >= last {
            return rule?.offset(at: seconds) ?? offsets.last ?? first
        }
        var low = 0
        var high = transitions.count
        while low < high {
            let middle = (low + high) / 2
            if transitions[middle] <= seconds { low = middle + 1 } else { high = middle }
        }
        if low > 0 { return offsets[low - 1] }
        return transitions.isEmpty ? rule?.offset(at: seconds) ?? first : first
    }
}

/// The header of the data of a TZif file: the counts of its tables.
private struct ZoneHeader {
    let version: UInt8
    let utcCount: Int
    let standardCount: Int
    let leapCount: Int
    let timeCount: Int
    let typeCount: Int
    let characterCount: Int

    init?(_ reader: inout BigEndianReader) {
        guard reader.take("TZif"), let version = reader.integer(size: 1), reader.skip(15),
            let counts = reader.integers(6, size: 4),
            counts.allSatisfy({ 0..<100_000 ~= $0 })
        else { return nil }
        self.version = UInt8(truncatingIfNeeded: version)
        utcCount = Int(counts[0])
        standardCount = Int(counts[1])
        leapCount = Int(counts[2])
        timeCount = Int(counts[3])
        typeCount = Int(counts[4])
        characterCount = Int(counts[5])
    }

    func length(timeSize: Int) -> Int {
        timeCount * (timeSize + 1) + typeCount * 6 + characterCount + leapCount * (timeSize + 4)
            + standardCount + utcCount
    }
}

private struct BigEndianReader {
    private let bytes: [UInt8]
    private var position = 0

    init(_ bytes: [UInt8]) { self.bytes = bytes }

    mutating func take(_ text: String) -> Bool {
        guard bytes[position...].starts(with: text.utf8) else { return false }
        position += text.utf8.count
        return true
    }

    mutating func skip(_ count: Int) -> Bool {
        guard count <= bytes.count - position else { return false }
        position += count
        return true
    }

    /// A signed integer; single bytes are unsigned.
    mutating func integer(size: Int) -> Int64? {
        guard size <= bytes.count - position else { return nil }
        var value: Int64 = size > 1 && bytes[position] >= 0x80 ? -1 : 0
        for byte in bytes[position..<position + size] { value = value << 8 | Int64(byte) }
        position += size
        return value
    }

    mutating func integers(_ count: Int, size: Int) -> [Int64]? {
        guard count * size <= bytes.count - position else { return nil }
        return (0..<count).compactMap { _ in integer(size: size) }
    }

    /// The line at the end: the rule for all later times.
    var footer: String {
        let line = bytes[position...].dropFirst().prefix { $0 != 0x0A }
        return String(decoding: line, as: UTF8.self)
    }
}
