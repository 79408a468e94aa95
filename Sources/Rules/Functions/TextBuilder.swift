/// Builds a string and counts its bytes before they are appended, so that no rule exceeds its
/// budget.
struct TextBuilder {
    private var bytes: [UInt8] = []

    mutating func append(
        _ text: String, _ context: inout Context
    ) throws(EvaluationError) {
        try context.build(text.utf8.count)
        bytes.append(contentsOf: text.utf8)
    }

    mutating func append(
        _ text: ArraySlice<UInt8>, _ context: inout Context
    ) throws(EvaluationError) {
        try context.build(text.count)
        bytes.append(contentsOf: text)
    }

    var value: Value { .string(String(decoding: bytes, as: UTF8.self)) }
    var text: String { String(decoding: bytes, as: UTF8.self) }
}

/// A string divided into code points: positions count these, offsets count bytes.
struct CodePoints {
    let bytes: [UInt8]
    /// The offset of each code point, and the end; nil if all are single bytes.
    private let offsets: [Int]?

    init(_ text: String) {
        let bytes = Array(text.utf8)
        self.bytes = bytes
        if bytes.allSatisfy({ $0 < 0x80 }) {
            offsets = nil
        } else {
            offsets = bytes.indices.filter { bytes[$0] & 0xC0 != 0x80 } + [bytes.count]
        }
    }

    var count: Int { offsets.map { $0.count - 1 } ?? bytes.count }

    func offset(of position: Int) -> Int { offsets?[position] ?? position }

    func position(of offset: Int) -> Int {
        guard let offsets else { return offset }
        var low = 0
        var high = offsets.count
        while low < high {
            let middle = (low + high) / 2
            if offsets[middle] < offset { low = middle + 1 } else { high = middle }
        }
        return low
    }

    subscript(range: Range<Int>) -> ArraySlice<UInt8> {
        bytes[offset(of: range.lowerBound)..<offset(of: range.upperBound)]
    }
}
