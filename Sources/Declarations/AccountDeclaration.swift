import JSON
import Reading

/// The tenant that owns everything else.
package struct AccountDeclaration: Equatable, Sendable {
    package enum Plan: String, CaseIterable, Sendable { case free, paid }

    package var name: String
    package var plan: Plan

    package init(name: String, plan: Plan = .free) {
        self.name = name
        self.plan = plan
    }
}

extension AccountDeclaration {
    package static func read(_ members: inout Members) -> AccountDeclaration {
        let name = members.text("name", required: true)
        let plan = members.choice("plan", of: Plan.self)
        return AccountDeclaration(name: name ?? "", plan: plan ?? .free)
    }

    /// Compact, in a fixed order, defaults left out.
    package func write(to json: inout Writer) {
        json.beginObject()
        json.member("name", name)
        if plan != .free { json.member("plan", plan.rawValue) }
        json.endObject()
    }
}
