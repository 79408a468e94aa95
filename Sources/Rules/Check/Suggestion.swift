/// The name somebody probably meant: the nearest within a third of its letters.
func nearest(to name: String, among names: [String]) -> String? {
    let allowed = max(1, name.unicodeScalars.count / 3)
    return names.map { ($0, editDistance(name, $0)) }
        .filter { $0.1 <= allowed && $0.1 < $0.0.unicodeScalars.count }
        .min { $0.1 < $1.1 }?.0
}

func suggestion(for name: String, among names: [String]) -> String {
    nearest(to: name, among: names).map { "; did you mean '\($0)'?" } ?? ""
}

/// Insertions, deletions, replacements and swaps of neighbours from one word to the other.
private func editDistance(_ left: String, _ right: String) -> Int {
    let a = Array(left.lowercased().unicodeScalars)
    let b = Array(right.lowercased().unicodeScalars)
    var before: [Int] = []
    var previous = Array(0...b.count)
    for i in a.indices {
        var row = [i + 1]
        for j in b.indices {
            var cost = min(
                previous[j] + (a[i] == b[j] ? 0 : 1), previous[j + 1] + 1, row[j] + 1)
            if i > 0, j > 0, a[i] == b[j - 1], a[i - 1] == b[j] {
                cost = min(cost, before[j - 1] + 1)
            }
            row.append(cost)
        }
        before = previous
        previous = row
    }
    return previous[b.count]
}
