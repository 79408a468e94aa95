import JSON
import Referrals
import Time

extension WebhookDeclaration {
    /// Compact, in a fixed order, defaults left out, without secret and credentials.
    package func write(to json: inout Writer) {
        json.beginObject()
        json.member("name", name)
        json.member("url", url)
        if method != .post { json.member("method", method.rawValue) }
        json.member("events", events.map(\.rawValue))
        if let userSources { json.member("user_sources", userSources) }
        if !headers.isEmpty {
            json.key("headers")
            json.headers(headers)
        }
        if let campaign { json.member("campaign", campaign.number) }
        if dialect != .standard { json.member("dialect", dialect.rawValue) }
        writeRetry(to: &json)
        if shifts != .movers { json.member("shifts", shifts.rawValue) }
        if status != .active { json.member("status", status.rawValue) }
        json.endObject()
    }

    package var canonicalJSON: [UInt8] { compact(write) }

    private func writeRetry(to json: inout Writer) {
        guard retry != .usual else { return }
        json.key("retry")
        if let known = RetryPolicy.named.first(where: { $0.policy == retry }) {
            return json.string(known.name)
        }
        json.beginObject()
        json.key("delays")
        json.beginArray()
        for delay in retry.delays { json.integer(delay) }
        json.endArray()
        if retry.jitterPercent != 0 { json.member("jitter", retry.jitterPercent) }
        json.endObject()
    }
}

extension Writer {
    fileprivate mutating func headers(_ headers: [WebhookDeclaration.Header]) {
        beginObject()
        for header in headers { member(header.name, header.value) }
        endObject()
    }
}

extension WebhookSecrets {
    /// As storage seals it: `{"secrets", "credentials", "declared"}`.
    package func write(to json: inout Writer) {
        json.beginObject()
        if let secrets {
            json.key("secrets")
            SealedSecrets.write(secrets, to: &json)
        }
        if let credentials {
            json.key("credentials")
            json.headers(credentials)
        }
        json.member("declared", ifPresent: declared?.text)
        json.endObject()
    }

    package var sealable: [UInt8] { compact(write) }

    /// Nil for anything that `sealable` did not give.
    package init?(sealable bytes: [UInt8]) {
        guard let root = try? Document(parsing: bytes).root, root.kind == .object else {
            return nil
        }
        self.init(
            secrets: root["secrets"].flatMap { SealedSecrets.read($0) },
            credentials: root["credentials"].map { list in
                list.members.map { .init(name: $0.key.string, value: $0.value.string ?? "") }
            },
            declared: root["declared"]?.string.map { SecretDigest(text: $0) })
    }
}
