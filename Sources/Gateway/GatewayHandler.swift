import HTTP
import Inbound
import Transport

/// Tells partners' deliveries from operators' questions, on one loop.
final class GatewayHandler: Handler {
    private let intake: Intake
    private let api: API

    init(intake: Intake, api: API) {
        self.intake = intake
        self.api = api
    }

    func admit(_ head: Request) -> Admission {
        Intake.isFor(head.target) ? intake.admit(head) : api.admit(head)
    }

    func handle(_ request: Request, reply: Reply) {
        if Intake.isFor(request.target) {
            intake.handle(request, reply: reply)
        } else {
            api.handle(request, reply: reply)
        }
    }

    func turnEnded() { intake.turnEnded() }
}
