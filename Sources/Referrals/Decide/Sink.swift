/// A consumer of the steps of a decision. Two types conform, so that one implementation of the
/// rules serves the hot path, which drops the steps, and the explanation, which keeps them.
protocol Sink {
    /// True if checks continue after the decision is made, to record the results of the rest.
    static var goesOn: Bool { get }

    mutating func note(_ check: @autoclosure () -> Check)
    /// Keeps a check, with the values of the parts of the question's expression.
    mutating func note(_ check: @autoclosure () -> Check, answering question: Question)
}

struct Silence: Sink {
    static var goesOn: Bool { false }

    @inline(__always) mutating func note(_ check: @autoclosure () -> Check) {}
    @inline(__always)
    mutating func note(_ check: @autoclosure () -> Check, answering question: Question) {}
}

struct CheckRecorder: Sink {
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
