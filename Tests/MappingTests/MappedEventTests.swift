import Currencies
import Mapping
import Referrals
import Testing
import Time

@Suite struct MappedEventTests {
    private static let full = MappedEvent(
        eventID: "evt_1", goal: "purchase", code: .unreadable("?"), businessKeys: ["a", "b"],
        amount: 1, currency: Currency("EUR"), occurredAt: Instant(seconds: 1000), email: "e",
        customer: "c", firstName: "f", isTest: true, reversal: .refund)

    private func fingerprint(_ event: MappedEvent) -> [UInt8] {
        var bytes: [UInt8] = []
        event.appendFingerprint(to: &bytes)
        return bytes
    }

    private static let changes: [@Sendable (inout MappedEvent) -> Void] = [
        { $0.goal = nil }, { $0.goal = "signup" }, { $0.code = .none },
        { $0.code = .unreadable("!") }, { $0.businessKeys = ["ab"] },
        { $0.businessKeys = ["b", "a"] }, { $0.businessKeys = [] }, { $0.amount = 2 },
        { $0.amount = nil }, { $0.currency = Currency("USD") }, { $0.currency = nil },
        { $0.occurredAt = Instant(seconds: 1001) }, { $0.occurredAt = nil }, { $0.email = "c" },
        { $0.email = nil }, { $0.customer = "e" }, { $0.customer = nil }, { $0.firstName = nil },
        { $0.paid = 1 }, { $0.paid = 2 },
        {
            $0.reversal = nil; $0.isLink = true
        },
        { $0.code = .candidates([CodeCandidate("?"), CodeCandidate("A")]) },
        { $0.code = .candidates([CodeCandidate("A"), CodeCandidate("?")]) },
        { $0.code = .candidates([CodeCandidate("?", isDoubtful: true)]) },
        { $0.code = .candidates([CodeCandidate("A", isDoubtful: true)]) },
        { $0.isTest = false }, { $0.reversal = .refundTotal }, { $0.reversal = nil },
    ]

    @Test func `any mapped field changes the fingerprint, the id does not`() {
        var seen: Set<[UInt8]> = [fingerprint(Self.full)]
        for change in Self.changes {
            var event = Self.full
            change(&event)
            #expect(seen.insert(fingerprint(event)).inserted)
        }
        var other = Self.full
        other.eventID = "evt_2"
        #expect(fingerprint(other) == fingerprint(Self.full))
    }

    @Test func `the same text in another field is another event`() {
        let events = [
            MappedEvent(goal: "x"), MappedEvent(code: .unreadable("x")),
            MappedEvent(businessKeys: ["x"]), MappedEvent(email: "x"), MappedEvent(customer: "x"),
            MappedEvent(firstName: "x"),
        ]
        #expect(Set(events.map(fingerprint)).count == events.count)
    }

    @Test func `a fingerprint's bytes are stored, so they stay`() throws {
        let event = MappedEvent(
            goal: "x", code: .named(try #require(ReferralCode("ADA"))), businessKeys: ["k"],
            amount: 258)
        #expect(
            fingerprint(event) == [1]
                + [1, 1, 0x78] + [2, 3, 0x41, 0x44, 0x41] + [4, 1, 0x6B]
                + [5, 8, 0, 0, 0, 0, 0, 0, 1, 2])
        let long = MappedEvent(goal: String(repeating: "g", count: 300))
        #expect(fingerprint(long).prefix(4) == [1, 1, 0xAC, 0x02])
    }

    @Test func `bytes before a fingerprint are left alone`() {
        var bytes: [UInt8] = [9, 9]
        MappedEvent().appendFingerprint(to: &bytes)
        #expect(bytes == [9, 9, 1])
    }

    @Test func `the campaign's goal stands in where the event has none`() throws {
        let receipt = try #require(Instant(seconds: 2000))
        var event = MappedEvent(goal: "purchase", amount: 7)
        #expect(
            event.qualifyingEvent(campaignGoal: "signup", receivedAt: receipt).goal == "purchase")
        event.goal = nil
        let qualifying = event.qualifyingEvent(campaignGoal: "signup", receivedAt: receipt)
        #expect(
            qualifying == QualifyingEvent(goal: "signup", code: nil, amount: 7, receivedAt: receipt)
        )
    }

    @Test func `a reversal occurred no later than its receipt`() throws {
        let receipt = try #require(Instant(seconds: 2000))
        var event = Self.full
        #expect(
            event.reversal(receivedAt: receipt)
                == Reversal(
                    .refund, amount: 1, currency: Currency("EUR"),
                    occurredAt: try #require(Instant(seconds: 1000))))
        event.occurredAt = Instant(seconds: 3000)
        #expect(event.reversal(receivedAt: receipt)?.occurredAt == receipt)
        event.reversal = nil
        #expect(event.reversal(receivedAt: receipt) == nil)
    }
}

@Suite struct MappingProblemTests {
    @Test(arguments: [
        (
            MappingProblem.Cause.missing(path: "payload.data"),
            "goal (payload.data.x): no value at payload.data"
        ),
        (.missing(path: "payload.data.x"), "goal: payload.data.x has no value"),
        (.wrongType(found: "int", wanted: "string"), "goal (payload.data.x) is int, not string"),
        (.unreadable(wanted: "a currency"), "goal (payload.data.x) is not a currency"),
        (.tooLong(limit: 512), "goal (payload.data.x) is longer than 512 bytes"),
        (.tooMany(limit: 16), "goal (payload.data.x) gives more than 16 values"),
        (.failed("division by zero"), "goal (payload.data.x): division by zero"),
    ])
    func `a problem names field and expression`(
        _ cause: MappingProblem.Cause, _ sentence: String
    ) {
        #expect(MappingProblem(.goal, "payload.data.x", cause).description == sentence)
    }
}
