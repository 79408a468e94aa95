import Mapping
import Storage

/// Whom an event is about, as an operator says it who replays the event: the event itself does not.
///
/// It is kept with the event's header fields, and erased with them: `:email: ada@example.com`. No field name begins
/// with a colon.
package struct SuppliedLead: Equatable, Sendable {
    package var email: String?
    package var customer: String?

    package init(email: String?, customer: String?) {
        self.email = email
        self.customer = customer
    }

    private static let emailMark = ":email: "
    private static let customerMark = ":customer: "

    /// Nil where none is kept.
    init?(kept fields: String?) {
        guard let fields, fields.contains(":") else { return nil }
        for line in fields.split(separator: "\n") {
            if line.hasPrefix(Self.emailMark) {
                email = String(line.dropFirst(Self.emailMark.count))
            } else if line.hasPrefix(Self.customerMark) {
                customer = String(line.dropFirst(Self.customerMark.count))
            }
        }
        if email == nil, customer == nil { return nil }
    }

    /// The event as if no lead had been named.
    static func removed(from row: EventRow) -> EventRow {
        var row = row
        row.fields = removed(from: row.fields)
        return row
    }

    private static func removed(from fields: String?) -> String? {
        let lines = (fields ?? "").split(separator: "\n").filter { !$0.hasPrefix(":") }
        return lines.isEmpty ? nil : lines.joined(separator: "\n")
    }

    /// The kept fields with this lead in place of an earlier one. It comes last: marks of the body come first.
    fileprivate func added(to fields: String?) -> String {
        var lines = Self.removed(from: fields).map { [$0] } ?? []
        if let email { lines.append(Self.emailMark + email) }
        if let customer { lines.append(Self.customerMark + customer) }
        return lines.joined(separator: "\n")
    }
}

extension Incoming {
    /// Adds what the event itself does not say. Its fingerprint stays that of what was sent.
    mutating func supply(_ lead: SuppliedLead) {
        guard case .event(var event) = content else { return }
        guard event.reversal == nil, !event.isLink else { return }
        event.email = event.email ?? lead.email
        event.customer = event.customer ?? lead.customer
        content = .event(event)
        fields = lead.added(to: fields)
    }
}
