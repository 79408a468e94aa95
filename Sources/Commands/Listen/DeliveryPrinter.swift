import HTTP
import Invocation
import JSON
import Time

/// Prints notifications as they arrive: a line and the body, or one JSON object.
struct DeliveryPrinter: Sendable {
    private let context: Context
    private let printsJSON: Bool

    init(_ context: Context) {
        self.context = context
        printsJSON = context[Common.json]
    }

    func print(_ delivery: Receiver.Delivery) {
        guard !printsJSON else { return context.json(json(delivery)) }
        let said = [
            delivery.at.rfc3339, delivery.id ?? "(no id)", delivery.type ?? "(no type)",
            delivery.verdict.description,
        ]
        // The body is printed on one line, so that it cannot imitate another notification.
        context.line(
            HiddenText.escaped(said.joined(separator: "  ")) + "  → \(delivery.status.code)")
        context.line(
            "    "
                + HiddenText.escaped(String(decoding: delivery.request.body, as: UTF8.self)))
    }

    private func json(_ delivery: Receiver.Delivery) -> [UInt8] {
        let request = delivery.request
        var json = Writer()
        json.beginObject()
        json.member("at", delivery.at.rfc3339)
        json.member("path", request.target.pathText)
        json.member("verdict", delivery.verdict.description)
        json.member("status", Int(delivery.status.code))
        json.key("headers")
        json.beginObject()
        request.fields.forEach { name, value in
            json.member(
                String(decoding: name, as: UTF8.self), String(decoding: value, as: UTF8.self))
        }
        json.endObject()
        json.member("body", String(decoding: request.body, as: UTF8.self))
        json.endObject()
        return json.bytes
    }
}

extension Receiver.Delivery {
    /// The body as JSON; nil if it is not JSON.
    var json: Value? { (try? Document(parsing: request.body))?.root }

    /// The type of the notification, from the member of its dialect.
    var type: String? {
        guard let json else { return nil }
        return json["type"]?.string ?? json["event_type"]?.string ?? json["event"]?.string
    }
}

extension Receiver.SignatureCheck: CustomStringConvertible {
    var description: String {
        switch self {
        case .valid: "valid"
        case .unverified: "not verified"
        case .invalid(let why): why
        }
    }
}
