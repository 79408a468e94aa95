/// One search for a pattern in a text, which follows all possible matches at once.
struct RegexRun {
    private let machine: RegexMachine
    private var current: Threads
    private var next: Threads
    /// Instructions that have been reached and not yet executed.
    private var pending: [Int] = []

    /// The absence of a character: before the first one, and after the last.
    private static let nothing = UInt32.max
    /// The number of bytes, with which no match begins, that are skipped in one step.
    private static let skipped = 16

    init(_ machine: RegexMachine) {
        self.machine = machine
        current = Threads(count: machine.codes.count)
        next = Threads(count: machine.codes.count)
    }

    /// See `Regex.matches`. A step is the execution of one instruction at one place.
    mutating func matches(_ text: Span<UInt8>, steps: inout Int) -> Bool? {
        var offset = 0
        var previous = Self.nothing
        while true {
            if current.list.isEmpty {
                if machine.isAnchored, offset > 0 { return false }
                if !machine.starts.isEmpty {
                    offset = firstStart(in: text, from: offset, &steps)
                    if offset == text.count { return false }
                }
            }
            let (scalar, length) = decode(text, at: offset)
            if !machine.isAnchored || offset == 0 {
                // The step for the character itself.
                steps -= 1
                if add(0, toNext: false, previous, scalar, &steps) { return true }
            }
            guard scalar != Self.nothing else { return false }
            offset += length
            let following = decode(text, at: offset).scalar
            for index in current.list {
                steps -= 1
                if machine.accepts(machine.codes[index], scalar),
                    add(index + 1, toNext: true, scalar, following, &steps)
                {
                    return true
                }
            }
            if steps < 0 { return nil }
            swap(&current, &next)
            next.clear()
            previous = scalar
        }
    }

    private func firstStart(
        in text: Span<UInt8>, from start: Int, _ steps: inout Int
    ) -> Int {
        var offset = start
        while offset < text.count, !machine.starts[Int(text[offset])] { offset += 1 }
        steps -= (offset - start) / Self.skipped
        return offset
    }

    /// Adds the instructions that can be reached between two characters; returns true for a match.
    private mutating func add(
        _ start: Int, toNext isNext: Bool, _ previous: UInt32, _ following: UInt32,
        _ steps: inout Int
    ) -> Bool {
        pending.append(start)
        while let index = pending.popLast() {
            steps -= 1
            let isNew = isNext ? next.visit(index) : current.visit(index)
            guard isNew else { continue }
            let code = machine.codes[index]
            switch code.kind {
            case .match: return true
            case .jump: pending.append(code.first)
            case .split:
                pending.append(code.second)
                pending.append(code.first)
            case .assert:
                if holds(code.first, previous, following) { pending.append(index + 1) }
            case .character, .set:
                if isNext { next.list.append(index) } else { current.list.append(index) }
            }
        }
        return false
    }

    private func holds(_ assertion: Int, _ previous: UInt32, _ next: UInt32) -> Bool {
        switch Regex.Assertion(rawValue: assertion) {
        case .textStart: previous == Self.nothing
        case .textEnd: next == Self.nothing
        case .lineStart: previous == Self.nothing || previous == 0x0A
        case .lineEnd: next == Self.nothing || next == 0x0A
        case .wordBoundary: isWord(previous) != isWord(next)
        case .noWordBoundary: isWord(previous) == isWord(next)
        case nil: false
        }
    }

    private func isWord(_ scalar: UInt32) -> Bool {
        guard let byte = UInt8(exactly: scalar) else { return false }
        return byte.isLetter || byte.isDigit || byte == UInt8(ascii: "_")
    }

    @inline(__always)
    private func decode(_ text: Span<UInt8>, at offset: Int) -> (scalar: UInt32, length: Int) {
        guard offset < text.count else { return (Self.nothing, 0) }
        let first = text[offset]
        if first < 0x80 { return (UInt32(first), 1) }
        let length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
        guard offset + length <= text.count else { return (UInt32(first), 1) }
        var scalar = UInt32(first) & (0x7F >> UInt32(length))
        for index in 1..<length { scalar = scalar << 6 | UInt32(text[offset + index] & 0x3F) }
        return (scalar, length)
    }

    /// The instructions that wait for a character, and those already reached at this place.
    private struct Threads {
        var list: [Int] = []
        private var seen: [Int32]
        private var generation: Int32 = 1

        init(count: Int) { seen = Array(repeating: 0, count: count) }

        @inline(__always)
        mutating func visit(_ index: Int) -> Bool {
            guard seen[index] != generation else { return false }
            seen[index] = generation
            return true
        }

        mutating func clear() {
            list.removeAll(keepingCapacity: true)
            generation &+= 1
        }
    }
}
