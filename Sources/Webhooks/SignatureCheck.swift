import Crypto
import HTTP

/// A signature scheme with its keys, ready to judge deliveries.
struct SignatureCheck: Sendable {
    /// One version of the scheme with the keys that the configured secrets gave it.
    private struct Version: Sendable {
        let message: MessagePlan
        let keys: [SignatureKey]

        /// Expired keys don't count: nobody is expected to sign with them any more.
        func isExpected(at now: Int64) -> Bool { keys.contains { !$0.hasExpired(at: now) } }
    }

    private let names: HeaderNames
    private let unit: Signing.TimeSource.Unit?
    private let idIsSigned: Bool
    private let versions: [Version]
    private let toleranceSeconds: Int64

    init(
        _ signing: Signing, keys: [[SignatureKey]], toleranceSeconds: Int, url: String?
    ) {
        precondition(keys.count == signing.versions.count, "each version has a list of keys")
        names = HeaderNames(signing)
        unit = signing.time?.unit
        idIsSigned = signing.versions.allSatisfy { $0.message.contains(.id) }
        versions = zip(signing.versions, keys).map { version, keys in
            Version(
                message: MessagePlan(version.message, layout: signing.layout, url: url), keys: keys)
        }
        self.toleranceSeconds = Int64(toleranceSeconds)
    }

    func verify(
        fields: Fields, method: String, body: Span<UInt8>, nowMilliseconds: Int64
    ) throws(CryptoError) -> Verdict {
        let delivery: Delivery
        do {
            delivery = try read(fields, nowMilliseconds)
        } catch {
            return .refused(error)
        }
        return try judge(delivery, fields, method, body, nowMilliseconds)
    }

    /// A delivery's headers, read as far as they can be without a key.
    private struct Delivery {
        let candidates: Candidates
        let signature: ArraySlice<UInt8>
        let id: ArraySlice<UInt8>?
        let timestampText: ArraySlice<UInt8>
        let timestamp: Timestamp?
    }

    private func read(_ fields: Fields, _ now: Int64) throws(Refusal) -> Delivery {
        let presented = Presented(fields, names)
        let signature = try presented.signature.required(
            names.signature, orElse: .signatureMalformed)
        let id = try readID(presented)
        var timestampText: ArraySlice<UInt8> = []
        if let name = names.timestamp {
            timestampText = try presented.timestamp.required(name, orElse: .timestampMalformed)
        }
        let candidates = try Candidates(in: signature, of: names)
        if names.timeMember != nil {
            guard let text = candidates.timestamp else { throw .timestampMalformed }
            timestampText = text
        }
        var timestamp: Timestamp?
        if let unit {
            timestamp = try Timestamp(
                timestampText, unit, nowMilliseconds: now, toleranceSeconds: toleranceSeconds)
        }
        return Delivery(
            candidates: candidates, signature: signature, id: id, timestampText: timestampText,
            timestamp: timestamp)
    }

    /// Where the id is signed it must be there; a full stop in it is refused, for joined by full
    /// stops two different messages would be one text.
    private func readID(_ presented: Presented) throws(Refusal) -> ArraySlice<UInt8>? {
        guard let name = names.id else { return nil }
        if !idIsSigned, case .absent = presented.id { return nil }
        let id = try presented.id.required(name, orElse: .idMalformed)
        guard id.count <= 256 else { throw .idMalformed }
        for byte in id {
            guard byte > 0x20, byte < 0x7F else { throw .idMalformed }
            if idIsSigned && byte == UInt8(ascii: ".") { throw .idMalformed }
        }
        return id
    }

    private func judge(
        _ delivery: Delivery, _ fields: Fields, _ method: String, _ body: Span<UInt8>,
        _ now: Int64
    ) throws(CryptoError) -> Verdict {
        var strongerIsWrong = false
        var expiredMatches = false
        for (index, version) in versions.enumerated()
        where !version.keys.isEmpty && delivery.candidates.offers(index) {
            let message: SignedMessage
            do {
                message = try version.message.find(
                    in: fields, signature: delivery.signature, id: delivery.id ?? [],
                    timestamp: delivery.timestampText, method: method)
            } catch {
                return .refused(error)
            }
            for key in version.keys {
                guard
                    try key.accepts(
                        anyOf: delivery.candidates, of: index, over: message, body: body)
                else { continue }
                if key.hasExpired(at: now) {
                    expiredMatches = true
                } else {
                    return strongerIsWrong
                        ? .refused(.schemeDowngrade) : .valid(proof(delivery, key.index))
                }
            }
            if version.isExpected(at: now) { strongerIsWrong = true }
        }
        return .refused(expiredMatches ? .keyExpired : blame(delivery.candidates))
    }

    private func proof(_ delivery: Delivery, _ keyIndex: Int) -> Proof {
        Proof(
            id: delivery.id.map { MessageID(bytes: $0, isSigned: idIsSigned) },
            keyIndex: keyIndex, timestampMilliseconds: delivery.timestamp?.milliseconds)
    }

    /// Why nothing matched.
    private func blame(_ candidates: Candidates) -> Refusal {
        guard candidates.holdsItems else { return .signatureMalformed }
        var isOffered = false
        var weakestHeld = 0
        for (index, version) in versions.enumerated() where !version.keys.isEmpty {
            weakestHeld = index
            guard candidates.offers(index) else { continue }
            isOffered = true
            for place in 0..<candidates.count
            where candidates.signature(at: place, of: index) != nil {
                return .signatureMismatch
            }
        }
        if isOffered { return .signatureMalformed }
        // Only versions that we hold no key for: a weaker or a retired one is a downgrade.
        let offersWeaker = (weakestHeld + 1..<max(versions.count, weakestHeld + 1)).contains {
            candidates.offers($0)
        }
        return offersWeaker || candidates.holdsRetired ? .schemeDowngrade : .signatureMismatch
    }
}
