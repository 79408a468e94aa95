/// One acceptable outcome: status words in order, then what became of the connection.
struct Outcome {
    enum State: String {
        case close, open, silent
    }

    var words: [String] = []
    var state: State?

    init(_ text: String) {
        for word in text.split(separator: " ").map(String.init) where word != "none" {
            if let state = State(rawValue: word) { self.state = state } else { words.append(word) }
        }
    }

    func matches(_ statuses: [Int], ordinary: OrdinaryAnswers) -> Bool {
        guard words.count == statuses.count else { return false }
        return zip(words, statuses).allSatisfy { word, status in
            word.split(separator: "/").contains { Self.matches(String($0), status, ordinary) }
        }
    }

    private static func matches(_ word: String, _ status: Int, _ ordinary: OrdinaryAnswers) -> Bool
    {
        switch word {
        case "OK": return status == ordinary.ok || status / 100 == 2
        case "OKG": return status == ordinary.get || status / 100 == 2
        case "NF": return status == ordinary.notFound
        case "HEADOK": return [ordinary.get, 200, 405, 501].contains(status)
        case "<500": return status >= 200 && status < 500
        default:
            if word.hasSuffix("xx") { return String(status / 100) == word.prefix(1) }
            return String(status) == word
        }
    }
}
