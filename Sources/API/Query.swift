import HTTP
import Referrals
import Spelling
import Time

/// The parameters of a request's query: only those that the route declares, each at most once, and
/// with a value that its declaration accepts.
struct Query {
    private let known: [QueryParameter]?
    private var values: [String: String] = [:]
    /// The list that the address names: its path.
    let list: String

    /// - Parameter known: The parameters of the route; nil if it accepts any.
    init(_ target: Target, of known: [QueryParameter]?) throws {
        self.known = known
        list = String(decoding: target.path, as: UTF8.self)
        guard let parameters = target.parameters else {
            throw Problem(
                .badRequest, "invalid_query", "Invalid query",
                detail: "The query does not decode to UTF-8.")
        }
        for (name, value) in parameters {
            if let known {
                let parameter = known.first { $0.name.utf8.elementsEqual(name.utf8) }
                guard let parameter else {
                    throw Problem.unknownParameter(name, known: known.map(\.name))
                }
                if let expected = parameter.expectation(missedBy: value) {
                    throw Problem.invalidParameter(name, expected, found: value)
                }
            }
            guard values.updateValue(value, forKey: name) == nil else {
                throw Problem.invalidParameter(name, "given once")
            }
        }
    }

    subscript(name: String) -> String? {
        assert(
            known?.contains { $0.name == name } ?? true,
            "a route declares the parameters that it reads")
        return values[name]
    }

    /// The value of a parameter that is declared as a flag.
    func flag(_ name: String) -> Bool? { self[name].map { $0 == "true" } }

    /// The value of a parameter that is declared as a time.
    func time(_ name: String) -> Instant? { self[name].flatMap { QueryParameter.time($0) } }

    /// The value of a parameter that is declared as a number.
    func integer(_ name: String) -> Int64? { self[name].flatMap { QueryParameter.integer($0) } }

    /// The campaign of an account that the parameter `campaign` names; 0, which no campaign has,
    /// for a number that the account's campaigns cannot have.
    func campaign(of account: ID<Account>) -> ID<Campaign>? {
        integer("campaign").map { ID<Campaign>(CampaignNumber($0), of: account) ?? ID(0) }
    }
}

extension Problem {
    /// 400 for a parameter without effect, most often a mistyped one.
    fileprivate static func unknownParameter(_ name: String, known: [String]) -> Problem {
        let quoted = String(name.prefix(64)).debugDescription
        let list = known.joined(separator: ", ")
        let remedy =
            if known.isEmpty {
                "This address accepts no query parameters."
            } else if let meant = nearest(to: name, in: known) {
                "Did you mean \(meant)? This address accepts \(list)."
            } else {
                "This address accepts \(list)."
            }
        return Problem(
            .badRequest, "unknown_parameter", "Unknown query parameter",
            detail: "There is no parameter \(quoted) here. \(remedy)")
    }
}
