import Database
import Ledger
import Referrals
import TestSupport
import Testing
import Time

@testable import Storage

/// A waitlist over the real processor, at times that a test sets.
final class WaitlistScene {
    let scratch: Scratch
    var ids: [ID<Participant>] = []
    private var made = 0

    init(sendsAllShifts: Bool) throws {
        scratch = try Scratch(
            campaigns: [.plain(rewards: []) { $0.kind = .waitlist }],
            webhooks: [
                DeclaredWebhook(
                    events: Set(NotificationType.all(about: .signup)),
                    sendsAllShifts: sendsAllShifts)
            ])
    }

    var store: Store { scratch.store }

    /// Runs a change as the writer does, at the present time.
    func change<Result>(_ body: (Store) throws -> Result) throws -> Result {
        var result: Result?
        scratch.processor.noteTime(scratch.now)
        try scratch.processor.transaction({ _ in }) { result = try body(store) }
        return try #require(result)
    }

    @discardableResult
    func join(referredBy referrer: ID<Participant>? = nil) throws -> ID<Participant> {
        made += 1
        let code = "W\(made)"
        let now = scratch.now
        let id = try change { store in
            let id = try store.participants.enrol(
                ParticipantRow(
                    participant: Participant(
                        id: ID(0), campaign: ID(1), email: "\(code.lowercased())@a.example",
                        joinedAt: now, referredBy: referrer),
                    account: scratch.account, code: code))
            try store.signups.add(
                SignupRow(
                    participant: id, campaign: ID(1),
                    uid: UID(of: code.utf8, version: 4), joinedAt: now), referredBy: referrer)
            return id
        }
        ids.append(id)
        return id
    }

    func leave(_ id: ID<Participant>) throws {
        let now = scratch.now
        try change { try $0.erase(id, at: now) }
        ids.removeAll { $0 == id }
    }

    func set(_ status: SignupStatus, of id: ID<Participant>) throws {
        _ = try change { try $0.signups.set(status, of: id) }
    }

    func position(of id: ID<Participant>) throws -> Int? {
        guard let row = try store.signups.find(id) else { return nil }
        return try store.signups.position(of: row)
    }

    /// A notification of a change of position.
    struct Change: Equatable {
        var participant: ID<Participant>
        var former: Int
        var position: Int
        var at: Instant
    }

    /// The queued notifications of changes, in their order.
    func changes() throws -> [Change] {
        let statement = try store.session.prepare(
            """
            SELECT n.participant_id, n.former, n.position, d.created_at
            FROM deliveries AS d JOIN signup_notices AS n ON n.id = d.subject
            WHERE d.type = 'signup.position_changed' ORDER BY d.id
            """)
        var changes: [Change] = []
        while try statement.step() {
            changes.append(
                Change(
                    participant: ID(statement.integer(0)), former: Int(statement.integer(1)),
                    position: Int(statement.integer(2)),
                    at: Instant(clampingMicroseconds: statement.integer(3))))
        }
        return changes
    }

    /// The position that `signup.created` has reported.
    func firstPosition(of id: ID<Participant>) throws -> Int? {
        let statement = try store.session.prepare(
            """
            SELECT n.position FROM deliveries AS d JOIN signup_notices AS n ON n.id = d.subject
            WHERE d.type = 'signup.created' AND n.participant_id = \(id.number)
            """)
        guard try statement.step() else { return nil }
        defer { statement.reset() }
        return Int(statement.integer(0))
    }

    func advance(_ seconds: Int64) throws {
        scratch.now += .seconds(seconds)
        try scratch.release()
    }
}
