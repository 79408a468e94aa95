import COpenSSL

/// The TLS state of one client connection, as bytes in and bytes out. Its owner owns the socket.
@safe package final class ClientSession {
    /// The result of one step.
    package enum Progress: Equatable {
        case done
        /// The peer must send more first.
        case needsMore
        /// The peer has ended the session.
        case ended
    }

    private let session: OpaquePointer
    private let context: ClientContext
    /// Bytes from the peer, which OpenSSL reads; the session owns both buffers.
    private let incoming: OpaquePointer?
    private let outgoing: OpaquePointer?

    /// - Parameter host: the name or IP address for which the peer's certificate must be valid.
    package init(
        _ context: ClientContext, host: String, isAddress: Bool
    ) throws(TLSError) {
        ERR_clear_error()
        guard let session = unsafe SSL_new(context.handle) else { throw .library }
        unsafe self.session = session
        self.context = context
        let incoming = unsafe BIO_new(BIO_s_mem())
        let outgoing = unsafe BIO_new(BIO_s_mem())
        unsafe self.incoming = incoming
        unsafe self.outgoing = outgoing
        // The session frees both; if one is missing it frees the other.
        unsafe SSL_set_bio(session, incoming, outgoing)
        guard unsafe incoming != nil, unsafe outgoing != nil else { throw .library }
        unsafe SSL_set_connect_state(session)
        let isPinned: Bool
        if isAddress {
            // RFC 6066 section 3: an address is not sent as a server name.
            let parameters = unsafe SSL_get0_param(session)
            isPinned = unsafe X509_VERIFY_PARAM_set1_ip_asc(parameters, host) == 1
        } else {
            // RFC 9525 section 2: the names of a certificate are its subject alternative names. OpenSSL
            // would read the common name where there are none.
            unsafe SSL_set_hostflags(
                session,
                UInt32(X509_CHECK_FLAG_NO_PARTIAL_WILDCARDS | X509_CHECK_FLAG_NEVER_CHECK_SUBJECT))
            isPinned = unsafe SSL_set1_host(session, host) == 1 && Self.setServerName(session, host)
        }
        guard isPinned else { throw .library }
    }

    deinit { unsafe SSL_free(session) }

    /// SSL_set_tlsext_host_name is a macro.
    private static func setServerName(_ session: OpaquePointer, _ host: String) -> Bool {
        var name = Array(host.utf8CString)
        return unsafe name.withUnsafeMutableBytes { buffer in
            unsafe SSL_ctrl(
                session, SSL_CTRL_SET_TLSEXT_HOSTNAME, Int(TLSEXT_NAMETYPE_host_name),
                buffer.baseAddress) == 1
        }
    }

    /// Passes bytes that the peer sent to the session.
    package func feed(_ bytes: Span<UInt8>) throws(TLSError) {
        // A memory BIO takes everything that memory has room for.
        let count = unsafe bytes.withUnsafeBufferPointer { buffer in
            unsafe BIO_write(incoming, buffer.baseAddress, CInt(clamping: buffer.count))
        }
        guard Int(count) == bytes.count else { throw .library }
    }

    /// Removes and returns the bytes that must be sent to the peer.
    package func takeOutput() -> [UInt8] {
        let pending = unsafe Int(BIO_ctrl_pending(outgoing))
        guard pending > 0 else { return [] }
        var bytes = [UInt8](repeating: 0, count: pending)
        let count = unsafe bytes.withUnsafeMutableBytes {
            unsafe BIO_read(outgoing, $0.baseAddress, CInt(clamping: $0.count))
        }
        bytes.removeLast(pending - max(0, Int(count)))
        return bytes
    }

    /// True if bytes of the peer have not been read yet: a part of a record, or whole records.
    package var hasUnread: Bool {
        // OpenSSL keeps the beginning of a record; after its header alone only the state says so.
        let isWithinRecord = unsafe refgate_is_within_record(session) == 1
        return unsafe isWithinRecord || BIO_ctrl_pending(incoming) > 0
            || SSL_has_pending(session) == 1
    }

    /// Advances the handshake.
    package func handshake() throws(TLSError) -> Progress {
        ERR_clear_error()
        let result = unsafe SSL_do_handshake(session)
        if result == 1 { return .done }
        return try progress(after: result)
    }

    /// Encrypts bytes to be sent; only after the handshake.
    package func write(_ bytes: [UInt8]) throws(TLSError) {
        ERR_clear_error()
        var start = 0
        while start < bytes.count {
            let result = unsafe bytes.withUnsafeBytes {
                unsafe SSL_write(
                    session, $0.baseAddress! + start, CInt(clamping: $0.count - start))
            }
            guard result > 0 else { throw failure() }
            start += Int(result)
        }
    }

    /// Decrypts the received bytes and appends them.
    package func read(into bytes: inout [UInt8]) throws(TLSError) -> Progress {
        var piece = [UInt8](repeating: 0, count: 16_384)
        while true {
            ERR_clear_error()
            let result = unsafe piece.withUnsafeMutableBytes {
                unsafe SSL_read(session, $0.baseAddress, CInt($0.count))
            }
            guard result > 0 else { return try progress(after: result) }
            bytes.append(contentsOf: piece[..<Int(result)])
        }
    }

    private func progress(after result: CInt) throws(TLSError) -> Progress {
        switch unsafe SSL_get_error(session, result) {
        case SSL_ERROR_WANT_READ, SSL_ERROR_WANT_WRITE: return .needsMore
        case SSL_ERROR_ZERO_RETURN: return .ended
        default: throw failure()
        }
    }

    /// True if no trusted authority issued the certificate, as is always the case if no authority
    /// is trusted.
    private static func findsNoIssuer(_ verdict: Int) -> Bool {
        [
            X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT, X509_V_ERR_UNABLE_TO_GET_ISSUER_CERT_LOCALLY,
            X509_V_ERR_DEPTH_ZERO_SELF_SIGNED_CERT, X509_V_ERR_SELF_SIGNED_CERT_IN_CHAIN,
            X509_V_ERR_UNABLE_TO_VERIFY_LEAF_SIGNATURE,
        ].contains { Int($0) == verdict }
    }

    private func failure() -> TLSError {
        let verdict = unsafe SSL_get_verify_result(session)
        guard verdict != Int(X509_V_ERR_OUT_OF_MEM),
            refgate_is_allocation_failure(ERR_peek_error()) == 0,
            refgate_is_allocation_failure(ERR_peek_last_error()) == 0
        else {
            ERR_clear_error()
            return .library
        }
        guard verdict == Int(X509_V_OK) else {
            ERR_clear_error()
            if Self.findsNoIssuer(verdict), let lack = context.lackOfTrust { return .trust(lack) }
            return .certificate(
                reason: unsafe String(cString: X509_verify_cert_error_string(verdict)))
        }
        let code = ERR_get_error()
        ERR_clear_error()
        guard code != 0, let reason = unsafe ERR_reason_error_string(code) else {
            return .handshake(reason: "the peer closed the session")
        }
        return .handshake(reason: unsafe String(cString: reason))
    }
}
