/// The number of one row, typed by what it names so that two kinds never mix.
package struct ID<Subject>: Hashable, Comparable, Sendable {
    package let number: Int64

    package init(_ number: Int64) {
        self.number = number
    }

    package static func < (left: Self, right: Self) -> Bool { left.number < right.number }
}

// What else is named by an ID; the other subjects are the model's own types.

package enum Source {}
package enum Conversion {}
package enum Reward {}
package enum Coupon {}
