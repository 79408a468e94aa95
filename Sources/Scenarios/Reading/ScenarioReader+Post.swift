import Declarations
import JSON
import Mapping
import Reading
import Time
import Webhooks

extension ScenarioReader {
    static let mostTimes: Int64 = 10_000
    static let concurrencies: ClosedRange<Int64> = 1...256
    static let longestPath = 4096

    /// Reads a post; returns nil if it has a mistake, which is noted.
    func readPost(_ members: inout Members) -> Scenario.Post? {
        let before = reading.count
        let id = members.text("source", required: true)
        let source = id.flatMap { declared.source($0) }
        if let id, source == nil { members.note(.dangling(.source, id), at: "source") }
        let secret = members.text("secret", atMost: Self.longestPath)
        let times = members.integer("times", in: 1...Self.mostTimes).map { Int($0) }
        let concurrency = readConcurrency(&members, times)
        let tampering = members.choice("tamper", of: Scenario.Tampering.self)
        var (body, headers) = readBody(&members)
        headers =
            readHeaders(&members).map { said in
                headers.filter { header in
                    !said.contains { $0.name.lowercased() == header.name.lowercased() }
                } + said
            } ?? headers
        let eventID = members.text("event_id")
        let signedAt = readSigningTime(&members)
        if let source {
            check(source, secret: secret, &members)
            if let tampering { check(tampering, source.source, &members) }
            if let eventID, let body {
                checkID(eventID, source.source, body, &members)
            }
        }
        guard reading.count == before, let source, let body else { return nil }
        return Scenario.Post(
            source: source, body: body, eventID: eventID, headers: headers,
            times: times ?? max(1, concurrency), concurrency: concurrency, tampering: tampering,
            signedAt: signedAt, secret: secret)
    }

    /// Reads the concurrency: `true` for all posts at once, or a number.
    private func readConcurrency(_ members: inout Members, _ times: Int?) -> Int {
        guard let member = members.member("concurrent") else { return 1 }
        if let isConcurrent = member.value.bool { return isConcurrent ? times ?? 1 : 1 }
        guard member.value.kind == .integer else {
            members.note(
                .wrongType(found: JSONType(member.value.kind), expected: [.boolean, .integer]),
                at: member)
            return 1
        }
        return members.integer("concurrent", in: Self.concurrencies).map { Int($0) } ?? 1
    }

    // MARK: The message

    /// Reads the body, with the headers of a file beside it.
    private func readBody(_ members: inout Members) -> (body: [UInt8]?, headers: [Scenario.Header])
    {
        let path = members.member("payload_file")
        if let path {
            if members.member("payload") != nil {
                members.note(.rule(.mixed(["payload", "payload_file"])), at: "payload_file")
            }
            guard let text = members.text(of: path, atMost: Self.longestPath) else {
                return (nil, [])
            }
            do throws(FileFailure) {
                let message = try RecordedMessage.read(text, in: folder)
                return (message.body, message.headers)
            } catch {
                members.note(.unreadable(error), at: path)
                return (nil, [])
            }
        }
        guard let payload = members.member("payload")?.value else {
            members.note(.missing(.member, anyOf: ["payload", "payload_file"]), at: "payload")
            return (nil, [])
        }
        // A text is sent unchanged, so that invalid JSON can be sent too.
        if payload.kind == .string { return (Array((payload.string ?? "").utf8), []) }
        return (Array(payload.source), [])
    }

    func readHeaders(_ members: inout Members) -> [Scenario.Header]? {
        guard let member = members.member("headers") else { return nil }
        guard member.value.kind == .object else {
            members.note(
                .wrongType(found: JSONType(member.value.kind), expected: [.object]), at: member)
            return nil
        }
        var headers: [Scenario.Header] = []
        for (key, value) in member.value.members {
            if !isFieldName(key.string) {
                reading.note(.malformed(.headerName, key.string), at: key.range)
            }
            if value.isNull {
                headers.append(Scenario.Header(name: key.string, value: nil))
            } else if let text = value.string, isFieldValue(text) {
                headers.append(Scenario.Header(name: key.string, value: text))
            } else if value.kind == .string {
                reading.note(.malformed(.headerValue, ""), at: value)
            } else {
                reading.note(
                    .wrongType(found: JSONType(value.kind), expected: [.text, .null]), at: value)
            }
        }
        return headers
    }

    /// Reads a time, or a duration before (`-PT10M`) or after (`PT10M`) the scenario's clock.
    private func readSigningTime(_ members: inout Members) -> Scenario.SigningTime {
        members.text("signed_at") { text throws(Fault) in
            if let instant = Instant(rfc3339: text) { return .at(instant) }
            let isBefore = text.hasPrefix("-")
            guard let seconds = durationSeconds(isBefore ? String(text.dropFirst()) : text) else {
                throw .malformed(.time, text)
            }
            return .after(seconds: isBefore ? -seconds : seconds)
        } ?? .now
    }

    // MARK: Whether it can be sent so

    private func check(_ source: SourceEntry, secret: String?, _ members: inout Members) {
        do {
            let secrets = secret.map { [SecretSpec($0)] } ?? source.secrets ?? []
            _ = try Signer(source.source.makeScheme(), secrets: secrets, url: source.source.url)
        } catch {
            members.note(.scheme(error.reason), at: secret == nil ? "source" : "secret")
        }
    }

    private func check(
        _ tampering: Scenario.Tampering, _ source: SourceDeclaration, _ members: inout Members
    ) {
        guard let scheme = try? source.makeScheme() else { return }
        let isPossible: Bool
        switch (tampering, scheme.evidence) {
        case (.body, _): isPossible = true
        case (_, .address): isPossible = false
        case (.timestamp, .signature(let signing)): isPossible = signing.time != nil
        case (.timestamp, .token): isPossible = false
        case (.signature, _), (.secret, _): isPossible = true
        }
        if !isPossible { members.note(.rule(.tamperingUnfit(scheme: scheme.name)), at: "tamper") }
    }

    private func checkID(
        _ id: String, _ source: SourceDeclaration, _ body: [UInt8], _ members: inout Members
    ) {
        guard EventIDPlace(source.mapping) == nil else { return }
        members.note(.rule(.eventIDInPayload(source: source.id ?? "")), at: "event_id")
    }
}

/// The place of the id in a source's messages, as far as a sender can set it.
package enum EventIDPlace: Equatable, Sendable {
    case header(String)
    /// The member `id` of the payload.
    case payload

    /// Returns nil if the id has several parts, or is nested.
    package init?(_ mapping: MappingText) {
        guard let text = mapping[.eventID].first,
            let compiled = try? CompiledMapping(mapping)
        else { return nil }
        if case .only(let names) = compiled.eventIDHeaderNames, let name = names.first {
            self = .header(name)
            return
        }
        let letters = text.filter { $0 != " " && $0 != "?" }
        guard letters == "payload.id" || letters.hasPrefix("firstOf([payload.id])") else {
            return nil
        }
        self = .payload
    }
}
