#include "CSQLite.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

// A VFS that combines SQLite's writes to a write-ahead log into few large writes.
//
// SQLite writes every frame of a log in two calls, 24 bytes of header and one page, so a group
// commit of 45 pages costs 90 system calls. Here consecutive writes to the log are gathered and
// passed to the VFS below in one piece: when the log is synced, when gathered bytes are read, when
// the file is measured, truncated or closed, and before the wal-index announces the frames to other
// connections (xShmBarrier). So no reader ever sees an index that refers to bytes which are not in
// the file, and a sync covers all that was written, in every synchronous mode. Calls for all other
// files are passed on unchanged.
//
// The VFS also notices that the database, its log or its index is no longer at its path
// (isReplaced). SQLite asks by SQLITE_FCNTL_HAS_MOVED for the database alone, and then closes it
// without checkpointing the log into it; if only the log or the index is gone, the checkpoint is
// what saves the log's rows.

typedef struct CombiningFile CombiningFile;

// The identity of the file that was at a path when it was opened.
typedef struct {
    int isKnown;
    dev_t device;
    ino_t inode;
} Identity;

struct CombiningFile {
    sqlite3_file base;      // what SQLite sees; must be first
    sqlite3_file *real;     // the file of the VFS below, behind this struct
    CombiningFile *log;     // of a database: its log, while that is open
    CombiningFile *database; // of a log: its database
    int isLog;
    const char *name;       // SQLite keeps it as long as the file is open
    Identity identity;
    Identity index;         // of a database: its -shm file
    int failure;            // of a flush that could not report to its caller
    int count;              // gathered bytes
    sqlite3_int64 start;    // where they belong
    unsigned char *buffer;
};

// The unix VFS writes at most 128 KiB at once (seekAndWriteFd keeps 17 bits of the length).
enum { capacity = 124 * 1024 };

static void identify(Identity *identity, const char *path) {
    struct stat status;
    if (stat(path, &status) != 0) return;
    identity->device = status.st_dev;
    identity->inode = status.st_ino;
    identity->isKnown = 1;
}

static int isElsewhere(const Identity *identity, const char *path) {
    struct stat status;
    if (!identity->isKnown) return 0;
    return stat(path, &status) != 0 || status.st_dev != identity->device || status.st_ino != identity->inode;
}

// The index lies beside the database, at its path with this suffix.
static char *indexPath(const char *name) {
    size_t size = strlen(name) + sizeof "-shm";
    char *path = malloc(size);
    if (path) snprintf(path, size, "%s-shm", name);
    return path;
}

// True if the path of a database, of its log or of its index now leads to another file or to none.
static int isReplaced(const CombiningFile *database) {
    if (!database->name) return 0;
    if (isElsewhere(&database->identity, database->name)) return 1;
    const CombiningFile *log = database->log;
    if (log && isElsewhere(&log->identity, log->name)) return 1;
    if (!database->index.isKnown) return 0;
    char *path = indexPath(database->name);
    int isGone = path && isElsewhere(&database->index, path);
    free(path);
    return isGone;
}

static CombiningFile *self(sqlite3_file *file) { return (CombiningFile *)file; }
static sqlite3_file *real(sqlite3_file *file) { return self(file)->real; }

// SQLite reports a full disk as full, but a file that may not grow (RLIMIT_FSIZE) as a disk error.
static int writeReal(CombiningFile *file, const void *from, int count, sqlite3_int64 offset) {
    errno = 0;
    int code = file->real->pMethods->xWrite(file->real, from, count, offset);
    return code == SQLITE_IOERR_WRITE && errno == EFBIG ? SQLITE_FULL : code;
}

static int flush(CombiningFile *file) {
    if (!file || file->count == 0) return SQLITE_OK;
    int count = file->count;
    file->count = 0;
    return writeReal(file, file->buffer, count, file->start);
}

static int takeFailure(CombiningFile *file) {
    int failure = file->failure;
    file->failure = SQLITE_OK;
    return failure;
}

static int combiningClose(sqlite3_file *file) {
    CombiningFile *it = self(file);
    (void)flush(it);
    if (it->database) it->database->log = NULL;
    if (it->log) it->log->database = NULL;
    free(it->buffer);
    return it->real->pMethods->xClose(it->real);
}

