#include "CTestVFS.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

// Writes go through to the real file at once, so that SQLite reads back what it wrote, and are kept with
// what was there before until the file is synced. When the power fails, they are undone from the last to
// the first, and then done again in their order, each sector only if it is lucky.

enum { sector = 512, most = 64 };

typedef struct Change Change;
struct Change {
    Change *next, *previous;
    int isTruncation;
    sqlite3_int64 offset, sizeBefore;
    int count, countBefore;     // bytes written, and bytes that were there before
    unsigned char *before;
    unsigned char bytes[];
};

// What is not on the disk yet of one file.
typedef struct {
    char *path;
    Change *first, *last;
} Pending;

typedef struct {
    sqlite3_file base;
    sqlite3_file *real;
    Pending *pending;
} PowerFile;

static Pending pendings[most];
static int pendingCount;
static long operations, failAt;
static int isOff;

static sqlite3_file *real(sqlite3_file *f) { return ((PowerFile *)f)->real; }

static void forget(Pending *pending) {
    for (Change *it = pending->first; it;) {
        Change *next = it->next;
        free(it->before);
        free(it);
        it = next;
    }
    pending->first = pending->last = NULL;
}

static Pending *pendingOf(const char *path) {
    for (int i = 0; i < pendingCount; i++)
        if (strcmp(pendings[i].path, path) == 0) return &pendings[i];
    if (pendingCount == most) return NULL;
    pendings[pendingCount].path = strdup(path);
    return &pendings[pendingCount++];
}

// Counts an operation. True where the power is off by now: it is not done any more.
static int fails(void) {
    if (isOff) return 1;
    operations += 1;
    if (failAt && operations >= failAt) isOff = 1;
    return isOff;
}

static int keep(PowerFile *file, const void *bytes, int count, sqlite3_int64 offset, int isTruncation) {
    sqlite3_int64 size = 0;
    int code = file->real->pMethods->xFileSize(file->real, &size);
    if (code != SQLITE_OK) return code;
    Change *it = calloc(1, sizeof *it + (size_t)count);
    if (!it) return SQLITE_NOMEM;
    it->isTruncation = isTruncation;
    it->offset = offset;
    it->sizeBefore = size;
    it->count = count;
    sqlite3_int64 end = isTruncation ? size : offset + count;
    if (end > size) end = size;
    it->countBefore = end > offset ? (int)(end - offset) : 0;
    if (it->countBefore) {
        it->before = malloc((size_t)it->countBefore);
        if (!it->before) { free(it); return SQLITE_NOMEM; }
        code = file->real->pMethods->xRead(file->real, it->before, it->countBefore, offset);
        if (code != SQLITE_OK) { free(it->before); free(it); return code; }
    }
    if (bytes) memcpy(it->bytes, bytes, (size_t)count);
    it->previous = file->pending->last;
    if (it->previous) it->previous->next = it; else file->pending->first = it;
    file->pending->last = it;
    return SQLITE_OK;
}

static int powerClose(sqlite3_file *f) { return real(f)->pMethods->xClose(real(f)); }
static int powerRead(sqlite3_file *f, void *into, int n, sqlite3_int64 at) {
    return isOff ? SQLITE_IOERR_READ : real(f)->pMethods->xRead(real(f), into, n, at);
}
static int powerWrite(sqlite3_file *f, const void *from, int n, sqlite3_int64 at) {
    PowerFile *it = (PowerFile *)f;
    if (isOff) return SQLITE_IOERR_WRITE;
    int off = fails();
    // The write in which the power fails may still reach the disk in part.
    int code = keep(it, from, n, at, 0);
    if (code != SQLITE_OK) return code;
    code = it->real->pMethods->xWrite(it->real, from, n, at);
    return off ? SQLITE_IOERR_WRITE : code;
}
static int powerTruncate(sqlite3_file *f, sqlite3_int64 size) {
    PowerFile *it = (PowerFile *)f;
    if (fails()) return SQLITE_IOERR_TRUNCATE;
    int code = keep(it, NULL, 0, size, 1);
    return code != SQLITE_OK ? code : it->real->pMethods->xTruncate(it->real, size);
}
static int powerSync(sqlite3_file *f, int flags) {
    (void)flags;
    if (fails()) return SQLITE_IOERR_FSYNC;
    forget(((PowerFile *)f)->pending);
    return SQLITE_OK;
}
static int powerFileSize(sqlite3_file *f, sqlite3_int64 *size) {
    return real(f)->pMethods->xFileSize(real(f), size);
}
static int powerLock(sqlite3_file *f, int l) { return real(f)->pMethods->xLock(real(f), l); }
static int powerUnlock(sqlite3_file *f, int l) { return real(f)->pMethods->xUnlock(real(f), l); }
static int powerCheck(sqlite3_file *f, int *out) {
    return real(f)->pMethods->xCheckReservedLock(real(f), out);
}
static int powerControl(sqlite3_file *f, int op, void *arg) {
    // Hints that would grow the file past the journal kept here.
    if (op == SQLITE_FCNTL_SIZE_HINT || op == SQLITE_FCNTL_CHUNK_SIZE) return SQLITE_OK;
    return real(f)->pMethods->xFileControl(real(f), op, arg);
}
static int powerSectorSize(sqlite3_file *f) { (void)f; return sector; }
// Nothing is promised: no atomic writes, no order, no safe appends, no overwriting of neighbours.
static int powerCharacteristics(sqlite3_file *f) { (void)f; return 0; }
static int powerShmMap(sqlite3_file *f, int r, int n, int extend, void volatile **out) {
    return real(f)->pMethods->xShmMap(real(f), r, n, extend, out);
}
static int powerShmLock(sqlite3_file *f, int o, int n, int flags) {
    return real(f)->pMethods->xShmLock(real(f), o, n, flags);
}
static void powerShmBarrier(sqlite3_file *f) { real(f)->pMethods->xShmBarrier(real(f)); }
static int powerShmUnmap(sqlite3_file *f, int d) { return real(f)->pMethods->xShmUnmap(real(f), d); }

