import JSON
import Time

/// A step of a scenario that is made from facts.
enum FactStep: Sendable {
    /// Declares people, coupons or a source; the text is a part of a workspace.
    case apply([UInt8])
    case advance(seconds: Int64)
    case post(Post)
    /// Lists the rewards of the conversions that concern the person with this code.
    case listRewards(code: String)

    struct Post: Sendable {
        var eventID: String
        var payload: [UInt8]
        var headers: [(name: String, value: String)] = []
    }

    /// Writes the step.
    ///
    /// - Parameter answer: the response to expect; nil to expect nothing.
    func write(expecting answer: GatewayResponse?, to json: inout Writer) {
        json.object { json in
            switch self {
            case .apply(let part): json.member("apply", raw: part)
            case .advance(let seconds): json.member("advance", "PT\(seconds)S")
            case .post(let post):
                json.object("post") { json in
                    json.member("source", FactScenario.source)
                    json.member("event_id", post.eventID)
                    if !post.headers.isEmpty {
                        json.object("headers") { json in
                            for header in post.headers { json.member(header.name, header.value) }
                        }
                    }
                    json.member("payload", raw: post.payload)
                }
            case .listRewards(let code):
                json.object("call") { json in
                    json.member("method", "GET")
                    json.member("path", "/api/v1/rewards?limit=100&code=\(code)")
                }
            }
            if let answer { writeExpectation(of: answer, to: &json) }
        }
    }

    private func writeExpectation(of answer: GatewayResponse, to json: inout Writer) {
        json.object("expect") { json in
            json.member("status", answer.status)
            guard let body = answer.json else { return }
            if case .listRewards = self {
                json.object("body") { json in
                    let rewards = body["data"].map { Array($0.elements) } ?? []
                    json.list("data", rewards) { reward, json in
                        Self.write(
                            reward, ["beneficiary", "kind", "status", "reasons", "value"], &json)
                    }
                }
                return
            }
            for name in ["code", "outcome", "reasons"] {
                if let value = body[name] { json.member(name, value) }
            }
            guard let rewards = body["rewards"] else { return }
            json.list("rewards", Array(rewards.elements)) { reward, json in
                Self.write(reward, ["beneficiary", "kind", "status", "reasons"], &json)
            }
        }
    }

    private static func write(_ object: Value, _ names: [String], _ json: inout Writer) {
        json.object { json in
            for name in names {
                if let value = object[name] { json.member(name, value) }
            }
        }
    }
}
