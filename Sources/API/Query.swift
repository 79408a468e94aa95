import HTTP
import Spelling

/// The parameters of a request's query: only those that the route reads, each at most once.
struct Query {
    private let known: [String]?
    private var values: [String: String] = [:]

    /// - Parameter known: The names that the route reads; nil if it accepts any.
    init(_ target: Target, of known: [String]?) throws {
        self.known = known
        guard let parameters = target.parameters else {
            throw Problem(
                .badRequest, "invalid_query", "Invalid query",
                detail: "The query does not decode to UTF-8.")
        }
        for (name, value) in parameters {
            if let known, !known.contains(where: { $0.utf8.elementsEqual(name.utf8) }) {
                throw Problem.unknownParameter(name, known: known)
            }
            guard values.updateValue(value, forKey: name) == nil else {
                throw Problem.invalidParameter(name, "given once")
            }
        }
    }

    subscript(name: String) -> String? {
        assert(known?.contains(name) ?? true, "a route declares the parameters that it reads")
        return values[name]
    }

    /// A parameter with one of these values.
    func choice(_ name: String, of words: [String]) throws -> String? {
        guard let text = self[name] else { return nil }
        guard words.contains(text) else {
            throw Problem.invalidParameter(name, "one of " + words.joined(separator: ", "))
        }
        return text
    }

    func flag(_ name: String) throws -> Bool? {
        switch self[name] {
        case nil: return nil
        case "true"?: return true
        case "false"?: return false
        default: throw Problem.invalidParameter(name, "true or false")
        }
    }

    func integer(_ name: String, in range: ClosedRange<Int64>) throws -> Int64? {
        guard let text = self[name] else { return nil }
        guard let number = Int64(text), range.contains(number) else {
            throw Problem.invalidParameter(
                name, "a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
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
