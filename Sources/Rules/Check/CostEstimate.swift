/// What a part of a rule costs at least and at most, and how large its value is.
package struct CostEstimate: Equatable, Sendable {
    /// Units, if nothing ends the evaluation early.
    package var minimum: Int
    package var maximum: Int
    /// Bytes of a string, elements of a list or map; 0…0 for anything else.
    var size: ClosedRange<Int> = 0...0

    init(_ minimum: Int, _ maximum: Int, size: ClosedRange<Int> = 0...0) {
        self.minimum = minimum
        self.maximum = maximum
        self.size = size
    }

    static let free = CostEstimate(0, 0)

    /// Both, one after the other; the size is the caller's to say.
    static func + (left: CostEstimate, right: CostEstimate) -> CostEstimate {
        CostEstimate(
            saturatingAdd(left.minimum, right.minimum), saturatingAdd(left.maximum, right.maximum))
    }

    static func + (left: CostEstimate, units: Int) -> CostEstimate {
        left + CostEstimate(units, units)
    }

    /// One of the two.
    func union(_ other: CostEstimate) -> CostEstimate {
        CostEstimate(
            min(minimum, other.minimum), max(maximum, other.maximum),
            size: min(
                size.lowerBound, other.size.lowerBound)...max(
                    size.upperBound, other.size.upperBound))
    }

    /// This, or nothing at all.
    var optional: CostEstimate { CostEstimate(0, maximum, size: 0...size.upperBound) }

    func sized(_ size: ClosedRange<Int>) -> CostEstimate {
        CostEstimate(minimum, maximum, size: size)
    }
}
