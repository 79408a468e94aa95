/// The number of insertions, deletions, replacements and exchanges of neighbours that turn one text into the
/// other (optimal string alignment). The time grows with the product of the lengths.
package func editDistance(_ left: [UInt8], _ right: [UInt8]) -> Int {
    var beforeLast: [Int] = []
    var last = Array(0...right.count)
    for row in left.indices {
        var next = [row + 1]
        next.reserveCapacity(right.count + 1)
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