static int combiningRead(sqlite3_file *file, void *into, int count, sqlite3_int64 offset) {
    CombiningFile *it = self(file);
    if (it->count && offset < it->start + it->count && offset + count > it->start) {
        int code = flush(it);
        if (code != SQLITE_OK) return code;
    }
    return it->real->pMethods->xRead(it->real, into, count, offset);
}

static int combiningWrite(sqlite3_file *file, const void *from, int count, sqlite3_int64 offset) {
    CombiningFile *it = self(file);
    if (!it->isLog) return writeReal(it, from, count, offset);
    int code = takeFailure(it);
    if (code != SQLITE_OK) return code;
    if (it->count && (offset != it->start + it->count || it->count + count > capacity)) {
        code = flush(it);
        if (code != SQLITE_OK) return code;
    }
    if (count > capacity) return writeReal(it, from, count, offset);
    if (!it->buffer && !(it->buffer = malloc(capacity))) return SQLITE_IOERR_NOMEM;
    if (it->count == 0) it->start = offset;
    memcpy(it->buffer + it->count, from, count);
    it->count += count;
    return SQLITE_OK;
}

static int combiningTruncate(sqlite3_file *file, sqlite3_int64 size) {
    int code = flush(self(file));
    return code != SQLITE_OK ? code : real(file)->pMethods->xTruncate(real(file), size);
}

static int combiningSync(sqlite3_file *file, int flags) {
    int code = takeFailure(self(file));
    if (code == SQLITE_OK) code = flush(self(file));
    return code != SQLITE_OK ? code : real(file)->pMethods->xSync(real(file), flags);
}

static int combiningFileSize(sqlite3_file *file, sqlite3_int64 *size) {
    int code = flush(self(file));
    return code != SQLITE_OK ? code : real(file)->pMethods->xFileSize(real(file), size);
}

static void combiningBarrier(sqlite3_file *file) {
    CombiningFile *log = self(file)->log;
    int code = flush(log);
    if (code != SQLITE_OK) log->failure = code;
    real(file)->pMethods->xShmBarrier(real(file));
}

static int combiningFileControl(sqlite3_file *file, int op, void *arg) {
    CombiningFile *it = self(file);
    if (op == SQLITE_FCNTL_HAS_MOVED && it->name) {
        *(int *)arg = isElsewhere(&it->identity, it->name);
        return SQLITE_OK;
    }
    if (op == REFGATE_FCNTL_IS_REPLACED) {
        *(int *)arg = isReplaced(it);
        return SQLITE_OK;
    }
    if (op == REFGATE_FCNTL_FILE_SIZE) return it->real->pMethods->xFileSize(it->real, arg);
    if (op == REFGATE_FCNTL_LOG_SIZE) {
        *(sqlite3_int64 *)arg = 0;
        sqlite3_file *log = it->log ? it->log->real : NULL;
        return log ? log->pMethods->xFileSize(log, arg) : SQLITE_OK;
    }
    int code = it->real->pMethods->xFileControl(it->real, op, arg);
    // The last connection to close asks if it should keep the log, and otherwise deletes log and
    // index by their names, which belong to another database once this one was replaced.
    if (op == SQLITE_FCNTL_PERSIST_WAL && code == SQLITE_OK && isReplaced(it)) *(int *)arg = 1;
    return code;
}

static int combiningShmMap(sqlite3_file *file, int region, int size, int extend, void volatile **out) {
    CombiningFile *it = self(file);
    int code = it->real->pMethods->xShmMap(it->real, region, size, extend, out);
    if (code == SQLITE_OK && !it->index.isKnown && it->name) {
        char *path = indexPath(it->name);
        if (path) identify(&it->index, path);
        free(path);
    }
    return code;
}

// The remaining methods pass the call on unchanged.

