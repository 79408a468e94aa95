#ifndef REFGATE_CTESTVFS_H
#define REFGATE_CTESTVFS_H

// A disk whose power fails: what was written since the last sync of each file may be lost, in part or in
// whole, in pieces of a sector. One disk at a time, used from one thread.

/// Registers the VFS under this name, above the system's own. Returns an SQLite code.
int refgate_test_power_register(const char *name);

/// Begins a new disk.
void refgate_test_power_begin(void);

/// The power fails at the operation that comes so many after the last one: from it on every call fails.
/// Operations are writes, truncations, syncs and deletions. 0: it has failed by now.
void refgate_test_power_fail_after(long count);

/// Whether the power has failed.
int refgate_test_power_is_off(void);

/// Leaves on the real files what a disk would hold after the failure: what was synced, and of each later
/// write every sector with the given chance in a thousand. To be called with all files closed.
/// Returns how many sectors were lost.
long refgate_test_power_settle(unsigned long long seed, int survivalPerMille);

// The statements that run on one database, whichever connection of this process prepares them.

/// Watches every connection that is opened from now on. Returns an SQLite code.
int refgate_test_statements_watch(void);

/// Forgets what was recorded, and records the statements of the database at this path; NULL: of none.
void refgate_test_statements_record(const char *path);

/// How many different statements were recorded.
int refgate_test_statements_count(void);

/// The text of one of them; valid until the next recording begins.
const char *refgate_test_statement(int index);

/// How many operations of SQLite's virtual machine this thread has run, in tens, on watched connections.
long long refgate_test_steps(void);

#endif
