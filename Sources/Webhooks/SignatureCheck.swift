import Crypto
import HTTP
import Time

/// A signature scheme with its keys, ready to judge deliveries.
struct SignatureCheck: Sendable {
    /// One version of the scheme with the keys that the configured secrets gave it.
    private struct Version: Sendable {
        let message: MessagePlan
        let keys: [SignatureKey]

        /// Expired keys don't count: nobody is expected to sign with them any more.
        func isExpected(at now: Instant) -> Bool { keys.contains { !$0.hasExpired(at: now) } }
    }

    private let names: HeaderNames
    private let unit: Signing.TimeSource.Unit?
    private let idIsSigned: Bool
    /// What stands beside the id in the signed text and so can't stand inside it.
    private let idBorders: [UInt8]
    private let versions: [Version]
    private let toleranceSeconds: Int64

    init(
        _ signing: Signing, keys: [[SignatureKey]], toleranceSeconds: Int, url: String?
    ) {
        precondition(keys.count == signing.versions.count, "each version has a list of keys")
        names = HeaderNames(signing)
        unit = signing.time?.unit
        idIsSigned = signing.signsID
        idBorders = signing.idBorders
        versions = zip(signing.versions, keys).map { version, keys in
            Version(
                message: MessagePlan(version.message, layout: signing.layout, url: url), keys: keys)
        }
        self.toleranceSeconds = Int64(toleranceSeconds)
    }

    func verify(
        fields: Fields, method: String, body: Span<UInt8>, now: Instant
    ) throws(CryptoError) -> Verdict {
        let delivery: Delivery
        do {
            delivery = try read(fields, now)
        } catch {
            return .refused(error)
        }
        return try judge(delivery, fields, method, body, now)
    }

    /// A delivery's headers, read as far as they can be without a key.
    private struct Delivery {
        let candidates: Candidates
        let signature: ArraySlice<UInt8>
        let id: ArraySlice<UInt8>?
        let timestampText: ArraySlice<UInt8>
        let timestamp: Instant?
    }

    private func read(_ fields: Fields, _ now: Instant) throws(Refusal) -> Delivery {
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
        var timestamp: Instant?
        if let unit {
            timestamp = try Timestamp.read(
                timestampText, unit, now: now, toleranceSeconds: toleranceSeconds)
        }
        return Delivery(
            candidates: candidates, signature: signature, id: id, timestampText: timestampText,
            timestamp: timestamp)
    }

    /// Where the id is signed it must be there.
    private func readID(_ presented: Presented) throws(Refusal) -> ArraySlice<UInt8>? {
        guard let name = names.id else { return nil }
        if !idIsSigned, case .absent = presented.id { return nil }
        let id = try presented.id.required(name, orElse: .idMalformed)
        guard MessageID.isWellFormed(id, without: idBorders) else { throw .idMalformed }
        return id
    }

    private func judge(
        _ delivery: Delivery, _ fields: Fields, _ method: String, _ body: Span<UInt8>,
        _ now: Instant
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
            keyIndex: keyIndex, timestamp: delivery.timestamp)
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
