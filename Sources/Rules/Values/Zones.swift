/// The time zones rules may name. The host says how they are read; it is asked when a rule is compiled
/// that asks for a zone, and never while one is evaluated.
package struct Zones: Sendable {
    package static let none = Zones([:])

    private let reading: @Sendable () -> [String: Zone]

    package init(_ zones: [String: Zone]) { reading = { zones } }

    /// - Parameter reading: asked more than once, and always says the same.
    package init(reading: @escaping @Sendable () -> [String: Zone]) { self.reading = reading }

    /// All of them by their names, such as `Europe/Berlin`.
    package var all: [String: Zone] { reading() }
}

extension Expression {
    /// Whether a part asks for the time on a clock somewhere: `t.getHours(zone)`.
    var namesZone: Bool {
        if case .method(_, let name, let arguments) = kind, arguments.count == 1,
            Library.times.contains(where: { $0.name == name })
        {
            return true
        }
        return children.contains(where: \.namesZone)
    }
}
