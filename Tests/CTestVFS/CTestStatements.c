#include "CTestVFS.h"

#include <pthread.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>

// SQLite calls an automatic extension for each connection it opens; ours asks to hear of every statement
// that begins to run. A transaction's first statement also lists those that are prepared and have not run.

enum { most = 4096 };

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static char *recordedPath;
static char *statements[most];
static int statementCount;

// With the lock held.
static void keep(const char *sql) {
    if (!sql) return;
    for (int i = 0; i < statementCount; i++)
        if (strcmp(statements[i], sql) == 0) return;
    if (statementCount < most) statements[statementCount++] = strdup(sql);
}

static int began(unsigned event, void *context, void *statement, void *text) {
    (void)event, (void)text;
    sqlite3 *db = context;
    pthread_mutex_lock(&lock);
    const char *path = sqlite3_db_filename(db, "main");
    if (recordedPath && path && strcmp(path, recordedPath) == 0) {
        const char *sql = sqlite3_sql(statement);
        keep(sql);
        if (sql && strncmp(sql, "BEGIN", 5) == 0)
            for (sqlite3_stmt *it = sqlite3_next_stmt(db, NULL); it; it = sqlite3_next_stmt(db, it))
                keep(sqlite3_sql(it));
    }
    pthread_mutex_unlock(&lock);
    return 0;
}

// Operations between two calls of a progress handler.
enum { stride = 10 };

static _Thread_local long long steps;

static int progressed(void *context) {
    (void)context;
    steps += stride;
    return 0;
}

long long refgate_test_steps(void) { return steps; }

static int opened(sqlite3 *db, char **message, const struct sqlite3_api_routines *api) {
    (void)message, (void)api;
    sqlite3_progress_handler(db, stride, progressed, NULL);
    return sqlite3_trace_v2(db, SQLITE_TRACE_STMT, began, db);
}

int refgate_test_statements_watch(void) {
    return sqlite3_auto_extension((void (*)(void))opened);
}

void refgate_test_statements_record(const char *path) {
    pthread_mutex_lock(&lock);
    for (int i = 0; i < statementCount; i++) free(statements[i]);
    statementCount = 0;
    free(recordedPath);
    recordedPath = path ? strdup(path) : NULL;
    pthread_mutex_unlock(&lock);
}

int refgate_test_statements_count(void) {
    pthread_mutex_lock(&lock);
    int count = statementCount;
    pthread_mutex_unlock(&lock);
    return count;
}

const char *refgate_test_statement(int index) {
    pthread_mutex_lock(&lock);
    const char *text = index >= 0 && index < statementCount ? statements[index] : NULL;
    pthread_mutex_unlock(&lock);
    return text;
}
