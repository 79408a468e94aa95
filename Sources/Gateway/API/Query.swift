import HTTP

/// The parameters of a request's query, each at most once.
struct Query {
    private var values: [String: String] = [:]

    init(_ target: Target) throws(Problem) {
        guard let parameters = target.parameters else {
            throw Problem(
                .badRequest, "invalid_query", "Invalid query",
                detail: "The query does not decode to UTF-8.")
        }
        for (name, value) in parameters {
            guard values.updateValue(value, forKey: name) == nil else {
                throw .invalidParameter(name, "given once")
            }
        }
    }

    subscript(name: String) -> String? { values[name] }

    /// One of these words.
    func choice(_ name: String, of words: [String]) throws(Problem) -> String? {
        guard let text = values[name] else { return nil }
        guard words.contains(text) else {
            throw .invalidParameter(name, "one of " + words.joined(separator: ", "))
        }
        return text
    }

    func flag(_ name: String) throws(Problem) -> Bool? {
        switch values[name] {
        case nil: return nil
        case "true"?: return true
        case "false"?: return false
        default: throw .invalidParameter(name, "true or false")
        }
    }

    func integer(_ name: String, in range: ClosedRange<Int64>) throws(Problem) -> Int64? {
        guard let text = values[name] else { return nil }
        guard let number = Int64(text), range.contains(number) else {
            throw .invalidParameter(
                name, "a number from \(range.lowerBound) to \(range.upperBound)")
        }
        return number
    }
}
