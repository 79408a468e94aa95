/// Converts a parsed pattern into instructions.
struct RegexCompiler {
    private var program: [Regex.Instruction] = []

    static func compile(_ node: RegexNode) throws(RegexError) -> [Regex.Instruction] {
        var compiler = RegexCompiler()
        try compiler.emit(node)
        compiler.program.append(.match)
        return compiler.program
    }

    private mutating func append(_ instruction: Regex.Instruction) throws(RegexError) {
        guard program.count + 1 < Regex.maximumSize else {
            throw .tooLarge(limit: Regex.maximumSize)
        }
        program.append(instruction)
    }

    private mutating func emit(_ node: RegexNode) throws(RegexError) {
        switch node {
        case .empty: break
        case .set(let set):
            if set.ranges.count == 1, set.ranges[0].count == 1 {
                try append(.character(set.ranges[0].lowerBound))
            } else {
                try append(.set(set.ranges))
            }
        case .assert(let assertion): try append(.assert(assertion))
        case .sequence(let parts):
            for part in parts { try emit(part) }
        case .choice(let options): try emitChoice(options)
        case .repeated(let body, let least, let most): try emitRepeat(body, least, most)
        }
    }

    private mutating func emitChoice(_ options: [RegexNode]) throws(RegexError) {
        var ends: [Int] = []
        for (position, option) in options.enumerated() {
            guard position < options.count - 1 else {
                try emit(option)
                break
            }
            let split = program.count
            try append(.split(split + 1, split + 1))
            try emit(option)
            ends.append(program.count)
            try append(.jump(0))
            program[split] = .split(split + 1, program.count)
        }
        for end in ends { program[end] = .jump(program.count) }
    }

    private mutating func emitRepeat(
        _ body: RegexNode, _ least: Int, _ most: Int?
    ) throws(RegexError) {
        for _ in 0..<least {
            let before = program.count
            try emit(body)
            // Repeating an empty part would never reach a limit.
            if program.count == before { return }
        }
        guard let most else {
            let split = program.count
            try append(.split(split + 1, split + 1))
            try emit(body)
            try append(.jump(split))
            program[split] = .split(split + 1, program.count)
            return
        }
        var splits: [Int] = []
        for _ in least..<max(most, least) {
            splits.append(program.count)
            try append(.split(program.count + 1, program.count + 1))
            try emit(body)
        }
        for split in splits { program[split] = .split(split + 1, program.count) }
    }
}
