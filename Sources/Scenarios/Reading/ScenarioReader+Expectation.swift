import Declarations
import JSON
import Reading
import Referrals

extension ScenarioReader {
    /// The kind of expected response: that of a delivery, whose members are known, or any other.
    enum AnswerKind { case delivery, anything }

    func readExpectation(
        _ members: inout Members, of kind: AnswerKind
    ) -> Scenario.Expectation {
        guard var inner = members.members("expect") else { return Scenario.Expectation() }
        return readExpectation(&inner, kind)
    }

    /// Members of responses and problems that have no reader of their own.
    static let further = [
        "received", "event", "conversion", "code", "verdict", "title", "detail", "error", "type",
        "errors", "body",
    ]

    private func readExpectation(
        _ members: inout Members, _ kind: AnswerKind
    ) -> Scenario.Expectation {
        var expectation = Scenario.Expectation()
        expectation.status = readStatus(&members)
        switch kind {
        case .delivery:
            expectation.outcome = readWanted("outcome", Outcome.allCases.map(\.rawValue), &members)
            expectation.duplicate = readFlag("duplicate", &members)
            expectation.reasons = readReasons(&members)
            expectation.rewards = readRewards(&members)
            expectation.events = members.list("events", atMost: 10_000)?.map { entry in
                var inner = Members(entry.value, in: reading)
                return readExpectation(&inner, .delivery)
            }
            for name in Self.further {
                _ = members.member(name)
                take(name, members, into: &expectation)
            }
            members.end()
        case .anything:
            guard let object = members.object else { break }
            for (key, _) in object.members where !key.equals("status") {
                take(key.string, members, into: &expectation)
            }
        }
        return expectation
    }

    private func take(
        _ name: String, _ members: Members, into expectation: inout Scenario.Expectation
    ) {
        guard let value = members.object?[name] else { return }
        expectation.members.append(Scenario.ExpectedMember(name: name, value: value))
    }

    // MARK: Words and how often they are said

    private func readStatus(_ members: inout Members) -> Scenario.Wanted? {
        guard let member = members.member("status") else { return nil }
        if member.value.kind == .object { return readTally(member, choices: nil, members) }
        return members.integer("status", in: 100...599).map { .word(String($0)) }
    }

    private func readWanted(
        _ name: String, _ choices: [String], _ members: inout Members
    ) -> Scenario.Wanted? {
        guard let member = members.member(name) else { return nil }
        if member.value.kind == .object { return readTally(member, choices: choices, members) }
        guard let text = member.value.string else {
            members.note(
                .wrongType(found: JSONType(member.value.kind), expected: [.text, .object]),
                at: member)
            return nil
        }
        guard choices.contains(text) else {
            members.note(.notAmong(text, choices: choices), at: member)
            return nil
        }
        return .word(text)
    }

    private func readFlag(_ name: String, _ members: inout Members) -> Scenario.Wanted? {
        guard let member = members.member(name) else { return nil }
        if member.value.kind == .object {
            return readTally(member, choices: ["true", "false"], members)
        }
        guard let flag = member.value.bool else {
            members.note(
                .wrongType(found: JSONType(member.value.kind), expected: [.boolean, .object]),
                at: member)
            return nil
        }
        return .word(flag ? "true" : "false")
    }

    private func readTally(
        _ member: Members.Member, choices: [String]?, _ members: Members
    ) -> Scenario.Wanted {
        var tally: [String: Int] = [:]
        for (key, value) in member.value.members {
            if let choices, !choices.contains(key.string) {
                reading.note(.notAmong(key.string, choices: choices), at: key.range)
            }
            guard let count = value.int, count >= 0 else {
                reading.note(
                    .wrongType(found: JSONType(value.kind), expected: [.integer]), at: value)
                continue
            }
            tally[key.string] = Int(count)
        }
        return .tally(tally)
    }

    // MARK: Reasons and rewards

    private func readReasons(_ members: inout Members) -> [String]? {
        members.list("reasons", atMost: 100)?.compactMap { reason($0.value) }
    }

    private func reason(_ value: Value) -> String? {
        guard let text = value.string else {
            reading.note(.wrongType(found: JSONType(value.kind), expected: [.text]), at: value)
            return nil
        }
        if ReasonCode(text: text) == nil {
            reading.note(.notAmong(text, choices: ReasonCode.allCases.map(\.text)), at: value)
        }
        return text
    }

    private func readRewards(_ members: inout Members) -> Scenario.ExpectedRewards? {
        guard let member = members.member("rewards") else { return nil }
        if let count = member.value.int, count >= 0 { return .count(Int(count)) }
        guard member.value.kind == .array else {
            members.note(
                .wrongType(found: JSONType(member.value.kind), expected: [.list, .integer]),
                at: member)
            return nil
        }
        let list = Array(member.value.elements)
        for value in list { checkReward(value) }
        return .list(list)
    }

    private func checkReward(_ value: Value) {
        var members = Members(value, in: reading)
        _ = members.integer("id", in: 1...greatestNumber)
        _ = members.choice("kind", of: CampaignReward.Kind.self)
        _ = members.choice("beneficiary", of: CampaignReward.Beneficiary.self)
        _ = members.choice("status", of: RewardStatus.self)
        for reason in members.list("reasons", atMost: 100) ?? [] { _ = self.reason(reason.value) }
        members.end()
    }

    // MARK: Calls

    static let methods = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]

    func readCall(_ members: inout Members) -> Scenario.Call? {
        let before = reading.count
        let method = members.text("method") { text throws(Fault) in
            guard Self.methods.contains(text) else {
                throw .notAmong(text, choices: Self.methods)
            }
            return text
        }
        let path = members.text("path", atMost: 4096, required: true) { text throws(Fault) in
            guard text.hasPrefix("/"), text.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }) else {
                throw .malformed(.path, text)
            }
            return text
        }
        let body = members.member("body")?.value
        let headers = readHeaders(&members) ?? []
        guard reading.count == before, let path else { return nil }
        return Scenario.Call(
            method: method ?? (body == nil ? "GET" : "POST"), path: path,
            body: body.map { body in
                body.kind == .string ? Array((body.string ?? "").utf8) : Array(body.source)
            }, headers: headers)
    }
}
