import Testing

/// Expects that two long runs of bytes are equal; the failure names the first place where they differ.
///
/// `#expect(a == b)` on collections that differ looks for the shortest edit from one to the other,
/// in time that grows with the product of length and difference: hours for a megabyte, so that a
/// failing test looks like one that hangs.
package func expectSame(
    _ found: [UInt8], _ wanted: [UInt8], sourceLocation: SourceLocation = #_sourceLocation
) {
    let difference = firstDifference(found, wanted)
    #expect(
        difference == nil,
        "\(found.count) bytes, wanted \(wanted.count); the first difference is at this index",
        sourceLocation: sourceLocation)
}

/// The index of the first byte in which the two differ, or the shorter length where one is the
/// beginning of the other; nil where they are equal.
package func firstDifference(_ found: [UInt8], _ wanted: [UInt8]) -> Int? {
    if found == wanted { return nil }
    return zip(found, wanted).enumerated().first { $0.element.0 != $0.element.1 }?.offset
        ?? min(found.count, wanted.count)
}
