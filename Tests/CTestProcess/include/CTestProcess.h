#ifndef REFGATE_CTESTPROCESS_H
#define REFGATE_CTESTPROCESS_H

#include <sys/types.h>

// Starts a program that is looked for in PATH, with all signals at their defaults and none blocked, and with no
// descriptor but the three given ones. A descriptor of -1 is /dev/null. Variables and folder may be NULL: those
// of this process. Returns 0 or an error number.
int refgate_spawn(
    pid_t *process, char *const arguments[], char *const variables[], const char *folder, int input, int output,
    int errors);

// A pipe that is closed in programs: the end to read, then the end to write. Returns 0 or an error number.
int refgate_pipe(int ends[2]);

#endif
