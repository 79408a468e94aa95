/* The cheapest receiver of notifications that still reads them: one thread, one read and one write for each.
 * Prints its port; answers every POST 200, and a GET with how many POSTs came, and when the first and the
 * last did, in nanoseconds of the monotonic clock. Ends when its standard input does. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { CONNECTIONS = 4096, ROOM = 32 << 10 };

static char *buffers[CONNECTIONS];
static int lengths[CONNECTIONS];
static long count, first, last;

static long now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec * 1000000000L + time.tv_nsec;
}

/* How long the request at the start is; 0 where it is not complete. */
static int request(char *text, int length) {
    char *end = memmem(text, length, "\r\n\r\n", 4);
    if (!end) return 0;
    int body = 0;
    for (char *line = memchr(text, '\n', end - text); line; line = memchr(line, '\n', end - line)) {
        line++;
        if (!strncasecmp(line, "content-length:", 15)) body = atoi(line + 15);
    }
    int whole = end + 4 - text + body;
    return whole <= length ? whole : 0;
}

/* False where the connection is over. */
static int serve(int socket) {
    static const char ok[] = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
    char *buffer = buffers[socket];
    int got = recv(socket, buffer + lengths[socket], ROOM - lengths[socket], 0);
    if (got <= 0) return 0;
    lengths[socket] += got;
    int used = 0, size;
    while ((size = request(buffer + used, lengths[socket] - used)) > 0) {
        if (buffer[used] == 'G') {
            char told[160], body[80];
            sprintf(body, "%ld %ld %ld", count, first, last);
            sprintf(told, "HTTP/1.1 200 OK\r\nContent-Length: %zu\r\n\r\n%s", strlen(body), body);
            if (send(socket, told, strlen(told), MSG_NOSIGNAL) < 0) return 0;
        } else {
            last = now();
            if (count++ == 0) first = last;
            if (send(socket, ok, sizeof ok - 1, MSG_NOSIGNAL) < 0) return 0;
        }
        used += size;
    }
    lengths[socket] -= used;
    memmove(buffer, buffer + used, lengths[socket]);
    return lengths[socket] < ROOM;
}

static void take(int listener, int poll) {
    int socket = accept4(listener, NULL, NULL, SOCK_CLOEXEC), on = 1;
    if (socket < 0) return;
    if (socket >= CONNECTIONS) {
        close(socket);
        return;
    }
    setsockopt(socket, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (!buffers[socket]) buffers[socket] = malloc(ROOM);
    lengths[socket] = 0;
    struct epoll_event event = {.events = EPOLLIN, .data.fd = socket};
    epoll_ctl(poll, EPOLL_CTL_ADD, socket, &event);
}

int main(void) {
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    socklen_t size = sizeof address;
    int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0), poll = epoll_create1(0);
    if (bind(listener, (struct sockaddr *)&address, size) || listen(listener, 512)
        || getsockname(listener, (struct sockaddr *)&address, &size)) {
        perror("receiver");
        return 1;
    }
    printf("%d\n", ntohs(address.sin_port));
    fflush(stdout);
    int watched[] = {listener, 0};
    for (int index = 0; index < 2; index++) {
        struct epoll_event event = {.events = EPOLLIN, .data.fd = watched[index]};
        epoll_ctl(poll, EPOLL_CTL_ADD, watched[index], &event);
    }
    while (1) {
        struct epoll_event events[64];
        int ready = epoll_wait(poll, events, 64, -1);
        for (int index = 0; index < ready; index++) {
            int number = events[index].data.fd;
            if (number == 0) return 0;
            if (number == listener) take(listener, poll);
            else if (!serve(number)) close(number);
        }
    }
}
