#ifndef REFGATE_CLINUX_H
#define REFGATE_CLINUX_H

// The kernel interfaces that Swift's Glibc module does not import as they are: macros that come in
// with the wrong type, variadic calls, and calls that need _GNU_SOURCE.

#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <signal.h>
#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/timerfd.h>
#include <sys/un.h>
#include <time.h>
#include <unistd.h>

#endif
