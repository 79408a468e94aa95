import Database

/// The words of stored rows as parts of SQL.
extension SQL.StringInterpolation {
    /// A status of deliveries as a literal.
    mutating func appendInterpolation(status: DeliveryStatus) {
        appendInterpolation(statuses: [status])
    }

    /// A list of statuses of deliveries for SQL's IN, without the brackets.
    mutating func appendInterpolation(statuses: [DeliveryStatus]) {
        appendLiteral(statuses.map { "'\($0.rawValue)'" }.joined(separator: ", "))
    }
}
