import COpenSSL

/// What all sessions share: whom to trust, and which versions to speak. Made once; making one reads the
/// system's certificates.
@safe package final class ClientContext: @unchecked Sendable {
    // Sendable: OpenSSL lets any number of threads make sessions of one context, which is never changed
    // after it was made (openssl-threads(7)).
    let handle: OpaquePointer

    /// Trusts what OpenSSL trusts by default: the system's certificates, and the file that `SSL_CERT_FILE`
    /// names. TLS 1.2 or newer; certificates are always verified.
    package init() throws(TLSError) {
        guard let handle = unsafe SSL_CTX_new(TLS_client_method()) else { throw .library }
        unsafe self.handle = handle
        unsafe SSL_CTX_set_verify(handle, SSL_VERIFY_PEER, nil)
        guard unsafe SSL_CTX_set_default_verify_paths(handle) == 1,
            unsafe SSL_CTX_ctrl(handle, SSL_CTRL_SET_MIN_PROTO_VERSION, Int(TLS1_2_VERSION), nil)
                == 1
        else { throw .library }
    }

    deinit { unsafe SSL_CTX_free(handle) }

    /// Why no certificate at all can be verified on this machine; nil where some can.
    var lackOfTrust: TrustLack? {
        switch unsafe Int(refgate_trust(handle)) {
        case REFGATE_TRUST_NONE: .noAnchors
        case REFGATE_TRUST_FILE_UNUSABLE: .fileUnusable
        default: nil
        }
    }
}

/// Why a session cannot be, or cannot go on.
package enum TLSError: Error, Equatable, Sendable {
    /// The peer's certificate is not one of the host that was called, or nobody vouches for it.
    case certificate(reason: String)
    /// The peer broke the protocol, or shares none with us.
    case handshake(reason: String)
    /// This machine cannot verify any certificate, so that the peer's was not judged.
    case trust(TrustLack)
    /// OpenSSL itself failed.
    case library
}

/// What this machine lacks to verify certificates.
package enum TrustLack: Equatable, Sendable {
    case noAnchors
    case fileUnusable
}

extension TrustLack: CustomStringConvertible {
    package var description: String {
        switch self {
        case .noAnchors:
            "this machine has no trust anchors: install ca-certificates, or name a file of them with"
                + " SSL_CERT_FILE"
        case .fileUnusable:
            "the file that SSL_CERT_FILE names cannot be read, or holds no certificate"
        }
    }
}

extension TLSError: CustomStringConvertible {
    package var description: String {
        switch self {
        case .certificate(let reason): "the certificate is not accepted: \(reason)"
        case .handshake(let reason): "TLS failed: \(reason)"
        case .trust(let lack): lack.description
        case .library: "OpenSSL failed"
        }
    }
}
