import HTTP
import Sockets
import Transport

/// A small application for whole-server tests: POST `/hooks/probe` with the probe body, GET
/// `/status`, nothing else. Posts are answered from another thread, as a database writer would.
final class ProbeHandler: Handler {
    private let writer: Loop
    private var gathered: [Reply] = []
    private var statuses: [Status] = []

    init(writer: Loop) { self.writer = writer }

    func admit(_ head: Request) -> Admission {
        let isHook = head.target.pathEquals("/hooks/probe")
        guard isHook || head.target.pathEquals("/status") else {
            return .answer(Self.problem(.notFound))
        }
        switch head.method {
        case .post where isHook: return .accept(maxBody: 1 << 20)
        case .get where !isHook, .head where !isHook: return .accept(maxBody: 1 << 20)
        default:
            var response = Self.problem(head.method == .options ? .noContent : .methodNotAllowed)
            response.fields.append("allow", isHook ? "POST, OPTIONS" : "GET, HEAD, OPTIONS")
            return .answer(response)
        }
    }

    func handle(_ request: Request, reply: Reply) {
        guard request.method == .post else {
            reply.answer(
                Response(status: .ok, contentType: .json, body: Array("{\"up\":true}".utf8)))
            return
        }
        gathered.append(reply)
        let isProbe = request.body.elementsEqual("{\"probe\":1}".utf8)
        statuses.append(isProbe ? .ok : .unprocessableContent)
    }

    func turnEnded() {
        guard let loop = gathered.first?.loop else { return }
        let batch = zip(gathered, statuses).map { reply, status in
            (reply, Response(status: status, contentType: .json, body: Array("{}".utf8)))
        }
        gathered = []
        statuses = []
        writer.execute { loop.complete(batch) }
    }

    private static func problem(_ status: Status) -> Response {
        if status == .noContent { return Response(status: status) }
        return Response(status: status, contentType: .problem, body: Array("{}".utf8))
    }
}
