import HTTP
import Inbound
import JSON
import SQLite
import Storage
import Time
import Transport

// What a status page shows: three surfaces, each tried while the question is answered.
extension API {
    private enum Health: String {
        case operational = "Operational"
        case degraded = "Degraded"
        case down = "Down"
    }

    private struct Component {
        let name: String
        let health: Health
        let detail: String
    }

    /// Deliveries that are due for longer than this say that nobody sends them.
    private static let patience = Duration.seconds(300)

    func status(_ reply: Reply) {
        let isTaken = reader.ask { [self] store in
            Self.tell([checkAPI(store), checkWidgets(), checkWebhooks(store)], reply)
        }
        guard !isTaken else { return }
        let detail = "Too many questions wait."
        Self.tell(
            ["API v1", "Widget API", "Webhooks"].map {
                Component(name: $0, health: .down, detail: detail)
            }, reply)
    }

    /// Whether the tables can be read, and the writer takes changes.
    private func checkAPI(_ store: Store) -> Component {
        let name = "API v1"
        do {
            _ = try store.catalog.accounts()
        } catch {
            return Component(name: name, health: .down, detail: "The database cannot be read.")
        }
        guard hasRoomForChanges else {
            return Component(name: name, health: .degraded, detail: "Many changes wait.")
        }
        return Component(name: name, health: .operational, detail: "Answers and takes changes.")
    }

    /// Widgets are pages of other origins that call the API: whether its answers let them.
    private func checkWidgets() -> Component {
        let name = "Widget API"
        guard let target = Target("/api/v1/participants"),
            case .answer(let response) = admit(Request(method: .options, target: target)),
            response.status.isSuccess,
            response.fields.first("access-control-allow-origin").map({ $0.elementsEqual([0x2A]) })
                ?? false
        else {
            return Component(
                name: name, health: .down, detail: "Pages of other origins are not let in.")
        }
        return Component(
            name: name, health: .operational, detail: "Pages of other origins may call the API.")
    }

    /// Whether active webhooks are told what is due.
    private func checkWebhooks(_ store: Store) -> Component {
        let name = "Webhooks"
        do {
            let overdue = try DeliveryLog(store.connection).overdue(
                before: clock.now() - Self.patience)
            return overdue == 0
                ? Component(name: name, health: .operational, detail: "Nothing is overdue.")
                : Component(
                    name: name, health: .degraded,
                    detail: "Active webhooks with deliveries that are overdue: \(overdue).")
        } catch {
            return Component(name: name, health: .down, detail: "The outbox cannot be read.")
        }
    }

    private static func tell(_ components: [Component], _ reply: Reply) {
        let isWhole = components.allSatisfy { $0.health == .operational }
        var writer = Writer(reservingCapacity: 512)
        writer.beginObject()
        writer.put("status", isWhole ? Health.operational.rawValue : Health.degraded.rawValue)
        writer.list("components", components) { component, writer in
            writer.object { writer in
                writer.put("name", component.name)
                writer.put("status", component.health.rawValue)
                writer.put("detail", component.detail)
            }
        }
        writer.endObject()
        let response = Response(status: .ok, contentType: .json, body: writer.bytes)
        reply.answer(CrossOrigin.open(response, true))
    }
}