static const sqlite3_io_methods methods = {
    2, powerClose, powerRead, powerWrite, powerTruncate, powerSync, powerFileSize, powerLock,
    powerUnlock, powerCheck, powerControl, powerSectorSize, powerCharacteristics, powerShmMap,
    powerShmLock, powerShmBarrier, powerShmUnmap, NULL, NULL};

static int powerOpen(
    sqlite3_vfs *vfs, const char *name, sqlite3_file *file, int flags, int *outFlags) {
    sqlite3_vfs *below = vfs->pAppData;
    PowerFile *it = (PowerFile *)file;
    memset(it, 0, sizeof *it);
    it->real = (sqlite3_file *)(it + 1);
    int code = below->xOpen(below, name, it->real, flags, outFlags);
    if (!it->real->pMethods) return code;
    it->base.pMethods = &methods;
    it->pending = pendingOf(name ? name : "");
    return it->pending ? code : SQLITE_CANTOPEN;
}

static int powerDelete(sqlite3_vfs *vfs, const char *name, int syncDirectory) {
    sqlite3_vfs *below = vfs->pAppData;
    if (fails()) return SQLITE_IOERR_DELETE;
    return below->xDelete(below, name, syncDirectory);
}

int refgate_test_power_register(const char *name) {
    if (sqlite3_vfs_find(name)) return SQLITE_OK;
    sqlite3_vfs *below = sqlite3_vfs_find("unix");
    sqlite3_vfs *vfs = malloc(sizeof *vfs);
    if (!below || !vfs) return SQLITE_NOMEM;
    *vfs = *below;
    vfs->pNext = NULL;
    vfs->zName = strdup(name);
    vfs->pAppData = below;
    vfs->szOsFile = (int)sizeof(PowerFile) + below->szOsFile;
    vfs->xOpen = powerOpen;
    vfs->xDelete = powerDelete;
    return sqlite3_vfs_register(vfs, 0);
}

void refgate_test_power_begin(void) {
    for (int i = 0; i < pendingCount; i++) {
        forget(&pendings[i]);
        free(pendings[i].path);
    }
    pendingCount = 0;
    operations = 0;
    failAt = 0;
    isOff = 0;
}

void refgate_test_power_fail_after(long count) {
    if (count == 0) isOff = 1;
    failAt = operations + count;
}

int refgate_test_power_is_off(void) { return isOff; }

static unsigned long long randomState;
static unsigned next(void) {
    randomState ^= randomState << 13;
    randomState ^= randomState >> 7;
    randomState ^= randomState << 17;
    return (unsigned)(randomState >> 33);
}

static long settle(Pending *pending, int survivalPerMille) {
    if (!pending->first) return 0;
    int fd = open(pending->path, O_RDWR | O_CLOEXEC);
    if (fd < 0) return 0;
    long lost = 0;
    for (Change *it = pending->last; it; it = it->previous) {
        if (ftruncate(fd, it->sizeBefore) != 0) lost += 1;
        if (it->countBefore) lost += pwrite(fd, it->before, (size_t)it->countBefore, it->offset) < 0;
    }
    for (Change *it = pending->first; it; it = it->next) {
        if (it->isTruncation) {
            if ((int)(next() % 1000) < survivalPerMille) lost += ftruncate(fd, it->offset) != 0;
            continue;
        }
        for (int at = 0; at < it->count;) {
            // To the end of the sector that this byte lies in.
            int end = at + sector - (int)((it->offset + at) % sector);
            if (end > it->count) end = it->count;
            if ((int)(next() % 1000) < survivalPerMille) {
                lost += pwrite(fd, it->bytes + at, (size_t)(end - at), it->offset + at) < 0;
            } else {
                lost += 1;
            }
            at = end;
        }
    }
    close(fd);
    forget(pending);
    return lost;
}

long refgate_test_power_settle(unsigned long long seed, int survivalPerMille) {
    randomState = seed * 2862933555777941757ULL + 3037000493ULL;
    if (!randomState) randomState = 1;
    long lost = 0;
    for (int i = 0; i < 8; i++) (void)next();
    for (int i = 0; i < pendingCount; i++) lost += settle(&pendings[i], survivalPerMille);
    return lost;
}
