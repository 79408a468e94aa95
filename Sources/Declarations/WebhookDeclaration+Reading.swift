import Crypto
import JSON
import Reading
import Referrals
import Webhooks

extension WebhookEntry {
    static let mostCredentials = 10

    /// Reads a webhook.
    ///
    /// - Parameter refusal: returns the reason for which a URL must not be called; nil if it may
    ///   be.
    package static func read(
        _ members: inout Members, _ naming: Naming<String>, refusal: (String) -> String?
    ) -> WebhookEntry {
        var webhook = WebhookDeclaration(name: "", url: "", events: [])
        webhook.name = members.name("name", naming) { $0 } ?? ""
        let url = members.text("url", atMost: longestURL, required: true) { text throws(Fault) in
            let url = try readURL(text)
            if let reason = refusal(url) { throw .refusedAddress(reason) }
            return url
        }
        webhook.url = url ?? ""
        WebhookDeclaration.method.read(&members, into: &webhook)
        webhook.events = readEvents(&members)
        for member in WebhookDeclaration.filters + WebhookDeclaration.delivery {
            member.read(&members, into: &webhook)
        }
        var names = webhook.headers.map { $0.name.lowercased() }
        let credentials = members.headers("credentials", atMost: mostCredentials, &names)
        let shifts = members.member("shifts")?.value.string
        if shifts.flatMap({ WebhookDeclaration.Shifts(rawValue: $0) }) != nil,
            !webhook.events.isEmpty,
            !webhook.events.contains(.signupPositionChanged)
        {
            members.note(.rule(.shiftsUnused), at: "shifts")
        }
        checkFields(of: webhook, &members)
        let secret = members.webhookSecret()
        return WebhookEntry(
            webhook: webhook,
            secrets: WebhookSecrets(
                secrets: secret.map { [SecretSpec($0)] }, credentials: credentials))
    }

    /// Notes the fields that no subscribed type sends in the dialect.
    private static func checkFields(of webhook: WebhookDeclaration, _ members: inout Members) {
        guard webhook.fields != nil, !webhook.events.isEmpty, !members.reading.isStored,
            let list = members.list("fields", atMost: WebhookDeclaration.mostFields)
        else { return }
        let known = NotificationSchema.fields(of: webhook.events, in: webhook.dialect)
        for member in list {
            if let name = member.value.string, !known.contains(name) {
                members.note(.notAmong(name, choices: known), at: member)
            }
        }
    }

    private static func readEvents(_ members: inout Members) -> [NotificationType] {
        guard let list = members.oneOrMore("events") else {
            if members.member("events") == nil { members.noteMissing("events") }
            return []
        }
        if list.isEmpty { members.note(.emptyList, at: "events") }
        var events: Set<NotificationType> = []
        for member in list {
            guard let text = members.text(of: member, atMost: 100) else { continue }
            guard let event = NotificationType(rawValue: text) else {
                let choices = NotificationType.allCases.map(\.rawValue)
                members.note(.notAmong(text, choices: choices), at: member)
                continue
            }
            if !events.insert(event).inserted {
                members.note(.duplicate(.event, text, first: nil), at: member)
            }
        }
        return NotificationType.allCases.filter { events.contains($0) }
    }
}

extension RetryPolicy {
    static let mostDelays = 20
    static let longestDelay: Int64 = 7 * 86_400

    /// Reads the name of a policy, or `{"delays", "jitter"}`; omitted members are those of the
    /// default policy.
    static func read(_ members: inout Members, _ memberName: String) -> RetryPolicy? {
        guard let member = members.member(memberName) else { return nil }
        if member.value.kind == .string {
            guard let name = member.value.string else { return nil }
            let known = named.first { $0.name == name }
            if known == nil {
                members.note(.notAmong(name, choices: named.map(\.name)), at: member)
            }
            return known?.policy
        }
        guard member.value.kind == .object, var policy = members.members(memberName) else {
            members.note(
                .wrongType(found: JSONType(member.value.kind), expected: [.text, .object]),
                at: member)
            return nil
        }
        var retry = RetryPolicy.usual
        if let delays = policy.list("delays", atMost: mostDelays) {
            retry.delays = delays.compactMap { policy.seconds($0, in: 0...longestDelay) }
                .map { Int($0) }
        }
        retry.jitterPercent = policy.count("jitter", in: 0...100) ?? retry.jitterPercent
        policy.end()
        return retry
    }
}

extension Members {
    /// The maximum number of elements of a list that may be a single element.
    static let mostOfOneOrMore = 100

    /// Reads a list, or a single element in place of the list.
    mutating func oneOrMore(_ name: String) -> [Member]? {
        guard let member = member(name) else { return nil }
        return member.value.kind == .string ? [member] : list(name, atMost: Self.mostOfOneOrMore)
    }

    /// Reads `whsec_` and the base64 of 24 to 64 bytes.
    fileprivate mutating func webhookSecret() -> String? {
        guard let member = member("secret") else { return nil }
        guard let text = member.value.string else {
            note(.wrongType(found: JSONType(member.value.kind), expected: [.text]), at: member)
            return nil
        }
        let prefix = "whsec_"
        guard text.hasPrefix(prefix), text.utf8.count <= 200,
            let key = Base64.decode(String(text.dropFirst(prefix.count))),
            (24...64).contains(key.count)
        else {
            note(.malformed(.webhookSecret, ""), at: member)
            return nil
        }
        return text
    }
}
