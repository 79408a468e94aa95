import Declarations
import HTTP
import Inbound
import JSON
import Ledger
import Programmes
import Storage
import Time

extension API {
    /// `POST /sources/{id}/try` `{"payload" or "body", "headers", "verify"}`: tries a delivery as if
    /// the partner posted it now. Nothing is stored or counted.
    func trySource(_ call: Call, _ store: Store) throws -> Route.FirstStep {
        let request = try TrialRequest.read(try call.body())
        let number = try source(call.text, of: call.account, store).number
        var delivery = Trial.Delivery(body: request.body, verifies: request.verifies)
        for header in request.headers { delivery.fields.append(header.name, header.value) }
        return { [self, delivery] processor, now, turn in
            guard let source = processor.declarations.source(number) else {
                throw Problem.sourceUnusable
            }
            let trial = try Trial.Runner(processor, loader.versions, at: now)
                .run(delivery, to: source, turn: turn)
            throw DryRun(response: try .json { trial.write(to: &$0) })
        }
    }
}
