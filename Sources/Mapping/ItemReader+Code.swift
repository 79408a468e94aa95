import Referrals
import Rules

/// The texts of one event that may be its referral code, collected from all expressions.
extension ItemReader {
    /// The referral code of the event. A qualification requires one, but it may be missing if a
    /// customer is named, whose participant an earlier event may have stated.
    mutating func code(isRequired: Bool, customer: String?) -> MappedEvent.Code {
        let known = problems.count
        var found = FoundCodes()
        var path = ""
        for program in mapping.referralCodes {
            switch select(program) {
            case .value(let value):
                add(value, of: program, to: &found)
                if path.isEmpty { path = program.program.source.text }
            case .absent(let missing): if path.isEmpty { path = missing }
            case .failed(let error): problems.append(program.problem(.failed(error.description)))
            }
        }
        guard problems.count == known else { return .none }
        if let code = found.code { return code }
        guard isRequired else { return .none }
        let problem =
            mapping.referralCodes.first?.problem(.missing(path: path))
            ?? MappingProblem(.referralCode, "", .missing(path: ""))
        guard customer == nil else { return .missing(problem) }
        problems.append(problem)
        return .none
    }

    /// Adds a text, the elements of a list, or the text of `{"maybe": text}`, which is often
    /// something else.
    private mutating func add(
        _ value: Rules.Value, of program: FieldProgram, to found: inout FoundCodes,
        isDoubtful: Bool = false
    ) {
        if let list = value.asList {
            for element in list {
                guard let element = element.unwrapped, !element.isNull else { continue }
                add(element, of: program, to: &found, isDoubtful: isDoubtful)
            }
            return
        }
        if value.isMap, !isDoubtful {
            guard let inner = value.find(name: "maybe") else {
                let wanted = #"string, whole number or {"maybe": string}"#
                return problems.append(program.problem(.wrongType(found: "map", wanted: wanted)))
            }
            guard let inner = inner.unwrapped, !inner.isNull else { return }
            return add(inner, of: program, to: &found, isDoubtful: true)
        }
        guard let text = string(value, program) else { return }
        guard !text.unicodeScalars.allSatisfy(\.properties.isWhitespace) else { return }
        guard found.add(CodeCandidate(text, isDoubtful: isDoubtful)) else {
            problems.append(program.problem(.tooMany(limit: Limits.codeCandidates)))
            return
        }
    }
}

/// The candidates in order, each once. The usual single one needs no array.
private struct FoundCodes {
    private var first: CodeCandidate?
    private var others: [CodeCandidate] = []

    /// Adds a candidate; returns false beyond the limit.
    mutating func add(_ candidate: CodeCandidate) -> Bool {
        guard let first else {
            first = candidate
            return true
        }
        let isKnown = first.names(candidate) || others.contains { $0.names(candidate) }
        guard !isKnown else { return true }
        guard others.count + 1 < Limits.codeCandidates else { return false }
        others.append(candidate)
        return true
    }

    /// Nil if no text was found.
    var code: MappedEvent.Code? {
        guard let first else { return nil }
        guard others.isEmpty, !first.isDoubtful else { return .candidates([first] + others) }
        return first.code.map { .named($0) } ?? .unreadable(first.text)
    }
}

extension CodeCandidate {
    fileprivate func names(_ other: CodeCandidate) -> Bool {
        text.utf8.elementsEqual(other.text.utf8)
    }
}