static int combiningLock(sqlite3_file *f, int l) { return real(f)->pMethods->xLock(real(f), l); }
static int combiningUnlock(sqlite3_file *f, int l) { return real(f)->pMethods->xUnlock(real(f), l); }
static int combiningCheckReservedLock(sqlite3_file *f, int *out) {
    return real(f)->pMethods->xCheckReservedLock(real(f), out);
}
static int combiningSectorSize(sqlite3_file *f) { return real(f)->pMethods->xSectorSize(real(f)); }
static int combiningDeviceCharacteristics(sqlite3_file *f) {
    return real(f)->pMethods->xDeviceCharacteristics(real(f));
}
static int combiningShmLock(sqlite3_file *f, int offset, int n, int flags) {
    return real(f)->pMethods->xShmLock(real(f), offset, n, flags);
}
static int combiningShmUnmap(sqlite3_file *f, int deleteFlag) {
    return real(f)->pMethods->xShmUnmap(real(f), deleteFlag);
}
static int combiningFetch(sqlite3_file *f, sqlite3_int64 offset, int count, void **out) {
    return real(f)->pMethods->xFetch(real(f), offset, count, out);
}
static int combiningUnfetch(sqlite3_file *f, sqlite3_int64 offset, void *page) {
    return real(f)->pMethods->xUnfetch(real(f), offset, page);
}

// xFetch and xUnfetch belong to version 3 and the shared memory to version 2: a VFS below that has
// less gets a table that promises no more than it has.
static const sqlite3_io_methods methodsOfVersion3 = {
    3, combiningClose, combiningRead, combiningWrite, combiningTruncate, combiningSync,
    combiningFileSize, combiningLock, combiningUnlock, combiningCheckReservedLock,
    combiningFileControl, combiningSectorSize, combiningDeviceCharacteristics, combiningShmMap,
    combiningShmLock, combiningBarrier, combiningShmUnmap, combiningFetch, combiningUnfetch};
static const sqlite3_io_methods methodsOfVersion2 = {
    2, combiningClose, combiningRead, combiningWrite, combiningTruncate, combiningSync,
    combiningFileSize, combiningLock, combiningUnlock, combiningCheckReservedLock,
    combiningFileControl, combiningSectorSize, combiningDeviceCharacteristics, combiningShmMap,
    combiningShmLock, combiningBarrier, combiningShmUnmap, NULL, NULL};
static const sqlite3_io_methods methodsOfVersion1 = {
    1, combiningClose, combiningRead, combiningWrite, combiningTruncate, combiningSync,
    combiningFileSize, combiningLock, combiningUnlock, combiningCheckReservedLock,
    combiningFileControl, combiningSectorSize, combiningDeviceCharacteristics, NULL,
    NULL, NULL, NULL, NULL, NULL};

static int combiningOpen(
    sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *outFlags) {
    sqlite3_vfs *below = vfs->pAppData;
    CombiningFile *it = self(file);
    memset(it, 0, sizeof *it);
    it->real = (sqlite3_file *)(it + 1);
    int code = below->xOpen(below, name, it->real, flags, outFlags);
    if (!it->real->pMethods) return code;  // nothing to close
    int version = it->real->pMethods->iVersion;
    it->base.pMethods = version >= 3   ? &methodsOfVersion3
                        : version == 2 ? &methodsOfVersion2
                                       : &methodsOfVersion1;
    if (code == SQLITE_OK && (flags & (SQLITE_OPEN_MAIN_DB | SQLITE_OPEN_WAL)) && name) {
        it->name = name;
        identify(&it->identity, name);
    }
    if (code == SQLITE_OK && (flags & SQLITE_OPEN_WAL) && name) {
        it->isLog = 1;
        it->database = self(sqlite3_database_file_object(name));
        if (it->database) it->database->log = it;
    }
    return code;
}

int refgate_register_write_combining_vfs(const char *name, const char *below) {
    sqlite3_vfs *found = sqlite3_vfs_find(below);
    if (!found) return SQLITE_NOTFOUND;
    if (sqlite3_vfs_find(name)) return SQLITE_OK;
    sqlite3_vfs *vfs = malloc(sizeof *vfs);
    char *copy = malloc(strlen(name) + 1);
    if (!vfs || !copy) {
        free(vfs);
        free(copy);
        return SQLITE_NOMEM;
    }
    // The methods that take a VFS and no file are those of the VFS below. They receive this struct,
    // a copy of theirs except for the members set here; the unix VFS reads no other member.
    *vfs = *found;
    vfs->pNext = NULL;
    vfs->zName = strcpy(copy, name);
    vfs->pAppData = found;
    vfs->szOsFile = (int)sizeof(CombiningFile) + found->szOsFile;
    vfs->xOpen = combiningOpen;
    return sqlite3_vfs_register(vfs, 0);
}
