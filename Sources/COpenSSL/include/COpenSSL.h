#ifndef REFGATE_COPENSSL_H
#define REFGATE_COPENSSL_H

// The system's OpenSSL 3.

#include <openssl/bio.h>
#include <openssl/core_names.h>
#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/params.h>
#include <openssl/pem.h>
#include <openssl/rand.h>
#include <openssl/ssl.h>
#include <openssl/x509.h>
#include <openssl/x509v3.h>
#include <string.h>

// True if an error says that OpenSSL could not allocate; the reason is a macro of several macros.
static inline int refgate_is_allocation_failure(unsigned long error) {
    return ERR_GET_REASON(error) == ERR_R_MALLOC_FAILURE;
}

// True if the header of a record was read and its body was not.
static inline int refgate_is_within_record(const SSL *session) {
    return strcmp(SSL_rstate_string(session), "RB") == 0;
}

// The reasons for which no certificate can be verified, independent of the peer's certificate.
enum {
    REFGATE_TRUST_THERE = 0,
    // No file and no folder holds a trusted certificate.
    REFGATE_TRUST_NONE,
    // SSL_CERT_FILE names a file that cannot be read or holds no certificate.
    REFGATE_TRUST_FILE_UNUSABLE,
};
int refgate_trust(SSL_CTX *context);

#endif
