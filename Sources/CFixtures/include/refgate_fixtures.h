#ifndef REFGATE_FIXTURES_H
#define REFGATE_FIXTURES_H

#include <stddef.h>

/// A file of the repository's folder `fixtures` that the program holds.
typedef struct {
    /// Its path below that folder.
    const char *path;
    const unsigned char *bytes;
    size_t count;
} refgate_fixture;

/// The number of files.
size_t refgate_fixture_count(void);

/// The file with an index below the count.
refgate_fixture refgate_fixture_at(size_t index);

#endif
