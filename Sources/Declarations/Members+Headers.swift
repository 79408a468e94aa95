import JSON
import Reading

extension Members {
    /// The maximum length of a value in bytes.
    static let longestHeaderValue = 2048

    /// Reads header fields to send, as `{"name": "value"}` or `[{"name", "value"}]`; nil if the
    /// member is absent.
    ///
    /// - Parameter taken: the names used so far, in lower case; each may be used once.
    mutating func headers(
        _ name: String, atMost limit: Int, _ taken: inout [String]
    ) -> [WebhookDeclaration.Header]? {
        guard let member = member(name) else { return nil }
        guard member.value.kind == .object || member.value.kind == .array else {
            note(
                .wrongType(found: JSONType(member.value.kind), expected: [.object, .list]),
                at: member)
            return nil
        }
        guard member.value.count <= limit else {
            note(.tooMany(member.value.count, limit: limit), at: member)
            return nil
        }
        var headers: [WebhookDeclaration.Header] = []
        for (key, value) in member.value.members {
            if let header = header(key.string, at: key.range, value, &taken) {
                headers.append(header)
            }
        }
        for pair in member.value.elements {
            var members = Members(pair, in: reading)
            let name = members.text("name", required: true)
            let value = members.member("value")
            if value == nil { members.noteMissing("value") }
            members.end()
            guard let name, let value, let place = members.member("name")?.value.range else {
                continue
            }
            if let header = header(name, at: place, value.value, &taken) { headers.append(header) }
        }
        return headers
    }

    private func header(
        _ name: String, at place: Range<Int>, _ value: Value, _ taken: inout [String]
    ) -> WebhookDeclaration.Header? {
        let lowered = name.lowercased()
        if !isFieldName(name) {
            reading.note(.malformed(.headerName, name), at: place)
        } else if reservedHeaders.contains(lowered) {
            reading.note(.rule(.headerReserved(name)), at: place)
        } else if taken.contains(lowered) {
            reading.note(.duplicate(.header, name, first: nil), at: place)
        }
        taken.append(lowered)
        guard let text = value.string else {
            reading.note(.wrongType(found: JSONType(value.kind), expected: [.text]), at: value)
            return nil
        }
        guard text.utf8.count <= Self.longestHeaderValue else {
            reading.note(
                .tooLong(bytes: text.utf8.count, limit: Self.longestHeaderValue), at: value)
            return nil
        }
        guard isFieldValue(text) else {
            // The value may be a credential and is not repeated.
            reading.note(.malformed(.headerValue, ""), at: value)
            return nil
        }
        return WebhookDeclaration.Header(name: name, value: text)
    }
}

/// Header fields that refgate sets itself, and those that frame a message (RFC 9110 section 7.6.1).
private let reservedHeaders: Set<String> = [
    "webhook-id", "webhook-timestamp", "webhook-signature", "x-webhook-signature",
    "host", "content-length", "content-type", "content-encoding", "transfer-encoding", "connection",
    "keep-alive", "proxy-connection", "proxy-authorization", "te", "trailer", "upgrade", "expect",
    "accept-encoding", "user-agent", "date",
]

/// True for a `token` of RFC 9110 section 5.6.2.
package func isFieldName(_ name: String) -> Bool {
    !name.isEmpty && name.utf8.count <= 100
        && name.utf8.allSatisfy { isAlphanumeric($0) || "!#$%&'*+-.^_`|~".utf8.contains($0) }
}

/// True for printable ASCII with inner spaces and tabs (RFC 9110 section 5.5).
package func isFieldValue(_ text: String) -> Bool {
    guard let first = text.utf8.first, let last = text.utf8.last else { return false }
    guard first > 0x20, last > 0x20 else { return false }
    return text.utf8.allSatisfy { $0 >= 0x20 && $0 < 0x7F || $0 == 0x09 }
}
