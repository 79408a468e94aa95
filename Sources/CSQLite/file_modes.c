#include "CSQLite.h"

#include <errno.h>
#include <sys/stat.h>

int refgate_make_private_file(const char *path) {
    return mknod(path, S_IFREG | 0600, 0) == 0 ? 0 : errno;
}

int refgate_file_permissions(const char *path) {
    struct stat status;
    return stat(path, &status) == 0 ? (int)(status.st_mode & 0777) : -1;
}

int refgate_file_has_content(const char *path) {
    struct stat status;
    if (stat(path, &status) != 0) return errno != ENOENT;
    return !S_ISREG(status.st_mode) || status.st_size > 0;
}
