#ifndef REFGATE_CSQLITE_H
#define REFGATE_CSQLITE_H

// The system's SQLite, plus inline wrappers for its variadic calls and pointer-valued macros.

#include <sqlite3.h>

/// SQLITE_STATIC: the bound bytes stay put until the statement is reset.
static inline sqlite3_destructor_type refgate_sqlite_static(void) { return SQLITE_STATIC; }

/// SQLITE_TRANSIENT: SQLite copies the bound bytes.
static inline sqlite3_destructor_type refgate_sqlite_transient(void) { return SQLITE_TRANSIENT; }

static inline int refgate_sqlite_config_int(int option, int value) {
    return sqlite3_config(option, value);
}

static inline int refgate_sqlite_config_pagecache(void *buffer, int size, int count) {
    return sqlite3_config(SQLITE_CONFIG_PAGECACHE, buffer, size, count);
}

static inline int refgate_sqlite_db_config(sqlite3 *db, int option, int value) {
    return sqlite3_db_config(db, option, value, (int *)0);
}

/// Registers a VFS that joins writes to a write-ahead log into few large ones, above the VFS named
/// `below` (NULL: the default one). Registering a name twice has no effect. Returns an SQLite code.
int refgate_register_write_combining_vfs(const char *name, const char *below);

#endif
