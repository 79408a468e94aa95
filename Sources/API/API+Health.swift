import HTTP
import JSON
import Monitoring
import Schemas
import Sockets
import Telemetry
import Transport

// Routes without a key: liveness, readiness, status and metrics.
extension API {
    func health(_ reply: Reply) { reply.answer(Self.status("ok")) }

    /// Readiness: the gateway accepts events.
    func readiness(_ reply: Reply) {
        health.answer(reply, need: .writer) { [self] found in
            checkup(found).refusal?.problem.response ?? Self.status("ready")
        }
    }

    func figures(_ reply: Reply) {
        let body = figures.text(at: reply.loop.now) { meters.metrics.render() }
        reply.answer(Response(status: .ok, contentType: .prometheus, body: body))
    }

    /// The checks that `/readyz` and `/status` are answered from.
    func checkup(_ found: Health.Findings) -> Checkup {
        Checkup(
            Checkup.Facts(
                found: found, reader: reader.condition, hasRoomForChanges: hasRoomForChanges,
                letsOtherOriginsIn: letsOtherOriginsIn))
    }

    /// True if pages of other origins, such as widgets, may call the API.
    private var letsOtherOriginsIn: Bool {
        guard let target = Target("/api/v1/participants"),
            case .answer(let response) = admit(Request(method: .options, target: target))
        else { return false }
        return response.status.isSuccess
            && response.fields.first("access-control-allow-origin").map { $0.elementsEqual([0x2A]) }
                ?? false
    }

    /// The schema of the answer of a health check.
    static let healthSchema = JSONSchema.named(
        "Health", .object([.required("status", .choice(["ok", "ready"]))]))

    private static func status(_ word: String) -> Response {
        var writer = Writer(reservingCapacity: 32)
        writer.beginObject()
        writer.member("status", word)
        writer.endObject()
        return Response(status: .ok, contentType: .json, body: writer.bytes)
    }
}
