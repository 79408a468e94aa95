import HTTP
import Inbound
import JSON
import SQLite
import Storage
import Telemetry
import Transport

// What anybody may ask: whether the gateway lives, is ready, and how it fares.
extension API {
    func health(_ reply: Reply) { reply.answer(Self.status("ok")) }

    func readiness(_ reply: Reply) {
        guard readinessAsked.join(reply) else { return }
        let isTaken = queue.submit { settlement, _, _ throws(SettlementError) in
            do throws(SQLiteError) {
                try settlement.store.catalog.proveRoom()
            } catch {
                throw .storage(error)
            }
            return .done
        } done: { [self] failure in
            readinessAsked.answer(failure?.problem.response ?? Self.status("ready"))
        }
        if !isTaken { readinessAsked.answer(RequestError.stopping.response) }
    }

    func figures(_ reply: Reply) {
        reply.answer(Response(status: .ok, contentType: .prometheus, body: meters.metrics.render()))
    }

    private static func status(_ word: String) -> Response {
        var writer = Writer(reservingCapacity: 32)
        writer.beginObject()
        writer.key("status")
        writer.string(word)
        writer.endObject()
        return Response(status: .ok, contentType: .json, body: writer.bytes)
    }
}
