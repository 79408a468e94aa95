import Database
import Referrals
import Time

/// Deletes people: their names, their addresses and the bodies of their events are erased; the
/// code, amounts and the ledger stay, so that the code is never given again and the books still
/// balance.
///
/// One short transaction hides a person from all readers. The data in their history is erased after
/// that, in as many transactions as it takes: `erasures` stores the progress, and `Withheld` hides
/// the data that is not erased yet. First each person's own events and conversions are erased; then
/// the tables that have no index by person, in one walk for all people who wait for it.
final class Erasure {
    /// The stages in their order. The last three are walks for several people at once.
    enum Stage: String {
        case events, conversions, revisions, waiting, customers, answers, deliveries

        /// Nil after the last one.
        var next: Stage? {
            switch self {
            case .events: .conversions
            case .conversions: .revisions
            case .revisions: .waiting
            case .waiting: .customers
            case .customers: .answers
            case .answers: .deliveries
            case .deliveries: nil
            }
        }
    }

    /// The progress of a person's erasure, or of a walk.
    struct Place {
        var person: Int64
        var stage: Stage
        var first: Int64 = -1
        var second: Int64 = -1
        var key = ""
    }

    let session: any Session
    private let customers: CustomerTable
    let tombstones: Tombstones
    private let signups: SignupTable
    /// The statements, made when they are first needed.
    private var statements: [SQL: any Statement] = [:]
    /// The person whose own rows were last worked on; nil for a walk.
    private(set) var underway: ID<Participant>?

    init(
        _ session: any Session, _ customers: CustomerTable, _ tombstones: Tombstones,
        _ signups: SignupTable
    ) {
        self.tombstones = tombstones
        self.signups = signups
        self.session = session
        self.customers = customers
    }

    /// Hides the person, and notes that their data remains to be erased.
    func begin(_ id: ID<Participant>, at now: Instant) throws(StorageError) {
        try noteNames(of: id)
        try signups.remove(id)
        try run(
            """
            UPDATE participants SET revision = revision + 1, email = NULL, first_name = NULL,
                external_id = NULL, is_disabled = 1, erased_at = coalesce(erased_at, ?2)
            WHERE id = ?1
            """, id.number, now.microseconds)
        try run(
            "INSERT INTO erasures(participant_id, stage) VALUES (?1, 'events') ON CONFLICT DO NOTHING",
            id.number)
        try run("DELETE FROM participant_customers WHERE participant_id = ?1", id.number)
        try run("DELETE FROM payout_destinations WHERE participant_id = ?1", id.number)
        customers.forget([id.number])
    }

    func isLeft(_ isSkipped: (ID<Participant>) -> Bool) throws(StorageError) -> Bool {
        let all = try prepared("SELECT participant_id FROM erasures ORDER BY participant_id")
        defer { all.reset() }
        while try all.step() {
            if !isSkipped(all.id(0)) { return true }
        }
        return false
    }

    /// Erases in small steps until `isOver` returns true.
    ///
    /// - Parameter names: True if a stored response names one of these people.
    /// - Returns: True if data remains.
    func advance(
        names: Store.AnswerTest, isOver: () -> Bool, skipping isSkipped: (ID<Participant>) -> Bool
    ) throws(StorageError) -> Bool {
        var current = try next(isSkipped)
        while var place = current {
            underway = place.stage.isWalk ? nil : ID(place.person)
            let isAtEnd = try step(&place, names)
            if isAtEnd {
                try moveOn(from: place)
            } else if !isOver() {
                current = place
                continue
            } else {
                try note(place)
            }
            current = try next(isSkipped)
            if isOver() { break }
        }
        return current != nil
    }

    // MARK: Order

    /// The next work: people's own rows before the walks, a walk that has begun before another.
    private func next(_ isSkipped: (ID<Participant>) -> Bool) throws(StorageError) -> Place? {
        for stage in [Stage.events, .conversions, .revisions, .customers, .answers, .deliveries] {
            if let place = try place(in: stage, isSkipped) { return place }
        }
        guard let waiting = try place(in: .waiting, isSkipped) else { return nil }
        try moveOn(from: waiting)
        // Ids learnt from conversions before their erasure must not be entered behind the walk.
        var people: Set<Int64> = []
        let all = try prepared("SELECT participant_id FROM erasures ORDER BY participant_id")
        while try all.step() { people.insert(all.integer(0)) }
        customers.forget(people)
        return try place(in: .customers, isSkipped)
    }

    private func place(
        in stage: Stage, _ isSkipped: (ID<Participant>) -> Bool
    ) throws(StorageError) -> Place? {
        let statement = try prepared(
            """
            SELECT participant_id, first, second, key FROM erasures WHERE stage = ?1
            ORDER BY participant_id
            """)
        try statement.bind(1, stage.rawValue)
        defer { statement.reset() }
        repeat {
            guard try statement.step() else { return nil }
        } while !stage.isWalk && isSkipped(statement.id(0))
        return Place(
            person: statement.integer(0), stage: stage, first: statement.integer(1),
            second: statement.integer(2), key: statement.text(3))
    }

    /// Moves a person to the next stage, or all people in a walk.
    private func moveOn(from place: Place) throws(StorageError) {
        guard let next = place.stage.next else {
            let end = try prepared("DELETE FROM erasures WHERE stage = ?1")
            try end.bind(1, place.stage.rawValue)
            return try end.run()
        }
        let update = try prepared(
            """
            UPDATE erasures SET stage = ?2, first = -1, second = -1, key = ''
            WHERE stage = ?1 AND participant_id BETWEEN ?3 AND ?4
            """)
        try update.bind(1, place.stage.rawValue)
        try update.bind(2, next.rawValue)
        try update.bind(3, place.stage.isWalk ? 0 : place.person)
        try update.bind(4, place.stage.isWalk ? Int64.max : place.person)
        try update.run()
    }

