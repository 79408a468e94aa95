#ifndef REFGATE_CLINUX_H
#define REFGATE_CLINUX_H

// Kernel interfaces that Swift's Glibc module does not import usably: macros that come in with the
// wrong type, variadic calls, and calls that need _GNU_SOURCE.

#include <errno.h>
#include <fcntl.h>
#include <malloc.h>
#include <netinet/in.h>
#include <netdb.h>
#include <netinet/tcp.h>
#include <pthread.h>
#include <resolv.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

// Sockets: accept4 needs _GNU_SOURCE, and the EPOLL and SOCK constants import with varying types.
// The glibc headers hide accept4 without _GNU_SOURCE; this is its documented signature.
extern int accept4(int, struct sockaddr *, socklen_t *, int);

static inline int refgate_accept(int listener, struct sockaddr_storage *peer) {
    socklen_t length = sizeof *peer;
    return accept4(listener, (struct sockaddr *)peer, &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
}

static inline int refgate_stream_socket(int family) {
    return socket(family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
}

static inline int refgate_set_option(int socket, int level, int option, int value) {
    return setsockopt(socket, level, option, &value, sizeof value);
}

static inline ssize_t refgate_send(int socket, const void *bytes, size_t count) {
    return send(socket, bytes, count, MSG_NOSIGNAL);
}

static inline ssize_t refgate_receive(int socket, void *bytes, size_t count) {
    return recv(socket, bytes, count, 0);
}

// Returns the number of bytes that were sent and not yet acknowledged by the peer's kernel; -1 if
// it is not known.
static inline int refgate_unacknowledged(int socket) {
    int count = 0;
    return ioctl(socket, TIOCOUTQ, &count) == 0 ? count : -1;
}

static inline int refgate_bind(int socket, const struct sockaddr_storage *address, socklen_t length) {
    return bind(socket, (const struct sockaddr *)address, length);
}

static inline int refgate_connect(int socket, const struct sockaddr_storage *address, socklen_t length) {
    return connect(socket, (const struct sockaddr *)address, length);
}

// Returns the error that a connection attempt ended with; 0 if it succeeded.
static inline int refgate_socket_error(int socket) {
    int error = 0;
    socklen_t length = sizeof error;
    return getsockopt(socket, SOL_SOCKET, SO_ERROR, &error, &length) == 0 ? error : errno;
}

// Names: resolves a host to its stream addresses, IPv6 and IPv4, with the system's resolver.
static inline int refgate_resolve(const char *host, struct addrinfo **found) {
    struct addrinfo hints = {.ai_family = AF_UNSPEC, .ai_socktype = SOCK_STREAM};
    return getaddrinfo(host, NULL, &hints, found);
}

// Returns 0 if a datagram could be sent to a name server, or else the error. connect(2) on a
// datagram socket sends nothing and finds the route. If the server runs on this machine, an empty
// query shows at once if anything listens.
static inline int refgate_name_server_error_at(const struct sockaddr *server, socklen_t length, int is_local) {
    int socket_number = socket(server->sa_family, SOCK_DGRAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (socket_number < 0) return errno;
    int error = connect(socket_number, server, length) == 0 ? 0 : errno;
    // A header alone, recursion desired, no question: servers answer it with a format error.
    static const unsigned char query[12] = {0, 1, 1, 0};
    if (!error && is_local && send(socket_number, query, sizeof query, MSG_NOSIGNAL) < 0) error = errno;
    if (!error) {
        socklen_t size = sizeof error;
        if (getsockopt(socket_number, SOL_SOCKET, SO_ERROR, &error, &size) != 0) error = errno;
    }
    close(socket_number);
    return error;
}

// Returns 0 if this machine can send to at least one of its name servers, or else the error.
static inline int refgate_name_server_error(void) {
    struct __res_state state;
    memset(&state, 0, sizeof state);
    if (res_ninit(&state) != 0) return errno ? errno : ENOMEM;
    int error = ENETUNREACH;
    for (int index = 0; index < state.nscount && index < MAXNS && error; index++) {
        const struct sockaddr_in *four = &state.nsaddr_list[index];
        const struct sockaddr_in6 *six = state._u._ext.nsaddrs[index];
        if (four->sin_family == AF_INET) {
            int is_local = ntohl(four->sin_addr.s_addr) >> 24 == 127 || four->sin_addr.s_addr == 0;
            error = refgate_name_server_error_at((const struct sockaddr *)four, sizeof *four, is_local);
        } else if (six && six->sin6_family == AF_INET6) {
            error = refgate_name_server_error_at(
                (const struct sockaddr *)six, sizeof *six, IN6_IS_ADDR_LOOPBACK(&six->sin6_addr));
        }
    }
    res_nclose(&state);
    return error;
}

static inline int refgate_local_address(int socket, struct sockaddr_storage *address) {
    socklen_t length = sizeof *address;
    return getsockname(socket, (struct sockaddr *)address, &length);
}

// epoll: one call for each operation, and a user value that is always 64 bits.
static inline int refgate_epoll_create(void) { return epoll_create1(EPOLL_CLOEXEC); }

static inline int refgate_epoll_control(int epoll, int operation, int fd, uint32_t events, uint64_t value) {
    struct epoll_event event = {.events = events, .data = {.u64 = value}};
    return epoll_ctl(epoll, operation, fd, &event);
}

static inline uint64_t refgate_epoll_value(const struct epoll_event *event) { return event->data.u64; }

// inotify: the events after which a file has other content, and changes of a folder's entries.
static inline int refgate_watch_create(void) { return inotify_init1(IN_NONBLOCK | IN_CLOEXEC); }

static inline int refgate_watch_add(int watch, const char *folder) {
    return inotify_add_watch(
        watch, folder,
        IN_CLOSE_WRITE | IN_CREATE | IN_DELETE | IN_MOVED_FROM | IN_MOVED_TO | IN_ONLYDIR);
}

static inline int refgate_event_create(void) { return eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC); }

static inline int refgate_event_signal(int event) {
    uint64_t one = 1;
    return (int)write(event, &one, sizeof one);
}

// Signals: sigset_t and signalfd_siginfo are awkward to use from Swift, signal numbers are not.
static inline int refgate_signals_create(const int *numbers, int count) {
    sigset_t set;
    sigemptyset(&set);
    for (int i = 0; i < count; i++) sigaddset(&set, numbers[i]);
    int failure = pthread_sigmask(SIG_BLOCK, &set, NULL);
    if (failure) {
        errno = failure;
        return -1;
    }
    return signalfd(-1, &set, SFD_CLOEXEC);
}

// Returns the next signal's number; 0 if the descriptor does not block and no signal is pending, or
// -1.
static inline int refgate_signals_next(int fd) {
    struct signalfd_siginfo info;
    ssize_t count = read(fd, &info, sizeof info);
    if (count == sizeof info) return (int)info.ssi_signo;
    return count < 0 && errno != EAGAIN ? -1 : 0;
}

static inline int refgate_ignore_sigpipe(void) { return signal(SIGPIPE, SIG_IGN) == SIG_ERR ? -1 : 0; }
static inline int refgate_ignore_sigxfsz(void) { return signal(SIGXFSZ, SIG_IGN) == SIG_ERR ? -1 : 0; }

// Ignores every signal that would terminate or dump a healthy process, except those that ask it to
// end (SIGINT, SIGTERM, SIGQUIT, SIGABRT, SIGKILL) and those that report a fault of its own.
static inline void refgate_ignore_stray_signals(void) {
    static const int stray[] = {SIGHUP,    SIGUSR1, SIGUSR2, SIGPIPE, SIGALRM, SIGVTALRM, SIGPROF,
                                SIGSTKFLT, SIGIO,   SIGPWR,  SIGXCPU, SIGXFSZ};
    for (unsigned i = 0; i < sizeof stray / sizeof *stray; i++) signal(stray[i], SIG_IGN);
    for (int number = SIGRTMIN; number <= SIGRTMAX; number++) signal(number, SIG_IGN);
}

// Locks owned by an open file instead of a process (fcntl(2), "open file description locks"): glibc
// defines their commands for _GNU_SOURCE only.
#ifndef F_OFD_GETLK
#define F_OFD_GETLK 36
#define F_OFD_SETLK 37
#endif

static inline int refgate_open(const char *path, int flags, mode_t mode) { return open(path, flags, mode); }

// Takes the write lock on `length` bytes from `start`; -1 with EAGAIN or EACCES if another owner
// holds a part of them.
static inline int refgate_lock_range(int fd, int64_t start, int64_t length) {
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = start, .l_len = length};
    return fcntl(fd, F_OFD_SETLK, &lock);
}

// Returns the length of another owner's lock that begins at `start`; 0 if there is none, or -1.
static inline int64_t refgate_locked_length(int fd, int64_t start) {
    struct flock lock = {.l_type = F_WRLCK, .l_whence = SEEK_SET, .l_start = start, .l_len = 1};
    if (fcntl(fd, F_OFD_GETLK, &lock) != 0) return -1;
    return lock.l_type == F_UNLCK ? 0 : lock.l_len;
}

// Linux has a niceness per thread; 0 names the calling thread.
static inline int refgate_lower_thread_priority(int nice) { return setpriority(PRIO_PROCESS, 0, nice); }

// Returns freed memory to the system; glibc keeps it otherwise.
static inline void refgate_give_back_memory(void) { malloc_trim(0); }

static inline int refgate_name_thread(const char *name) {
    extern int pthread_setname_np(pthread_t, const char *);
    return pthread_setname_np(pthread_self(), name);
}

// Returns the number of arguments that the program was started with, its name included.
int refgate_argument_count(void);
const char *refgate_argument_at(int index);

#endif
