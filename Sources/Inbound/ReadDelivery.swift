import Crypto
import HTTP
import JSON
import Ledger
import Mapping
import Time
import Webhooks

/// The content of one delivery of a partner, read but not decided: one message, or the items of a
/// list. Live deliveries and dry runs read in the same way.
package struct ReadDelivery: Sendable {
    /// The messages in the order of the list.
    package let messages: [Incoming]
    /// True if the body was a list.
    package let isBatch: Bool
}

extension SourceSettings {
    /// The refusal of a delivery whose media type or coding the source does not accept; nil if it
    /// accepts both.
    package func refusal(ofFormat fields: Fields) -> Problem? {
        guard reading.accepts(fields.first("content-type")) else {
            return .unsupportedMediaType(fields, accepted: bodyFormats.map(\.contentType))
        }
        return Problem.unsupportedCoding(fields)
    }

    /// The result of checking a delivery's signature. Throws if the source's secrets cannot be used,
    /// or the check itself fails.
    package func verification(
        of body: [UInt8], _ fields: Fields, at now: Instant
    ) throws(Problem) -> Verification {
        guard let verifier else { throw .sourceUnusable }
        do {
            return try verifier.verify(fields: fields, method: "POST", body: body.span, now: now)
        } catch {
            throw .internalError(cause: "\(error)")
        }
    }

    /// Reads a verified body. Throws if it has no content, or is not in the declared format.
    package func read(
        _ body: [UInt8], _ fields: Fields, at now: Instant
    ) throws(Problem) -> ReadDelivery {
        guard !body.isEmpty || bodyFormats.contains(.form) else {
            throw .invalidJSON("The body is empty.", line: 1, column: 1)
        }
        // JSON, unless the sender declares a form.
        let format = BodyFormat(contentType: fields.first("content-type") ?? []) ?? .json
        let document = try Self.document(body, format)
        switch mapping.map(document, headers: fields) {
        case .single(let item):
            let kept = reading.keptFields(fields, bodyIn: format, isUncut: mapping.cutsBodies)
            let message = try incoming(
                item, payload: document.root, body: body, kept, fields, now)
            return ReadDelivery(messages: [message], isBatch: false)
        case .batch(let items):
            var messages: [Incoming] = []
            messages.reserveCapacity(items.count)
            // An item of a list is stored as its own JSON.
            let kept = reading.keptFields(fields, bodyIn: .json)
            for item in items {
                messages.append(
                    try incoming(
                        item.item, payload: item.payload,
                        body: Array(document.bytes[item.payload.range]), kept, fields, now))
            }
            return ReadDelivery(messages: messages, isBatch: true)
        }
    }

    private static func document(
        _ body: [UInt8], _ format: BodyFormat
    ) throws(Problem) -> Document {
        if format == .form {
            do { return try Form.document(from: body) } catch {
                throw Problem(
                    .badRequest, "invalid_form", "The form is malformed",
                    detail: error.description)
            }
        }
        do { return try Document(parsing: body) } catch {
            throw .invalidJSON("\(error.reason)", line: error.line, column: error.column)
        }
    }

    private func incoming(
        _ item: Mapped.Item, payload: JSON.Value, body: [UInt8], _ kept: String?,
        _ fields: Fields, _ now: Instant
    ) throws(Problem) -> Incoming {
        var eventID: String?
        switch item {
        case .event(let event): eventID = event.eventID
        case .unmapped: eventID = mapping.eventID(of: payload, headers: fields)
        case .notOurs: break
        }
        var digest: [UInt8]?
        if eventID == nil || !isIDSigned {
            do { digest = try SHA256.digest(of: body) } catch {
                throw .internalError(cause: "\(error)")
            }
        }
        return Incoming(
            item, payload: payload, eventID: eventID ?? Incoming.bodyID(digest: digest ?? []),
            digest: eventID == nil ? nil : digest, receivedAt: now, fields: kept, body: body)
    }
}
