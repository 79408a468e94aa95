/// A sort in steps, each of which takes a small part of the time of sorting all at once.
struct SlicedSort<Element: Comparable> {
    private var unsorted: [Element]
    private var pieces: [[Element]] = []

    /// The number of elements that one step sorts; a later step merges two pieces.
    private static var pieceLength: Int { 512 }

    init(_ elements: [Element]) { unsorted = elements }

    /// Does one step.
    ///
    /// - Returns: All elements in order, if nothing was left to do.
    mutating func step() -> [Element]? {
        if !unsorted.isEmpty {
            let count = min(Self.pieceLength, unsorted.count)
            pieces.append(unsorted.suffix(count).sorted())
            unsorted.removeLast(count)
            return nil
        }
        guard pieces.count > 1 else { return pieces.first ?? [] }
        pieces.append(Self.merge(pieces[0], pieces[1]))
        pieces.removeFirst(2)
        return nil
    }

    private static func merge(_ one: [Element], _ other: [Element]) -> [Element] {
        var merged: [Element] = []
        merged.reserveCapacity(one.count + other.count)
        var (first, second) = (0, 0)
        while first < one.count, second < other.count {
            if other[second] < one[first] {
                merged.append(other[second])
                second += 1
            } else {
                merged.append(one[first])
                first += 1
            }
        }
        return merged + one[first...] + other[second...]
    }
}
