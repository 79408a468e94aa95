import HTTP
import JSON
import Schemas
import Transport

// The status page: three components, each with its checks.
extension API {
    private enum Level: String, CaseIterable {
        case operational = "Operational"
        case degraded = "Degraded"
        case down = "Down"
    }

    private struct Component {
        let name: String
        let level: Level
        let detail: String
    }

    func status(_ reply: Reply) {
        health.answer(reply, need: .all) { [self] found in
            Self.response(Self.components(of: checkup(found)))
        }
    }

    /// A component is down if no events can be accepted, and degraded if one of its checks is.
    private static func components(of checkup: Checkup) -> [Component] {
        let surfaces: [(name: String, checks: [Checkup.Check], detail: String)] = [
            ("API v1", [.reader, .changes], "Requests and changes are accepted."),
            (
                "Widget API", [.otherOrigins, .reader, .changes],
                "Pages of other origins may call the API."
            ),
            (
                "Webhooks", [.outbox, .deliveries, .automaticWork],
                ["Nothing is overdue, and all receivers answer.", checkup.remark]
                    .compactMap { $0 }.joined(separator: " ")
            ),
        ]
        return surfaces.map { surface in
            if let refusal = checkup.refusal {
                return Component(name: surface.name, level: .down, detail: refusal.sentence)
            }
            let complaints = checkup.complaints(surface.checks)
            return complaints.isEmpty
                ? Component(name: surface.name, level: .operational, detail: surface.detail)
                : Component(
                    name: surface.name, level: .degraded,
                    detail: complaints.joined(separator: " "))
        }
    }

    /// The schema of the status page.
    static let statusSchema = JSONSchema.named(
        "Status",
        .object([
            .required("status", .choice(Level.self)),
            .required(
                "components",
                .array(
                    of: .object([
                        .required("name", .string),
                        .required("status", .choice(Level.self)),
                        .required("detail", .string),
                    ]))),
        ]))

    private static func response(_ components: [Component]) -> Response {
        let isWhole = components.allSatisfy { $0.level == .operational }
        var writer = Writer(reservingCapacity: 512)
        writer.beginObject()
        writer.member("status", isWhole ? Level.operational.rawValue : Level.degraded.rawValue)
        writer.list("components", components) { component, writer in
            writer.object { writer in
                writer.member("name", component.name)
                writer.member("status", component.level.rawValue)
                writer.member("detail", component.detail)
            }
        }
        writer.endObject()
        return CrossOrigin.open(Response(status: .ok, contentType: .json, body: writer.bytes), true)
    }
}
