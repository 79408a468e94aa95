#include "refgate_mail_domains.h"

// The list is that of github.com/disposable-email-domains (CC0, 21 August 2026) and three more, with domains in
// Unicode and sorted. To renew it, replace the file; a test holds its form.

#pragma clang diagnostic ignored "-Wc23-extensions"

static const unsigned char domains[] = {
#embed "disposable-domains.txt"
};

const unsigned char *refgate_disposable_domains(void) { return domains; }

size_t refgate_disposable_domains_count(void) { return sizeof(domains); }
