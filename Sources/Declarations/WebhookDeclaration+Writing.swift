import JSON
import Referrals
import Time

extension WebhookDeclaration {
    /// Writes the canonical JSON: compact, in a fixed order, without defaults, secret and
    /// credentials.
    package func write(to json: inout Writer) {
        json.beginObject()
        json.member("name", name)
        json.member("url", url)
        Self.method.write(self, unlike: Self.usual, to: &json)
        json.member("events", events.map(\.rawValue))
        for member in Self.filters + Self.delivery {
            member.write(self, unlike: Self.usual, to: &json)
        }
        json.endObject()
    }

    /// The canonical JSON.
    package var canonicalJSON: [UInt8] { compact(write) }
}

extension RetryPolicy {
    /// Writes the name of a policy, or `{"delays", "jitter"}`.
    func write(to json: inout Writer) {
        if let known = RetryPolicy.named.first(where: { $0.policy == self }) {
            return json.string(known.name)
        }
        json.object { json in
            json.list("delays", delays) { $1.integer($0) }
            if jitterPercent != 0 { json.member("jitter", jitterPercent) }
        }
    }
}

extension Writer {
    mutating func headers(_ headers: [WebhookDeclaration.Header]) {
        beginObject()
        for header in headers { member(header.name, header.value) }
        endObject()
    }
}

extension WebhookSecrets {
    /// Writes the JSON to be sealed: `{"secrets", "credentials", "declared"}`.
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

    /// The JSON to be sealed.
    package var sealable: [UInt8] { compact(write) }

    /// Returns nil for any input that `sealable` did not produce.
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
