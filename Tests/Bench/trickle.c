/* trickle: many clients that send their request one byte at a time.
 *
 *   trickle PORT CONNECTIONS INTERVAL_MS HEAD_FILE BODY_FILE
 *
 * Every other connection sends HEAD_FILE, a request's head, from its first byte on; the others send it at once
 * and then BODY_FILE, its body. Each sends one byte an interval, all of them spread evenly over it. Prints
 * `ready` when all are connected and each has sent its first byte, and goes on until its standard input ends;
 * then prints how many connections are still open and unanswered. Talks to 127.0.0.1 only.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { FILE_BYTES = 1 << 20, MAX_CONNECTIONS = 10000 };

static void die(const char *what) {
    fprintf(stderr, "trickle: %s: %s\n", what, errno ? strerror(errno) : "unusable");
    exit(1);
}

struct text { char bytes[FILE_BYTES]; size_t count; };
static struct text head, body;

static void read_text(struct text *text, const char *path) {
    FILE *file = fopen(path, "rb");
    if (!file) die(path);
    text->count = fread(text->bytes, 1, sizeof text->bytes, file);
    fclose(file);
    errno = 0;
    if (!text->count) die(path);
}

struct client { int fd; const struct text *text; size_t sent; };
static struct client clients[MAX_CONNECTIONS];

static void send_byte(struct client *c) {
    if (c->sent == c->text->count) return;
    if (send(c->fd, c->text->bytes + c->sent, 1, MSG_NOSIGNAL | MSG_DONTWAIT) == 1) c->sent++;
}

int main(int argc, char **argv) {
    if (argc != 6) {
        fprintf(stderr, "usage: trickle PORT CONNECTIONS INTERVAL_MS HEAD_FILE BODY_FILE\n");
        return 2;
    }
    int count = atoi(argv[2]), interval_ms = atoi(argv[3]);
    if (count < 1 || count > MAX_CONNECTIONS || interval_ms < 1) die("CONNECTIONS or INTERVAL_MS");
    read_text(&head, argv[4]);
    read_text(&body, argv[5]);
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons((uint16_t)atoi(argv[1])), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    for (int i = 0; i < count; i++) {
        struct client *c = &clients[i];
        int on = 1;
        c->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (c->fd < 0 || connect(c->fd, (struct sockaddr *)&address, sizeof address) < 0) die("connect");
        setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
        c->text = i % 2 ? &body : &head;
        if (i % 2 && send(c->fd, head.bytes, head.count, MSG_NOSIGNAL) != (ssize_t)head.count) die("send");
        send_byte(c);
    }
    printf("ready\n");
    fflush(stdout);
    /* Every millisecond its share, so that the server never sees a burst. */
    double owed = 0;
    int next = 0;
    struct pollfd input = {.fd = STDIN_FILENO, .events = POLLIN};
    struct timespec pause = {.tv_nsec = 1000000};
    while (poll(&input, 1, 0) == 0) {
        for (owed += (double)count / interval_ms; owed >= 1; owed--) {
            send_byte(&clients[next]);
            next = (next + 1) % count;
        }
        nanosleep(&pause, NULL);
    }
    int open = 0;
    for (int i = 0; i < count; i++) {
        char byte;
        ssize_t got = recv(clients[i].fd, &byte, 1, MSG_DONTWAIT | MSG_PEEK);
        open += got < 0 && errno == EAGAIN;
    }
    printf("%d\n", open);
    return 0;
}
