/// The choice that a mistyped name most likely meant; nil where none is near. Of equally near choices it is
/// the first.
///
/// Near is at most a third of the letters of the shorter name, one letter at least, and fewer changes than the
/// choice has letters. Only the first 64 bytes of each name count.
package func nearest(to name: String, in choices: some Sequence<String>) -> String? {
    let name = folded(name)
    var best: (choice: String, distance: Int)?
    for choice in choices {
        let other = folded(choice)
        let limit = min(max(1, min(name.count, other.count) / 3), other.count - 1)
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
