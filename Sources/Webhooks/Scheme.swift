/// A sender's method to prove that a delivery is its own, as data: a new sender needs no code.
package struct Scheme: Equatable, Sendable {
    /// The value of a source's `scheme`.
    package let name: String
    /// The proof that a delivery carries.
    package let evidence: Evidence

    package init(name: String, evidence: Evidence) {
        self.name = name
        self.evidence = evidence
    }

    /// The proof that a delivery carries.
    package enum Evidence: Equatable, Sendable {
        /// A signature over the body and more.
        case signature(Signing)
        /// A secret sent as it is, in a header; the body is not protected.
        case token(header: String, optionalPrefix: String)
        /// Nothing but the URL that the delivery was posted to: weak, and for random URLs only.
        case address
    }
}

extension Scheme {
    /// True if the body is part of what the secret protects.
    package var signsBody: Bool {
        guard case .signature(let signing) = evidence else { return false }
        return signing.versions.allSatisfy { $0.message.contains(.body) }
    }

    /// True if a delivery carries the time of its signature, so that it is refused when it is old.
    package var signsTime: Bool {
        guard case .signature(let signing) = evidence else { return false }
        return signing.time != nil
    }

    /// True if the value of a header (named in any case) is part of the signed bytes.
    ///
    /// An id from any other header can be changed by an attacker who replays the delivery, so the
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

    /// True if secrets are configured for this scheme.
    package var takesSecrets: Bool { evidence != .address }

    /// True if the signed text contains the source's own URL, which must then be configured.
    package var needsURL: Bool {
        guard case .signature(let signing) = evidence else { return false }
        return signing.versions.contains { version in
            version.message.contains { part in
                if case .url = part { true } else { false }
            }
        }
    }
}
