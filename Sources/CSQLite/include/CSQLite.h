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

static inline int refgate_checkpoint_hook(void *limits, sqlite3 *db, const char *name, int frames) {
    int from = (int)((long long)limits >> 32), below = (int)(long long)limits;
    if (frames >= from && frames < below)
        sqlite3_wal_checkpoint_v2(db, name, SQLITE_CHECKPOINT_PASSIVE, (int *)0, (int *)0);
    return SQLITE_OK;
}

/// Lets a commit checkpoint the log into the database only while the log has at least `from` and
/// fewer than `below` frames. It replaces `wal_autocheckpoint`, which has no upper bound.
static inline void refgate_limit_checkpoints(sqlite3 *db, int from, int below) {
    sqlite3_wal_hook(db, refgate_checkpoint_hook, (void *)((long long)from << 32 | below));
}

/// A file control of this VFS for a database: sets an int to 1 if the path of the database, its log
/// or its index now leads to another file or to none. SQLite leaves the numbers from 100 on to
/// applications.
#define REFGATE_FCNTL_IS_REPLACED 4701

/// A file control of this VFS for a database: sets an sqlite3_int64 to the size of its log in
/// bytes, as far as they are in the file; 0 without a log.
#define REFGATE_FCNTL_LOG_SIZE 4702

/// A file control of this VFS for a database: sets an sqlite3_int64 to the size of its file in
/// bytes.
#define REFGATE_FCNTL_FILE_SIZE 4703

/// Registers a VFS that combines writes to a write-ahead log into few large ones, on top of the VFS
/// named `below` (NULL: the default one). Registering a name twice has no effect. Returns an SQLite
/// code.
int refgate_register_write_combining_vfs(const char *name, const char *below);

/// Creates an empty file that only its owner may read and write, if there is no file. The file is
/// not opened: closing a file that the process has open elsewhere drops SQLite's locks on it.
/// Returns 0 or errno.
int refgate_make_private_file(const char *path);

/// Returns the permissions of a file, the low nine bits of its mode; -1 if there is no file.
int refgate_file_permissions(const char *path);

/// Returns 0 if there is no file or an empty one.
int refgate_file_has_content(const char *path);

#endif
