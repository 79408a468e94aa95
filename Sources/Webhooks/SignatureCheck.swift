import Crypto
import HTTP
import Time

/// A signature scheme with its keys, ready to verify deliveries.
final class SignatureCheck: Sendable {
    /// One version of the scheme with the keys from the configured secrets.
    private final class Version: Sendable {
        let plan: MessagePlan
        let keys: [SignatureKey]

        init(plan: MessagePlan, keys: [SignatureKey]) {
            self.plan = plan
            self.keys = keys
        }

        /// True if a key has not expired: senders are not expected to use expired ones.
        func isExpected(at now: Instant) -> Bool { keys.contains { !$0.hasExpired(at: now) } }
    }

    private let names: HeaderNames
    private let unit: Signing.TimeSource.Unit?
    private let idIsSigned: Bool
    private let idLetters: MessageID.Letters
    private let versions: [Version]
    private let toleranceSeconds: Int64

    init(
        _ signing: Signing, keys: [[SignatureKey]], toleranceSeconds: Int, url: String?
    ) {
        precondition(!signing.versions.isEmpty, "a scheme knows at least one way to sign")
        precondition(keys.count == signing.versions.count, "each version has a list of keys")
        names = HeaderNames(signing)
        unit = signing.time?.unit
        idIsSigned = signing.signsID
        idLetters = MessageID.Letters(without: signing.idBorders)
        versions = zip(signing.versions, keys).map { version, keys in
            Version(
                plan: MessagePlan(version.message, layout: signing.layout, url: url), keys: keys)
        }
        self.toleranceSeconds = Int64(toleranceSeconds)
    }

    func verify(
        fields: Fields, method: String, body: Span<UInt8>, now: Instant
    ) throws(CryptoError) -> Verification {
        let head = fields.bytes
        var delivery: Delivery
        do {
            delivery = try read(fields, head.span, method, now)
        } catch {
            return .refused(error)
        }
        return try judge(&delivery, fields, head, body, now)
    }

    /// The reason why the headers alone are refused, whatever the body will be; nil if the
    /// body decides.
    func refusal(of fields: Fields, method: String, now: Instant) -> Refusal? {
        do {
            _ = try read(fields, fields.bytes.span, method, now)
            return nil
        } catch {
            return error
        }
    }

    /// A delivery's headers, parsed as far as possible without a key.
    private struct Delivery: ~Copyable {
        let candidates: Candidates
        /// The range of the signature header's value.
        let signature: Range<Int>
        /// The signed text, with the plan of the version being checked.
        var message: SignedMessage
        let timestamp: Instant?
    }

    private func read(
        _ fields: Fields, _ head: Span<UInt8>, _ method: String, _ now: Instant
    ) throws(Refusal) -> Delivery {
        let signature = try fields.place(of: names.signature, ifRepeated: .signatureMalformed)
        var message = SignedMessage(plan: versions[0].plan, method: method)
        message.id = try readID(fields, head)
        if let name = names.timestamp {
            message.timestamp = try fields.place(of: name, ifRepeated: .timestampMalformed)
        }
        let candidates = try Candidates(in: head, at: signature, of: names)
        if names.timeMember != nil {
            guard let place = candidates.timestamp else { throw .timestampMalformed }
            message.timestamp = place
        }
        var timestamp: Instant?
        if let unit {
            timestamp = try Timestamp.read(
                head.extracting(message.timestamp), unit, now: now,
                toleranceSeconds: toleranceSeconds)
        }
        return Delivery(
            candidates: candidates, signature: signature, message: message, timestamp: timestamp)
    }

    /// The range of the id, which must be present if it is signed; empty if it is absent.
    private func readID(_ fields: Fields, _ head: Span<UInt8>) throws(Refusal) -> Range<Int> {
        guard let name = names.id else { return 0..<0 }
        if !idIsSigned, case .absent = fields.occurrence(of: name.lowercased) { return 0..<0 }
        let place = try fields.place(of: name, ifRepeated: .idMalformed)
        guard idLetters.spell(head.extracting(place)) else { throw .idMalformed }
        return place
    }

    private func judge(
        _ delivery: inout Delivery, _ fields: Fields, _ head: [UInt8], _ body: Span<UInt8>,
        _ now: Instant
    ) throws(CryptoError) -> Verification {
        var strongerIsWrong = false
        var expiredMatches = false
        for index in versions.indices where delivery.candidates.offers(index) {
            let version = versions[index]
            guard !version.keys.isEmpty else { continue }
            delivery.message.plan = version.plan
            do {
                delivery.message.found = try version.plan.find(
                    in: fields, signature: delivery.signature)
            } catch {
                return .refused(error)
            }
            for key in version.keys {
                guard
                    try key.accepts(
                        anyOf: delivery.candidates, of: index, over: delivery.message,
                        head: head.span, body: body)
                else { continue }
                if key.hasExpired(at: now) {
                    expiredMatches = true
                } else {
                    return strongerIsWrong
                        ? .refused(.schemeDowngrade) : .valid(proof(delivery, head, key.index))
                }
            }
            if version.isExpected(at: now) { strongerIsWrong = true }
        }
        return .refused(expiredMatches ? .keyExpired : blame(delivery.candidates, head.span))
    }

    private func proof(
        _ delivery: borrowing Delivery, _ head: [UInt8], _ keyIndex: Int
    ) -> Proof {
        let id = delivery.message.id
        return Proof(
            id: id.isEmpty ? nil : MessageID(bytes: head[id], isSigned: idIsSigned),
            keyIndex: keyIndex, timestamp: delivery.timestamp)
    }

    /// The reason why no signature matches.
    private func blame(_ candidates: borrowing Candidates, _ head: Span<UInt8>) -> Refusal {
        guard candidates.holdsItems else { return .signatureMalformed }
        var isOffered = false
        var weakestHeld = 0
        for (index, version) in versions.enumerated() where !version.keys.isEmpty {
            weakestHeld = index
            guard candidates.offers(index) else { continue }
            isOffered = true
            for number in 0..<candidates.count
            where candidates.signature(at: number, of: index, in: head) != nil {
                return .signatureMismatch
            }
        }
        if isOffered { return .signatureMalformed }
        // Only versions without a configured key: a weaker or a retired one is a downgrade.
        for index in versions.indices where index > weakestHeld && candidates.offers(index) {
            return .schemeDowngrade
        }
        return candidates.holdsRetired ? .schemeDowngrade : .signatureMismatch
    }
}
