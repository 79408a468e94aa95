#ifndef REFGATE_MAIL_DOMAINS_H
#define REFGATE_MAIL_DOMAINS_H

#include <stddef.h>

/// The domains of disposable mail, one a line, in the order of their bytes.
const unsigned char *refgate_disposable_domains(void);

/// The number of bytes of the list.
size_t refgate_disposable_domains_count(void);

#endif
