import Mapping
import Storage

/// The person that an event is about, as supplied by the operator who replays the event, because
/// the event itself does not name one.
///
/// It is stored with the event's header fields, and erased with them: `:email: ada@example.com`. No
/// field name begins with a colon.
package struct SuppliedLead: Equatable, Sendable {
    /// The lead's address.
    package var email: String?
    /// The partner's id of the lead.
    package var customer: String?

    package init(email: String?, customer: String?) {
        self.email = email
        self.customer = customer
    }

    private static let emailMark = ":email: "
    private static let customerMark = ":customer: "

    /// Nil if the fields contain none.
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

    /// The event as if no lead had been supplied.
    static func removed(from row: EventRow) -> EventRow {
        var row = row
        row.fields = removed(from: row.fields)
        return row
    }

    private static func removed(from fields: String?) -> String? {
        let lines = (fields ?? "").split(separator: "\n").filter { !$0.hasPrefix(":") }
        return lines.isEmpty ? nil : lines.joined(separator: "\n")
    }

    /// The stored fields with this lead in place of an earlier one. It comes last: marks of the
    /// body come first.
    fileprivate func added(to fields: String?) -> String {
        var lines = Self.removed(from: fields).map { [$0] } ?? []
        if let email { lines.append(Self.emailMark + email) }
        if let customer { lines.append(Self.customerMark + customer) }
        return lines.joined(separator: "\n")
    }
}

extension Incoming {
    /// Adds the lead that the event itself does not name. The fingerprint stays that of the
    /// received message.
    mutating func supply(_ lead: SuppliedLead) {
        guard case .event(var event) = content else { return }
        guard event.reversal == nil, !event.isLink else { return }
        event.email = event.email ?? lead.email
        event.customer = event.customer ?? lead.customer
        content = .event(event)
        fields = lead.added(to: fields)
    }
}
