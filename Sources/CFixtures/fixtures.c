#include "refgate_fixtures.h"

// fixtures.inc has one FIXTURE line for each file; `Tests/embed-fixtures` writes it. The bytes are
// read from the files when the program is built.

#pragma clang diagnostic ignored "-Wc23-extensions"

#include "fixtures.inc"

size_t refgate_fixture_count(void) { return sizeof(fixtures) / sizeof(fixtures[0]); }

refgate_fixture refgate_fixture_at(size_t index) { return fixtures[index]; }