    /// Stores the progress of a person's erasure, or of a walk for all people in it.
    private func note(_ place: Place) throws(StorageError) {
        let update = try prepared(
            """
            UPDATE erasures SET first = ?2, second = ?3, key = ?4
            WHERE stage = ?1 AND participant_id BETWEEN ?5 AND ?6
            """)
        try update.bind(1, place.stage.rawValue)
        try update.bind(2, place.first)
        try update.bind(3, place.second)
        try update.bind(4, place.key)
        try update.bind(5, place.stage.isWalk ? 0 : place.person)
        try update.bind(6, place.stage.isWalk ? Int64.max : place.person)
        try update.run()
    }

    // MARK: A person's own rows

    /// - Returns: True if the stage has come to its end.
    private func step(
        _ place: inout Place, _ names: Store.AnswerTest
    ) throws(StorageError) -> Bool {
        switch place.stage {
        case .events: try eraseEvent(&place)
        case .conversions: try eraseConversion(&place)
        case .revisions: try eraseRevisions(&place)
        case .waiting: true
        case .customers: try walkCustomers(&place)
        case .answers: try walkAnswers(&place, names)
        case .deliveries: try walkDeliveries(&place)
        }
    }

    /// Erases one event that made no conversion, after `first`.
    private func eraseEvent(_ place: inout Place) throws(StorageError) -> Bool {
        let event = try number(
            """
            SELECT id FROM events WHERE participant_id = ?1
                AND (conversion_id IS NULL OR conversion_id <> id) AND id > ?2
            ORDER BY id LIMIT 1
            """, place.person, place.first)
        guard let event else { return true }
        try eraseBody(of: event)
        place.first = event
        return false
    }

    /// Erases the conversion whose slot comes after `first`, or one later event of the conversion
    /// at `first`, after event `second`; that is -1 if there are no more of those.
    private func eraseConversion(_ place: inout Place) throws(StorageError) -> Bool {
        if place.second >= 0, let conversion = try conversion(at: place.first, of: place.person) {
            let event = try number(
                """
                SELECT id FROM events WHERE conversion_id = ?1 AND conversion_id <> id AND id > ?2
                ORDER BY id LIMIT 1
                """, conversion, place.second)
            if let event { try eraseBody(of: event) }
            place.second = event ?? -1
            return false
        }
        let slot = try number(
            """
            SELECT slot FROM claims
            WHERE holder = (SELECT referred_by FROM participants WHERE id = ?1) AND rule = 0
                AND subject = ?1 AND slot > ?2
            ORDER BY slot LIMIT 1
            """, place.person, place.first)
        guard let slot, let conversion = try conversion(at: slot, of: place.person) else {
            return true
        }
        try eraseBody(of: conversion)
        try noteCustomer(of: conversion, place.person)
        try run(
            "UPDATE conversions SET customer = NULL WHERE id = ?1 AND lead_id = ?2", conversion,
            place.person)
        (place.first, place.second) = (slot, 0)
        return false
    }

    private func conversion(
        at slot: Int64, of person: Int64
    ) throws(StorageError) -> Int64? {
        try number(
            """
            SELECT ref FROM claims
            WHERE holder = (SELECT referred_by FROM participants WHERE id = ?1) AND rule = 0
                AND subject = ?1 AND slot = ?2
            """, person, slot)
    }

    /// Erases the former states of the person, after revision `first`.
    private func eraseRevisions(_ place: inout Place) throws(StorageError) -> Bool {
        let last = try number(
            """
            SELECT max(revision) FROM (SELECT revision FROM participant_revisions
                WHERE participant_id = ?1 AND revision > ?2 ORDER BY revision LIMIT 32)
            """, place.person, place.first)
        guard let last else { return true }
        try noteAddresses(of: place.person, behind: place.first, through: last)
        let update = try prepared(
            """
            UPDATE participant_revisions SET
                document = \(Self.withoutName)
            WHERE participant_id = ?1 AND revision > ?2 AND revision <= ?3
            """)
        try update.bind(1, place.person)
        try update.bind(2, place.first)
        try update.bind(3, last)
        try update.run()
        place.first = last
        return false
    }

    private func eraseBody(of event: Int64) throws(StorageError) {
        try run("UPDATE events SET body = NULL, fields = NULL WHERE id = ?1", event)
        try run("DELETE FROM event_names WHERE event_id = ?1", event)
    }

    /// The document of a revision without the names of its person.
    private static let withoutName = SQL(
        sqlite: "json_set(document, '$.email', NULL, '$.first_name', NULL)",
        postgres: #"document || '{"email": null, "first_name": null}'"#)

    // MARK: Statements

    func prepared(_ sql: SQL) throws(StorageError) -> any Statement {
        if let known = statements[sql] { return known }
        let statement = try session.prepare(sql)
        statements[sql] = statement
        return statement
    }

    func run(_ sql: SQL, _ values: Int64...) throws(StorageError) {
        let statement = try prepared(sql)
        for (index, value) in values.enumerated() { try statement.bind(Int32(index + 1), value) }
        try statement.run()
    }

    private func number(_ sql: SQL, _ values: Int64...) throws(StorageError) -> Int64? {
        let statement = try prepared(sql)
        for (index, value) in values.enumerated() { try statement.bind(Int32(index + 1), value) }
        guard try statement.step() else { return nil }
        defer { statement.reset() }
        return statement.optionalInteger(0)
    }
}

extension Erasure.Stage {
    /// True if the stage is one walk through a table for all people in it.
    fileprivate var isWalk: Bool {
        switch self {
        case .events, .conversions, .revisions: false
        case .waiting, .customers, .answers, .deliveries: true
        }
    }
}
