import COpenSSL

/// The settings that all client sessions share: the trusted certificates and the protocol versions.
/// Created once; creation reads the system's certificates.
@safe package final class ClientContext: @unchecked Sendable {
    // Sendable: OpenSSL lets any number of threads create sessions of one context, which never
    // changes after it was made (openssl-threads(7)).
    let handle: OpaquePointer

    /// Trusts OpenSSL's defaults: the system's certificates, and the file that `SSL_CERT_FILE`
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

    /// The reason why this machine can verify no certificate at all; nil if it can.
    var lackOfTrust: TrustLack? {
        switch unsafe Int(refgate_trust(handle)) {
        case REFGATE_TRUST_NONE: .noAnchors
        case REFGATE_TRUST_FILE_UNUSABLE: .fileUnusable
        default: nil
        }
    }
}

/// The reason why a session could not be established or was broken off.
package enum TLSError: Error, Equatable, Sendable {
    /// The peer's certificate is not valid for the host, or no trusted authority issued it.
    case certificate(reason: String)
    /// The peer broke the protocol, or shares no version or cipher with us.
    case handshake(reason: String)
    /// This machine cannot verify any certificate, so the peer's was not checked.
    case trust(TrustLack)
    /// OpenSSL itself failed.
    case library
}

/// The missing prerequisite for verifying certificates on this machine.
package enum TrustLack: Equatable, Sendable {
    case noAnchors
    case fileUnusable
}

extension TrustLack: CustomStringConvertible {
    /// The lack in words, with the variable or folder to set right.
    package var description: String {
        switch self {
        case .noAnchors:
            "this machine has no trust anchors: install ca-certificates, or set SSL_CERT_FILE"
                + " to a file with trusted certificates"
        case .fileUnusable:
            "the file that SSL_CERT_FILE names cannot be read, or holds no certificate"
        }
    }
}

extension TLSError: CustomStringConvertible {
    /// The error in words.
    package var description: String {
        switch self {
        case .certificate(let reason): "the certificate is not accepted: \(reason)"
        case .handshake(let reason): "TLS failed: \(reason)"
        case .trust(let lack): lack.description
        case .library: "OpenSSL failed"
        }
    }
}
