#include "CLinux.h"

// glibc passes the arguments of main to constructors as well. The Swift runtime reads them from
// /proc/self/cmdline, which does not exist where /proc is not mounted.
static int argument_count;
static char **arguments;

__attribute__((constructor)) static void keep_arguments(int count, char **values) {
    argument_count = count;
    arguments = values;
}

int refgate_argument_count(void) { return argument_count; }

const char *refgate_argument_at(int index) { return arguments[index]; }
