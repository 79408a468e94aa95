import Database
import HTTP
import Inbound
import Ledger
import Sockets

/// The one set of checks that `/readyz` and `/status` answer from, so that they cannot disagree.
///
/// A check that is `failed` means that no events can be accepted: `/readyz` is 503, and the API is
/// down. A check that is `degraded` leaves `/readyz` as it is: events are accepted, but another
/// function has a problem.
struct Checkup: Sendable {
    enum Check: CaseIterable, Sendable {
        /// The last attempt to write succeeded. A full disk, or a database that is locked,
        /// replaced, damaged or read-only, fails this check, each with the code of the responses to
        /// posts.
        case storage
        /// The writer runs.
        case writer
        /// Operators' requests are answered.
        case reader
        /// There is room for operators' changes.
        case changes
        /// Pages of other origins may call the API.
        case otherOrigins
        /// The queues of webhooks can be read.
        case outbox
        /// Deliveries are sent when they are due, and arrive.
        case deliveries
        /// No automatic work was set aside.
        case automaticWork
    }

    enum State: Equatable, Sendable {
        case passed
        case degraded(String)
        case failed(Problem, String)
    }

    /// The facts that the checks are made from.
    struct Facts: Sendable {
        var found: Health.Findings
        var reader: ReadThread.Condition
        var hasRoomForChanges: Bool
        var letsOtherOriginsIn: Bool
    }

    private let states: [Check: State]
    /// A restriction of the webhooks that is no problem, in words; nil if there is none.
    let remark: String?

    init(_ facts: Facts) {
        if case .read(let queues) = facts.found.outbox {
            remark = queues.remark
        } else {
            remark = nil
        }
        var states: [Check: State] = [:]
        for check in Check.allCases { states[check] = check.state(facts) }
        self.states = states
    }

    subscript(check: Check) -> State { states[check] ?? .passed }

    /// The reason for which no events can be accepted; nil if they can.
    var refusal: (problem: Problem, sentence: String)? {
        for check in Check.allCases {
            if case .failed(let problem, let sentence) = self[check] { return (problem, sentence) }
        }
        return nil
    }

    /// The problems of some checks, in words.
    func complaints(_ checks: [Check]) -> [String] {
        checks.compactMap { check in
            if case .degraded(let sentence) = self[check] { sentence } else { nil }
        }
    }
}

extension Checkup.Check {
    /// The time without a sign of life after which a thread is considered stuck.
    static let patience = Duration.seconds(5)

    fileprivate func state(_ facts: Checkup.Facts) -> Checkup.State {
        switch self {
        case .storage: storage(facts)
        case .writer: writer(facts)
        case .reader: reader(facts)
        case .changes:
            facts.hasRoomForChanges ? .passed : .degraded("Too many changes are waiting.")
        case .otherOrigins:
            facts.letsOtherOriginsIn
                ? .passed : .degraded("Pages of other origins cannot call the API.")
        case .outbox:
            switch facts.found.outbox {
            case nil: .degraded("The outbox cannot be read in time.")
            case .unreadable: .degraded("The outbox cannot be read.")
            case .read: .passed
            }
        case .automaticWork:
            facts.found.writer.setAside.isEmpty
                ? .passed : .degraded(Self.sentence(of: facts.found.writer.setAside))
        case .deliveries:
            if case .read(let queues) = facts.found.outbox, let complaint = queues.complaint {
                .degraded(complaint)
            } else {
                .passed
            }
        }
    }

    private static func sentence(of items: Set<SetAside.Item>) -> String {
        let names = items.map(\.description).sorted().prefix(3).joined(separator: ", ")
        let more = items.count > 3 ? " and \(items.count - 3) more" : ""
        return "Automatic work has failed, and the log has the reason: \(names)\(more)."
    }

    private func storage(_ facts: Checkup.Facts) -> Checkup.State {
        guard let failure = facts.found.writer.failure else { return .passed }
        var problem = failure.error.problem
        if failure.error.isOurs {
            problem.status = .serviceUnavailable
            problem.fields.append("retry-after", "5")
        }
        return .failed(problem, problem.error + "; no events or changes are accepted.")
    }

    private func writer(_ facts: Checkup.Facts) -> Checkup.State {
        let isStuck = facts.found.now - facts.found.writer.seenAt >= Self.patience
        guard isStuck || facts.found.isProofOverdue else { return .passed }
        let error = isStuck ? "The writer is stuck" : "The writer is delayed"
        var problem = Problem(
            .serviceUnavailable, isStuck ? "writer_stuck" : "writer_busy", error,
            detail:
                "Nothing was committed to disk in time. Another process may hold the database, or"
                + " the disk does not answer.")
        problem.fields.append("retry-after", "5")
        return .failed(problem, error + "; no events or changes are accepted.")
    }

    private func reader(_ facts: Checkup.Facts) -> Checkup.State {
        switch facts.reader {
        case .cannotOpen:
            return .degraded("The database cannot be opened to answer operators.")
        case .busy(let since) where facts.found.now - since >= Self.patience:
            return .degraded("One operator's request delays the others.")
        case .busy, .idle: return .passed
        }
    }
}
