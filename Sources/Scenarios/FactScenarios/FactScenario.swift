import Conditions
import Declarations
import JSON
import Reading
import Referrals
import Rules
import Time
import Workspace

/// Steps by which a gateway comes to decide about given facts, without the expected responses.
package struct FactScenario: Sendable {
    /// The sentence that names the scenario.
    package var name: String
    /// The clock before the first step.
    var clock: Instant
    /// The steps after the declaration of the source.
    var steps: [FactStep]

    /// The id of the source that a trial declares.
    static let source = "trial"

    /// The declarations that a scenario begins with.
    package enum Given: Sendable {
        /// The path of a workspace file, as the scenario names it.
        case file(String)
        /// The text of a workspace.
        case text([UInt8])
    }
}

// MARK: Text

extension FactScenario {
    /// The name in the length that scenarios can have.
    private var shortName: String {
        guard name.utf8.count > 200 else { return name }
        var short = name.prefix(196)
        while short.utf8.count > 196 { short.removeLast() }
        return short + "…"
    }

    /// Writes the scenario.
    ///
    /// - Parameter answers: the responses to expect of each step; nil to expect nothing.
    func text(_ given: Given, expecting answers: [GatewayResponse?]? = nil) -> [UInt8] {
        var json = Writer(layout: .indented)
        json.object { json in
            json.member("name", shortName)
            switch given {
            case .file(let path): json.member("given", path)
            case .text(let text): json.member("given", raw: text)
            }
            json.member("clock", "\(clock)")
            json.list("steps", Array(steps.enumerated())) { step, json in
                step.element.write(expecting: answers?[step.offset], to: &json)
            }
        }
        return json.bytes + [UInt8(ascii: "\n")]
    }
}
