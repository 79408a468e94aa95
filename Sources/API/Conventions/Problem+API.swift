import Crypto
import Database
import HTTP
import Inbound
import Programmes
import Reading
import Referrals
import Storage
import Workspace

extension Problem {
    static func notFound(_ what: String, _ id: some CustomStringConvertible) -> Problem {
        Problem(.notFound, "not_found", "Not found", detail: "There is no \(what) \(id).")
    }

    static func conflict(_ code: String, _ error: String, _ detail: String) -> Problem {
        Problem(.conflict, code, error, detail: detail)
    }

    /// 503 for stored secrets that were sealed with another key, or are damaged.
    static func secretsUnreadable(_ remedy: String) -> Problem {
        .conflict("secrets_unreadable", "The stored secrets cannot be opened", remedy)
    }

    static func notANumber(_ text: String) -> Problem {
        Problem(
            .badRequest, "invalid_id", "Ids are integers",
            detail: "The path has \(text.debugDescription) in place of a number.")
    }

    static func invalidBody(_ pointer: String, _ detail: String) -> Problem {
        Problem(
            .unprocessableContent, "invalid_body", "The body cannot be accepted", detail: detail,
            faults: [InvalidValue(pointer: pointer, detail: detail)])
    }

    /// The mistakes in declarations, each with its place in the body.
    ///
    /// - Parameter prefix: The pointer to the part of the body that was read.
    init(_ mistakes: Mistakes, within prefix: String = "") {
        let faults = mistakes.list.map { mistake in
            let pointer = mistake.pointer.map { prefix + $0 } ?? ""
            let allowed = mistake.allowed.isEmpty ? "" : "; " + mistake.allowed
            // In CSV a place is its line and column.
            let isCSV = mistake.pointer == nil
            let (line, column) = isCSV ? (mistake.line, mistake.column) : (nil, nil)
            let place =
                line.map { "Line \($0)" + (column.map { ", column \($0)" } ?? "") + ": " } ?? ""
            let message = place + mistake.found + allowed
            return InvalidValue(
                pointer: pointer,
                detail: message + (message.hasSuffix("?") ? " " : ". ") + mistake.remedy,
                line: line, column: column)
        }
        let more = mistakes.omitted > 0 ? " \(mistakes.omitted) more are not shown." : ""
        self.init(
            .unprocessableContent, "invalid_body", "The body cannot be accepted",
            detail: (faults.count == 1 ? faults[0].detail : "\(mistakes.count) mistakes.") + more,
            faults: faults)
    }

    init(_ failure: Application.Failure) {
        switch failure {
        case .movedReward(_, _, let new):
            self = .invalidBody("/rewards/\(new)", failure.description + ".")
        case .credentialsNeeded:
            self = .invalidBody(
                "/credentials",
                "The url leads to another host, and the stored credentials are not sent there. Send them"
                    + " again, or {} for none.")
        case .tooManyWebhooks:
            self = .conflict(
                "too_many_webhooks", "No webhook can be added",
                "This database has given out all \(DeliveryNumber.highestWebhook) webhook numbers, and a"
                    + " deleted webhook keeps its number. Change an existing webhook instead.")
        case .greatNumber:
            self = .invalidBody("/id", failure.description + ".")
        case .keptKind:
            self = .invalidBody("/kind", failure.description + ".")
        case .otherAccount:
            self = .conflict("not_yours", "The account has another name", failure.description + ".")
        case .foreign(let what):
            self = .conflict("not_yours", "It belongs to another account", what + ".")
        case .codeTaken(let code):
            self = .taken("/referral_code", "Another participant has the code \(code.text).")
        case .located(let place, let failure):
            self.init(failure)
            // In CSV a place is its line.
            guard case .line(let line, _) = place else { return }
            detail = "Line \(line): \(detail)"
            faults = faults.map {
                InvalidValue(pointer: "", detail: "Line \(line): \($0.detail)", line: line)
            }
        case .participant(_, let words):
            self = .conflict(
                "participant_conflict", "The participant cannot be stored", words + ".")
        }
    }
}

extension Problem {
    /// The response to a request that failed with an error; the only place where errors of other
    /// targets become responses of the API.
    init(answering error: any Error) {
        switch error {
        case let problem as Problem: self = problem
        case let failure as StorageError: self = failure.problem
        case let mistakes as Mistakes: self.init(mistakes)
        case let failure as Application.Failure: self.init(failure)
        default: self = .internalError(cause: "\(error)")
        }
    }
}

/// Runs a reader of a part of the body; the pointers of its mistakes get the prefix.
func read<Result>(
    within prefix: String, _ body: () throws(Mistakes) -> Result
) throws -> Result {
    do { return try body() } catch { throw Problem(error, within: prefix) }
}
