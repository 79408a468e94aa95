import Referrals
import Time

/// A waitlist as a sorted list: what positions and counts must be.
struct WaitlistModel {
    struct Person {
        var id: ID<Participant>
        var joinedAt: Instant
        var referrer: ID<Participant>?
        var status = SignupStatus.waiting
    }

    private(set) var people: [ID<Participant>: Person] = [:]
    private var counts: [ID<Participant>: Int] = [:]
    /// The waiting signups in the order of their positions.
    private(set) var waiting: [ID<Participant>] = []

    func count(of id: ID<Participant>) -> Int { counts[id] ?? 0 }

    func position(of id: ID<Participant>) -> Int? {
        guard let person = people[id], person.status == .waiting else { return nil }
        return place(of: person) + 1
    }

    mutating func add(_ person: Person) {
        people[person.id] = person
        enter(person)
        if let referrer = person.referrer { change(referrer, by: 1) }
    }

    mutating func set(_ status: SignupStatus, of id: ID<Participant>) {
        guard var person = people[id], person.status != status else { return }
        let wasCounted = person.status != .rejected
        leave(person)
        person.status = status
        people[id] = person
        enter(person)
        let isCounted = status != .rejected
        if let referrer = person.referrer, wasCounted != isCounted {
            change(referrer, by: isCounted ? 1 : -1)
        }
    }

    mutating func remove(_ id: ID<Participant>) {
        guard let person = people[id] else { return }
        leave(person)
        people[id] = nil
        counts[id] = nil
        if let referrer = person.referrer, person.status != .rejected { change(referrer, by: -1) }
    }

    mutating func refer(_ id: ID<Participant>, by referrer: ID<Participant>) {
        guard var person = people[id], person.referrer == nil else { return }
        person.referrer = referrer
        people[id] = person
        if person.status != .rejected { change(referrer, by: 1) }
    }

    private mutating func change(_ id: ID<Participant>, by change: Int) {
        guard let person = people[id] else { return }
        leave(person)
        counts[id, default: 0] += change
        enter(person)
    }

    private mutating func enter(_ person: Person) {
        guard person.status == .waiting else { return }
        waiting.insert(person.id, at: place(of: person))
    }

    private mutating func leave(_ person: Person) {
        guard person.status == .waiting else { return }
        waiting.remove(at: place(of: person))
    }

    /// The number of waiting signups before a person.
    private func place(of person: Person) -> Int {
        var (low, high) = (0, waiting.count)
        while low < high {
            let middle = (low + high) / 2
            guard let other = people[waiting[middle]] else { return low }
            if comes(other, before: person) { low = middle + 1 } else { high = middle }
        }
        return low
    }

    private func comes(_ one: Person, before other: Person) -> Bool {
        let (a, b) = (count(of: one.id), count(of: other.id))
        if a != b { return a > b }
        if one.joinedAt != other.joinedAt { return one.joinedAt < other.joinedAt }
        return one.id < other.id
    }
}
