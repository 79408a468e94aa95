/// The choice that a mistyped name most likely meant; nil where none is near.
package func nearest(to name: String, in choices: [String]) -> String? {
    let name = folded(name)
    var best: (choice: String, distance: Int)?
    for choice in choices {
        let other = folded(choice)
        let limit = max(1, min(name.count, other.count) / 3)
        let distance = editDistance(name, other)
        if distance <= limit, distance < best?.distance ?? .max { best = (choice, distance) }
    }
    return best?.choice
}

/// Letter case, hyphens and underscores are what people mix up first.
private func folded(_ name: String) -> [UInt8] {
    name.utf8.prefix(64).map { byte in
        switch byte {
        case 0x41...0x5A: byte | 0x20
        case UInt8(ascii: "-"), UInt8(ascii: " "): UInt8(ascii: "_")
        default: byte
        }
    }
}

/// Insertions, deletions, replacements and exchanged neighbours (optimal string alignment).
private func editDistance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    var beforeLast: [Int] = []
    var last = Array(0...right.count)
    for row in left.indices {
        var next = [row + 1]
        for column in right.indices {
            var cost = min(last[column + 1] + 1, next[column] + 1)
            cost = min(cost, last[column] + (left[row] == right[column] ? 0 : 1))
            if row > 0, column > 0, left[row] == right[column - 1], left[row - 1] == right[column] {
                cost = min(cost, beforeLast[column - 1] + 1)
            }
            next.append(cost)
        }
        (beforeLast, last) = (last, next)
    }
    return last[right.count]
}
