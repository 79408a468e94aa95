/// The least and the greatest cost of a part of a rule, and the size of its value.
package struct CostEstimate: Equatable, Sendable {
    /// The least cost in units, if nothing ends the evaluation early.
    package var minimum: Int
    /// The greatest cost in units.
    package var maximum: Int
    /// The bytes of a string, or the elements of a list or map; 0…0 for anything else.
    var size: ClosedRange<Int> = 0...0

    init(_ minimum: Int, _ maximum: Int, size: ClosedRange<Int> = 0...0) {
        self.minimum = minimum
        self.maximum = maximum
        self.size = size
    }

    static let free = CostEstimate(0, 0)

    /// The cost of both, one after the other; the caller sets the size.
    static func + (left: CostEstimate, right: CostEstimate) -> CostEstimate {
        CostEstimate(
            saturatingAdd(left.minimum, right.minimum), saturatingAdd(left.maximum, right.maximum))
    }

    static func + (left: CostEstimate, units: Int) -> CostEstimate {
        left + CostEstimate(units, units)
    }

    /// The cost of one of the two.
    func union(_ other: CostEstimate) -> CostEstimate {
        CostEstimate(
            min(minimum, other.minimum), max(maximum, other.maximum),
            size: min(
                size.lowerBound, other.size.lowerBound)...max(
                    size.upperBound, other.size.upperBound))
    }

    /// The cost of this part or of nothing.
    var optional: CostEstimate { CostEstimate(0, maximum, size: 0...size.upperBound) }

    func sized(_ size: ClosedRange<Int>) -> CostEstimate {
        CostEstimate(minimum, maximum, size: size)
    }
}
