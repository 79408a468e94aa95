#ifndef REFGATE_FIXTURES_H
#define REFGATE_FIXTURES_H

#include <stddef.h>

/// A file of the repository's folder `fixtures`, embedded in the program.
typedef struct {
    /// Its path relative to that folder.
    const char *path;
    const unsigned char *bytes;
    size_t count;
} refgate_fixture;

/// The number of files.
size_t refgate_fixture_count(void);

/// The file at an index, which must be below the count.
refgate_fixture refgate_fixture_at(size_t index);

#endif
