import Declarations
import Mapping
import Reading
import Referrals
import Rules

// Warnings about expressions that need the whole workspace.

extension WorkspaceReader {
    /// Fields of an event that are absent unless a mapping fills them.
    private static let mapped: [(name: String, field: Field)] = [
        ("amount", .amount), ("currency", .currency), ("email", .email), ("customer", .customer),
    ]

    /// Notes a warning for each expression that reads a field which no source provides.
    func lint(_ workspace: WorkspaceFile) {
        for found in check.found {
            guard let campaign = found.campaign else { continue }
            let sources = workspace.sources.map(\.source).filter { source in
                guard case .numbered(let number) = campaign, let own = source.campaign else {
                    return true
                }
                return own == number
            }
            guard !sources.isEmpty else { continue }
            for (name, field) in Self.mapped
            where found.program.fields.contains("event.\(name)")
                && sources.allSatisfy({ $0.mapping[field].isEmpty })
            {
                reading.doubt(
                    "event.\(name) never has a value: no source of this campaign maps \(field.name)",
                    at: found.range)
            }
        }
    }
}
