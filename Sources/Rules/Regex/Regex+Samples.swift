extension Regex {
    /// Texts that match a pattern: the shortest one and one with more repetitions. Empty for an
    /// invalid pattern.
    static func samples(of pattern: String) -> [String] {
        var parser = RegexParser(pattern)
        guard let node = try? parser.parse(), let regex = try? Regex(pattern) else { return [] }
        return [sample(node, extra: 0), sample(node, extra: 1)]
            .filter { regex.matches(Array($0.utf8)) }
    }

    private static func sample(_ node: RegexNode, extra: Int) -> String {
        switch node {
        case .empty, .assert: ""
        case .set(let set): set.sample.map { String($0) } ?? ""
        case .sequence(let nodes): nodes.map { sample($0, extra: extra) }.joined()
        case .choice(let nodes): nodes.first.map { sample($0, extra: extra) } ?? ""
        case .repeated(let node, let least, let most):
            String(
                repeating: sample(node, extra: extra),
                count: min(least + extra, most ?? .max))
        }
    }
}

extension ScalarSet {
    /// A member of the set, if possible a small letter or a digit.
    fileprivate var sample: Unicode.Scalar? {
        for wanted in [UInt32(0x61), 0x41, 0x30, 0x40, 0x2E, 0x2D] {
            if ranges.contains(where: { $0.contains(wanted) }) { return Unicode.Scalar(wanted) }
        }
        return ranges.first.flatMap { Unicode.Scalar($0.lowerBound) }
    }
}
