import JSON
import Reading
import Time
import Webhooks

extension Members {
    static let mostSecrets = 10
    static let longestSecret = 4096

    /// Reads a source's secrets, each checked with the scheme; nil if the member is absent.
    mutating func secrets(_ scheme: Scheme?, needsOne: Bool) -> [SecretSpec]? {
        guard let list = list("secrets", atMost: Self.mostSecrets) else {
            if needsOne, !says("secrets"), scheme?.takesSecrets == true {
                note(.scheme(.noSecret), at: "secrets")
            }
            return nil
        }
        if let scheme, scheme.takesSecrets == list.isEmpty {
            note(.scheme(list.isEmpty ? .noSecret : .secretUnused), at: "secrets")
        }
        let secrets = list.compactMap { secret($0.value) }
        guard let scheme, scheme.takesSecrets else { return secrets.map(\.spec) }
        for secret in secrets {
            do {
                _ = try Verifier(scheme, secrets: [secret.spec], url: "https://url.example/")
            } catch {
                reading.note(.scheme(error.reason), at: secret.place)
            }
        }
        return secrets.map(\.spec)
    }

    /// Reads `"text"` or `{"secret", "expires_at"}`.
    private func secret(_ value: Value) -> (spec: SecretSpec, place: Value)? {
        if value.kind == .string { return read(value).map { (SecretSpec($0), value) } }
        guard value.kind == .object else {
            reading.note(
                .wrongType(found: JSONType(value.kind), expected: [.text, .object]), at: value)
            return nil
        }
        var members = Members(value, in: reading)
        let member = members.member("secret")
        if member == nil { members.noteMissing("secret") }
        let expiry = members.instant("expires_at")
        members.end()
        guard let place = member?.value, let text = read(place) else { return nil }
        return (SecretSpec(text, expiresAt: expiry), place)
    }

    /// Reads the text of a secret; the scheme checks its format.
    private func read(_ value: Value) -> String? {
        guard let text = value.string else {
            reading.note(.wrongType(found: JSONType(value.kind), expected: [.text]), at: value)
            return nil
        }
        guard text.utf8.count <= Self.longestSecret else {
            reading.note(.tooLong(bytes: text.utf8.count, limit: Self.longestSecret), at: value)
            return nil
        }
        return text
    }
}

/// The format in which secrets are sealed for storage: a JSON list of `{"secret", "expires_at"}`,
/// the current one first.
package enum SealedSecrets {
    /// Writes the list to be sealed.
    package static func write(_ secrets: [SecretSpec]) -> [UInt8] {
        compact { write(secrets, to: &$0) }
    }

    static func write(_ secrets: [SecretSpec], to json: inout Writer) {
        json.beginArray()
        for secret in secrets {
            json.beginObject()
            json.member("secret", secret.secret)
            json.member("expires_at", ifPresent: secret.expiresAt?.rfc3339)
            json.endObject()
        }
        json.endArray()
    }

    /// Returns nil for any input that `write` did not produce.
    package static func read(_ bytes: [UInt8]) -> [SecretSpec]? {
        guard let root = try? Document(parsing: bytes).root, root.kind == .array else { return nil }
        return read(root)
    }

    static func read(_ list: Value) -> [SecretSpec]? {
        var secrets: [SecretSpec] = []
        for value in list.elements {
            guard let text = value["secret"]?.string else { return nil }
            let expiry = value["expires_at"]?.string.flatMap { Instant(rfc3339: $0) }
            secrets.append(SecretSpec(text, expiresAt: expiry))
        }
        return secrets
    }
}

extension SourceSecrets {
    /// The JSON to be sealed: the list alone if no workspace file declared secrets, otherwise
    /// `{"secrets", "declared"}`.
    package var sealable: [UInt8] {
        guard let declared else { return SealedSecrets.write(secrets) }
        return compact { json in
            json.beginObject()
            json.key("secrets")
            SealedSecrets.write(secrets, to: &json)
            json.member("declared", declared.text)
            json.endObject()
        }
    }

    /// Returns nil for any input that `sealable` did not produce.
    package init?(sealable bytes: [UInt8]) {
        guard let root = try? Document(parsing: bytes).root else { return nil }
        let list = root.kind == .object ? root["secrets"] : root
        guard let list, list.kind == .array, let secrets = SealedSecrets.read(list) else {
            return nil
        }
        self.init(
            secrets: secrets,
            declared: root["declared"]?.string.map { SecretDigest(text: $0) })
    }
}
