import Time

/// The reason why a delivery is not accepted as authentic.
package enum Refusal: Error, Equatable, Sendable {
    /// A header that the scheme needs is absent or empty.
    case headerMissing(String)
    case timestampMalformed
    case timestampTooOld
    case timestampInFuture
    /// Too old or in the future because it uses another unit since 1970 than the scheme.
    case timestampUnit(found: UnixCount.Unit, wanted: UnixCount.Unit)
    /// The signature is absent, or does not have the scheme's form.
    case signatureMalformed
    case signatureMismatch
    /// The signature is right, but was made with a secret that has expired.
    case keyExpired
    case idMalformed
    /// The delivery is signed only in a weaker way than it should be, or only the weaker signature
    /// is right.
    case schemeDowngrade
}

extension Refusal {
    /// The reason in the response: one of a closed list, part of the public contract.
    package var verdict: String {
        switch self {
        case .headerMissing: "header_missing"
        case .timestampMalformed: "timestamp_malformed"
        case .timestampTooOld: "timestamp_too_old"
        case .timestampInFuture: "timestamp_in_future"
        case .timestampUnit(let found, _):
            // A number of seconds is too small for any other unit.
            found == .seconds ? "timestamp_too_old" : "timestamp_in_future"
        case .signatureMalformed: "signature_malformed"
        case .signatureMismatch: "signature_mismatch"
        case .keyExpired: "key_expired"
        case .idMalformed: "id_malformed"
        case .schemeDowngrade: "scheme_downgrade"
        }
    }
}

extension Refusal: CustomStringConvertible {
    /// A sentence for the sender: the part to check, never the expected value.
    package var description: String {
        switch self {
        case .headerMissing(let name): "The header \(name) is missing or empty."
        case .timestampMalformed: "The timestamp does not have the format of this scheme."
        case .timestampTooOld:
            "The timestamp is too old: the delivery is a replay, or a clock is wrong."
        case .timestampInFuture: "The timestamp is in the future: a clock is wrong."
        case .timestampUnit(let found, let wanted):
            "The timestamp is in \(found); this scheme uses \(wanted)."
        case .signatureMalformed:
            "No signature in the format of this scheme was found."
        case .signatureMismatch:
            "No signature matches: the secret is different, or the body was changed on the way."
        case .keyExpired: "The signature was made with a secret that has expired."
        case .idMalformed:
            "The message id is repeated, too long, or contains a character that is not allowed."
        case .schemeDowngrade: "The delivery is signed only in a weaker way than it should be."
        }
    }
}
