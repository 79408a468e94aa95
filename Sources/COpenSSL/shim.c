#include "COpenSSL.h"

#include <ctype.h>
#include <dirent.h>
#include <stdlib.h>
#include <string.h>

static int holds_certificate(const char *path) {
    BIO *file = BIO_new_file(path, "r");
    X509 *first = file == NULL ? NULL : PEM_read_bio_X509_AUX(file, NULL, NULL, NULL);
    int found = first != NULL;
    X509_free(first);
    BIO_free(file);
    ERR_clear_error();
    return found;
}

// OpenSSL finds certificates in a folder by names such as 5ad8a5d6.0.
static int is_hashed_name(const char *name) {
    for (int i = 0; i < 8; i++) {
        if (!isxdigit((unsigned char)name[i])) return 0;
    }
    return name[8] == '.' && isdigit((unsigned char)name[9]);
}

static int folder_holds_certificate(const char *path) {
    DIR *folder = opendir(path);
    if (folder == NULL) return 0;
    int found = 0;
    for (struct dirent *entry; !found && (entry = readdir(folder)) != NULL;) {
        found = is_hashed_name(entry->d_name);
    }
    closedir(folder);
    return found;
}

int refgate_trust(SSL_CTX *context) {
    const char *file = getenv(X509_get_default_cert_file_env());
    if (file != NULL && *file != 0 && !holds_certificate(file)) return REFGATE_TRUST_FILE_UNUSABLE;
    // The content of a file was loaded when the context was created; folders are read when a
    // certificate is looked up.
    X509_STORE *store = SSL_CTX_get_cert_store(context);
    if (sk_X509_OBJECT_num(X509_STORE_get0_objects(store)) > 0) return REFGATE_TRUST_THERE;
    const char *folders = getenv(X509_get_default_cert_dir_env());
    if (folders == NULL) folders = X509_get_default_cert_dir();
    char *copy = strdup(folders), *rest = copy, *folder;
    int found = 0;
    while (!found && (folder = strsep(&rest, ":")) != NULL) found = folder_holds_certificate(folder);
    free(copy);
    return found ? REFGATE_TRUST_THERE : REFGATE_TRUST_NONE;
}
