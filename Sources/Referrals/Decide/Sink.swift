/// Where the steps of a decision go. There are two, so that one text of the rules serves the hot path,
/// where steps leave nothing behind, and the explanation, where each is kept.
protocol Sink {
    /// Whether to go on where the decision is made already, to see how the rest would have come out.
    static var goesOn: Bool { get }

    mutating func note(_ check: @autoclosure () -> Check)
    /// Keeps the check with how the parts of the question's expression came out.
    mutating func note(_ check: @autoclosure () -> Check, answering question: Question)
}

struct Silence: Sink {
    static var goesOn: Bool { false }

    @inline(__always) mutating func note(_ check: @autoclosure () -> Check) {}
    @inline(__always)
    mutating func note(_ check: @autoclosure () -> Check, answering question: Question) {}
}

struct Recorder: Sink {
    static var goesOn: Bool { true }

    var checks: [Check] = []
    var details: (Question) -> [UInt8]?

    mutating func note(_ check: @autoclosure () -> Check) {
        checks.append(check())
    }

    mutating func note(_ check: @autoclosure () -> Check, answering question: Question) {
        var check = check()
        check.detail = details(question)
        checks.append(check)
    }
}
