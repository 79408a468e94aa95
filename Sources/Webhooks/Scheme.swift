/// How a sender proves that a delivery is its own, as data: a new sender needs no code.
package struct Scheme: Equatable, Sendable {
    /// What a source's `scheme` says.
    package let name: String
    package let evidence: Evidence

    package init(name: String, evidence: Evidence) {
        self.name = name
        self.evidence = evidence
    }

    /// What a delivery carries to be believed.
    package enum Evidence: Equatable, Sendable {
        /// A signature over the body and more.
        case signature(Signing)
        /// A secret sent as it is, in a header; the body itself is not protected.
        case token(header: String, optionalPrefix: String)
        /// Nothing but the address it was posted to: weak, and for random addresses only.
        case address
    }
}

extension Scheme {
    /// Whether the body lies inside what the secret protects.
    package var signsBody: Bool {
        guard case .signature(let signing) = evidence else { return false }
        return signing.versions.allSatisfy { $0.message.contains(.body) }
    }

    /// Whether a delivery tells when it was signed, and is refused later.
    package var signsTime: Bool {
        guard case .signature(let signing) = evidence else { return false }
        return signing.time != nil
    }

    /// Whether the value of a header (named in any case) lies inside the signed bytes.
    ///
    /// An id taken from any other header can be changed by whoever replays the delivery, so the
    /// body's digest has to be unique as well.
    package func signs(header name: String) -> Bool {
        guard case .signature(let signing) = evidence else { return false }
        let name = name.lowercased()
        return signing.versions.allSatisfy { version in
            version.message.contains { part in
                switch part {
                case .header(let header): header.lowercased() == name
                case .id: signing.id?.lowercased() == name
                case .timestamp: signing.time?.header?.lowercased() == name
                default: false
                }
            }
        }
    }

    /// Whether secrets are configured at all.
    package var takesSecrets: Bool { evidence != .address }

    /// Whether a signed text holds the source's own address, which configuration must then give.
    package var needsURL: Bool {
        guard case .signature(let signing) = evidence else { return false }
        return signing.versions.contains { version in
            version.message.contains { part in
                if case .url = part { true } else { false }
            }
        }
    }
}
