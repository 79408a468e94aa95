/// The time zones that rules may name. The host provides the function that reads them; it is called
/// when a rule that names a zone is compiled, and never during an evaluation.
package struct Zones: Sendable {
    /// No zones.
    package static let none = Zones([:])

    private let reading: @Sendable () -> [String: Zone]

    package init(_ zones: [String: Zone]) { reading = { zones } }

    /// - Parameter reading: may be called more than once, and must always return the same zones.
    package init(reading: @escaping @Sendable () -> [String: Zone]) { self.reading = reading }

    /// All zones by their names, such as `Europe/Berlin`.
    package var all: [String: Zone] { reading() }
}

extension Expression {
    /// True if a part asks for the local time of a zone: `t.getHours(zone)`.
    var namesZone: Bool {
        if case .method(_, let name, let arguments) = kind, arguments.count == 1,
            Library.times.contains(where: { $0.name == name })
        {
            return true
        }
        return children.contains(where: \.namesZone)
    }
}
