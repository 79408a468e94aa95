import API
import HTTP
import Inbound
import Monitoring
import Time
import Transport

/// Routes requests on one loop: partners' deliveries to the intake, all others to the API.
final class GatewayHandler: Handler {
    private let intake: Intake
    private let api: API
    private let peers: PeerRates?
    private let clock: WallClock
    private let requests: RequestLog

    init(
        intake: Intake, api: API, peers: PeerRates?, clock: WallClock, requests: RequestLog
    ) {
        self.intake = intake
        self.api = api
        self.peers = peers
        self.clock = clock
        self.requests = requests
    }

    func admit(_ head: Request) -> Admission {
        if let refusal = peers?.refusal(of: head, at: clock.now()) {
            api.refused(code: refusal.code)
            return .answer(CrossOrigin.open(refusal.response, API.isFor(head.target)))
        }
        return Intake.isFor(head.target) ? intake.admit(head) : api.admit(head)
    }

    /// Only the API defers decisions.
    func decide(on head: Request, _ deferral: Deferral) { api.decide(on: head, deferral) }

    func handle(_ request: Request, reply: Reply) {
        if Intake.isFor(request.target) {
            // The main path makes no label unless one is needed; an error gets its own.
            let label = requests.isFull ? label(of: request) : nil
            intake.handle(request, reply: reply.labelled(label))
        } else {
            api.handle(request, reply: reply.labelled(label(of: request)))
        }
    }

    func label(of head: Request) -> String? {
        Intake.isFor(head.target) ? intake.label(of: head) : API.label(of: head)
    }

    var hearsEveryAnswer: Bool { requests.isFull }

    func willAnswer(_ response: inout Response, to label: String?) {
        requests.willAnswer(&response, to: label)
    }

    func acceptingPaused() { api.meters.acceptingPaused() }

    func turnEnded() { intake.turnEnded() }
}
