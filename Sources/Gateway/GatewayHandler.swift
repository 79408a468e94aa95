import HTTP
import Inbound
import Time
import Transport

/// Tells partners' deliveries from operators' questions, on one loop.
final class GatewayHandler: Handler {
    private let intake: Intake
    private let api: API
    private let peers: PeerRates?
    private let clock: WallClock

    init(intake: Intake, api: API, peers: PeerRates?, clock: WallClock) {
        self.intake = intake
        self.api = api
        self.peers = peers
        self.clock = clock
    }

    func admit(_ head: Request) -> Admission {
        if let refusal = peers?.refusal(of: head, at: clock.now()) {
            api.refused(code: refusal.code)
            return .answer(CrossOrigin.open(refusal.response, API.isFor(head.target)))
        }
        return Intake.isFor(head.target) ? intake.admit(head) : api.admit(head)
    }

    /// Only the API puts decisions off.
    func decide(on head: Request, _ deferral: Deferral) { api.decide(on: head, deferral) }

    func handle(_ request: Request, reply: Reply) {
        if Intake.isFor(request.target) {
            intake.handle(request, reply: reply)
        } else {
            api.handle(request, reply: reply)
        }
    }

    func acceptingPaused() { api.meters.acceptingPaused() }

    func turnEnded() { intake.turnEnded() }
}
