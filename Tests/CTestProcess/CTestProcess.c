#define _GNU_SOURCE
#include "CTestProcess.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <unistd.h>

extern char **environ;

static int lead(posix_spawn_file_actions_t *actions, int number, int descriptor) {
    if (descriptor < 0) return posix_spawn_file_actions_addopen(actions, number, "/dev/null", O_RDWR, 0);
    return posix_spawn_file_actions_adddup2(actions, descriptor, number);
}

int refgate_spawn(
    pid_t *process, char *const arguments[], char *const variables[], const char *folder, int input, int output,
    int errors) {
    posix_spawn_file_actions_t actions;
    posix_spawnattr_t attributes;
    sigset_t all, none;
    sigfillset(&all);
    sigemptyset(&none);
    posix_spawn_file_actions_init(&actions);
    posix_spawnattr_init(&attributes);
    posix_spawnattr_setsigdefault(&attributes, &all);
    posix_spawnattr_setsigmask(&attributes, &none);
    posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGDEF | POSIX_SPAWN_SETSIGMASK);
    int code = folder == NULL ? 0 : posix_spawn_file_actions_addchdir_np(&actions, folder);
    if (code == 0) code = lead(&actions, STDIN_FILENO, input);
    if (code == 0) code = lead(&actions, STDOUT_FILENO, output);
    if (code == 0) code = lead(&actions, STDERR_FILENO, errors);
    if (code == 0) code = posix_spawn_file_actions_addclosefrom_np(&actions, STDERR_FILENO + 1);
    if (code == 0) {
        code = posix_spawnp(
            process, arguments[0], &actions, &attributes, arguments, variables == NULL ? environ : variables);
    }
    posix_spawn_file_actions_destroy(&actions);
    posix_spawnattr_destroy(&attributes);
    return code;
}

int refgate_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC) == 0 ? 0 : errno; }
