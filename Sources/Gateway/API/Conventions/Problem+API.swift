import Crypto
import HTTP
import Inbound
import Reading
import Referrals
import SQLite
import Workspace

extension Problem {
    static func notFound(_ what: String, _ id: some CustomStringConvertible) -> Problem {
        Problem(.notFound, "not_found", "Not found", detail: "There is no \(what) \(id).")
    }

    static func conflict(_ code: String, _ error: String, _ detail: String) -> Problem {
        Problem(.conflict, code, error, detail: detail)
    }

    /// What is sealed was sealed with another key, or is damaged.
    static func secretsUnreadable(_ remedy: String) -> Problem {
        .conflict("secrets_unreadable", "The stored secrets cannot be opened", remedy)
    }

    static func notANumber(_ text: String) -> Problem {
        Problem(
            .badRequest, "invalid_id", "Ids are integers",
            detail: "\(text.debugDescription) stands where the path has a number.")
    }

    static func invalidBody(_ pointer: String, _ detail: String) -> Problem {
        Problem(
            .unprocessableContent, "invalid_body", "The body cannot be accepted", detail: detail,
            faults: [InvalidValue(pointer: pointer, detail: detail)])
    }

    /// What the reader of declarations found, each at its place in the body.
    ///
    /// - Parameter prefix: what the pointers begin with where the body is a part of something larger.
    init(_ mistakes: Mistakes, within prefix: String = "") {
        let faults = mistakes.list.map { mistake in
            var pointer = mistake.pointer ?? ""
            if pointer.hasPrefix(prefix) { pointer = String(pointer.dropFirst(prefix.count)) }
            let allowed = mistake.allowed.isEmpty ? "" : "; " + mistake.allowed
            // In CSV a place is told by its line.
            let line = mistake.pointer == nil ? mistake.line.map { "Line \($0): " } ?? "" : ""
            let told = line + mistake.found + allowed
            return InvalidValue(
                pointer: pointer,
                detail: told + (told.hasSuffix("?") ? " " : ". ") + mistake.remedy)
        }
        let more = mistakes.omitted > 0 ? " \(mistakes.omitted) more are not shown." : ""
        self.init(
            .unprocessableContent, "invalid_body", "The body cannot be accepted",
            detail: (faults.count == 1 ? faults[0].detail : "\(mistakes.count) mistakes.") + more,
            faults: faults)
    }

    init(_ failure: Application.Failure) {
        switch failure {
        case .storage(let error): self = SettlementError.storage(error).problem
        case .settlement(let error): self = error.problem
        case .movedReward(_, _, let new):
            self = .invalidBody("/rewards/\(new)", failure.description + ".")
        case .credentialsNeeded:
            self = .invalidBody(
                "/credentials",
                "The url leads to another host, and the stored credentials are not sent there. Send them"
                    + " again, or {} for none.")
        case .otherAccount: self = .conflict("not_yours", "It is taken", failure.description + ".")
        case .foreign(let what): self = .conflict("not_yours", "It is taken", what + ".")
        case .crypto, .programme, .files: self = SettlementError.randomness.problem
        case .codeTaken(let code):
            self = .taken("/referral_code", "Another participant has the code \(code.text).")
        case .located(let place, let failure):
            self.init(failure)
            // In CSV a place is told by its line.
            guard case .line(let line, _) = place else { return }
            detail = "Line \(line): \(detail)"
            faults = faults.map { InvalidValue(pointer: "", detail: "Line \(line): \($0.detail)") }
        case .participant(_, let words):
            self = .conflict("participant_conflict", "The participant cannot be so", words + ".")
        }
    }
}

/// Runs what fails with SQLite's errors where problems are wanted.
func asked<Result>(_ body: () throws(SQLiteError) -> Result) throws(Problem) -> Result {
    do { return try body() } catch { throw SettlementError.storage(error).problem }
}

/// The same for what settlements do.
func settled<Result>(
    _ body: () throws(SettlementError) -> Result
) throws(Problem) -> Result {
    do { return try body() } catch { throw error.problem }
}

/// The same for what is read of a body.
func read<Result>(
    within prefix: String = "", _ body: () throws(Mistakes) -> Result
) throws(Problem) -> Result {
    do { return try body() } catch { throw Problem(error, within: prefix) }
}

/// The same for what is applied.
func applied<Result>(
    _ body: () throws(Application.Failure) -> Result
) throws(Problem) -> Result {
    do { return try body() } catch { throw Problem(error) }
}

func drawn<Result>(_ body: () throws(CryptoError) -> Result) throws(Problem) -> Result {
    do { return try body() } catch { throw SettlementError.randomness.problem }
}
