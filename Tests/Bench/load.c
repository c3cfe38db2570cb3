/* load: sends prepared requests over keep-alive connections, and measures what comes back.
 *
 *   load PORT CONNECTIONS WARMUP_MS MEASURE_MS REQUESTS_FILE [BLOCK_FILE]
 *
 * REQUESTS_FILE holds records (see `struct record`): a request's bytes, what is to be sent behind them out
 * of BLOCK_FILE, over and over from its start, and how long the answer's body must be. Requests are signed
 * before the measurement and bodies come from one buffer, so that the generator does nothing but send and
 * read: one thread, one epoll, one request outstanding per connection. The connections take the requests in
 * turn, round and round, for the given times; with MEASURE_MS 0 each request is sent once.
 *
 * An answer counts as failed unless its status is 200, 201 or 204 and its body has the length. Bodies are
 * thrown away in the kernel where the length is known beforehand, and decoded where they come in chunks.
 * Where an answer announces the end of its connection the next request opens another one, and waits for it.
 *
 * Prints one JSON object: requests, failed, seconds, and the latencies' percentiles in microseconds.
 * Latency is from the write of a request to the last byte of its answer. Talks to 127.0.0.1 only.
 */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/epoll.h>
#include <sys/mman.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "histogram.h"

enum { HEAD_BYTES = 16384, SINK_BYTES = 1 << 20, MAX_CONNECTIONS = 4096 };

static void die(const char *what) {
    fprintf(stderr, "load: %s: %s\n", what, errno ? strerror(errno) : "unusable");
    exit(1);
}

static uint64_t now_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* In front of each request in the file; little-endian, packed. */
struct record {
    uint32_t bytes;       /* of the request that follow in the file */
    int64_t block_bytes;  /* to be sent behind them */
    int64_t answer_bytes; /* the answer's body must have; -1 for any number */
} __attribute__((packed));

struct request { const char *bytes; struct record record; };
static struct request *requests;
static size_t request_count, next_request;
static bool once;

static const char *block;
static int64_t block_bytes;

static const char *map(const char *path, int64_t *size) {
    int file = open(path, O_RDONLY | O_CLOEXEC);
    struct stat info;
    if (file < 0 || fstat(file, &info) < 0) die(path);
    const char *bytes = mmap(NULL, (size_t)info.st_size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, file, 0);
    if (bytes == MAP_FAILED) die(path);
    close(file);
    *size = info.st_size;
    return bytes;
}

static void read_requests(const char *path) {
    int64_t size;
    const char *at = map(path, &size), *end = at + size;
    size_t room = 0;
    while (at < end) {
        if (request_count == room) {
            room = room ? room * 2 : 1024;
            requests = realloc(requests, room * sizeof *requests);
            if (!requests) die("memory");
        }
        struct request *r = &requests[request_count++];
        memcpy(&r->record, at, sizeof r->record);
        r->bytes = at + sizeof r->record;
        at = r->bytes + r->record.bytes;
        errno = 0;
        if (r->record.block_bytes && !block) die("no BLOCK_FILE");
    }
    errno = 0;
    if (!request_count) die(path);
}

/* One connection: what is left to send, then the head of the answer, then its body. */
struct connection {
    int fd;
    const struct request *request;
    const char *unsent;
    size_t unsent_bytes;
    int64_t block_left, block_at;
    uint64_t sent_at;
    char head[HEAD_BYTES];
    size_t head_bytes;
    bool in_body, waits_for_room, failed, ends, idle;
    /* Of a body with a known length; of a chunked one the bytes of the current chunk with its line end. */
    int64_t body_left, body_bytes;
    /* A chunked body: the size is being read, in digits until the line's extension or end. */
    enum { WHOLE, CHUNK_SIZE, CHUNK_EXTENSION, CHUNK, TRAILER } body;
    int64_t chunk;
    int trailer_line;
};

static int poller, port;
static bool measuring;
static uint64_t answered, failed, idle_connections;
static char sink[SINK_BYTES];

static void watch(struct connection *c, uint32_t events, int operation) {
    struct epoll_event event = {.events = events, .data.ptr = c};
    if (epoll_ctl(poller, operation, c->fd, &event) < 0) die("epoll_ctl");
}

static void send_rest(struct connection *c) {
    for (;;) {
        const char *from = c->unsent;
        size_t count = c->unsent_bytes;
        bool is_block = !count;
        if (is_block) {
            if (!c->block_left) break;
            from = block + c->block_at;
            count = (size_t)(block_bytes - c->block_at);
            if ((int64_t)count > c->block_left) count = (size_t)c->block_left;
        }
        ssize_t sent = send(c->fd, from, count, MSG_NOSIGNAL | (!is_block && c->block_left ? MSG_MORE : 0));
        if (sent < 0) {
            if (errno == EINTR) continue;
            if (errno != EAGAIN) die("send");
            if (!c->waits_for_room) watch(c, EPOLLIN | EPOLLOUT, EPOLL_CTL_MOD);
            c->waits_for_room = true;
            return;
        }
        if (is_block) {
            c->block_left -= sent;
            c->block_at = (c->block_at + sent) % block_bytes;
        } else {
            c->unsent += sent;
            c->unsent_bytes -= (size_t)sent;
        }
    }
    if (c->waits_for_room) watch(c, EPOLLIN, EPOLL_CTL_MOD);
    c->waits_for_room = false;
}

static void start_request(struct connection *c) {
    if (next_request == request_count) {
        if (once) {
            if (!c->idle) idle_connections++;
            c->idle = true;
            return;
        }
        next_request = 0;
    }
    c->request = &requests[next_request++];
    c->unsent = c->request->bytes;
    c->unsent_bytes = c->request->record.bytes;
    c->block_left = c->request->record.block_bytes;
    c->block_at = 0;
    c->head_bytes = 0;
    c->in_body = false;
    c->sent_at = now_ns();
    send_rest(c);
}

static void connect_to_server(struct connection *c) {
    struct sockaddr_in address = {
        .sin_family = AF_INET, .sin_port = htons((uint16_t)port), .sin_addr.s_addr = htonl(INADDR_LOOPBACK)};
    int on = 1;
    c->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (c->fd < 0 || connect(c->fd, (struct sockaddr *)&address, sizeof address) < 0) die("connect");
    setsockopt(c->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    if (fcntl(c->fd, F_SETFL, O_NONBLOCK) < 0) die("fcntl");
    c->waits_for_room = false;
    watch(c, EPOLLIN, EPOLL_CTL_ADD);
}

static void reconnect(struct connection *c) {
    close(c->fd);
    connect_to_server(c);
}

static void finish_answer(struct connection *c) {
    int64_t expected = c->request->record.answer_bytes;
    if (expected >= 0 && c->body_bytes != expected) c->failed = true;
    /* A refusal that did not wait for the whole request: the rest would be taken for the next one. */
    if (c->unsent_bytes || c->block_left) c->failed = c->ends = true;
    static bool told;
    if (c->failed && !told) {
        told = true;
        fprintf(stderr, "load: first failed answer, with %lld bytes of body instead of %lld:\n%.*s\n",
                (long long)c->body_bytes, (long long)expected, (int)c->head_bytes, c->head);
    }
    if (measuring) {
        answered++;
        failed += c->failed;
        histogram[bucket_of(now_ns() - c->sent_at)]++;
    }
    if (c->ends) reconnect(c);
    start_request(c);
}

static bool has_token(const char *line, const char *name, const char *value) {
    size_t length = strlen(name);
    if (strncasecmp(line, name, length)) return false;
    for (line += length; *line == ' '; line++) {}
    return !strncasecmp(line, value, strlen(value));
}

/* Takes bytes of a chunked body; returns true at its end. */
static bool take_chunked(struct connection *c, const char *bytes, size_t count) {
    for (size_t i = 0; i < count;) {
        char byte = bytes[i];
        switch (c->body) {
        case CHUNK: {
            int64_t part = (int64_t)(count - i) < c->body_left ? (int64_t)(count - i) : c->body_left;
            c->body_left -= part;
            i += (size_t)part;
            if (!c->body_left) c->body = CHUNK_SIZE, c->chunk = 0;
            continue;
        }
        case CHUNK_SIZE:
        case CHUNK_EXTENSION:
            if (byte == '\n') {
                c->body_bytes += c->chunk;
                /* With the line end behind the chunk. */
                c->body_left = c->chunk + 2;
                c->body = c->chunk ? CHUNK : TRAILER;
                c->trailer_line = 0;
            } else if (c->body == CHUNK_SIZE && byte != '\r') {
                int digit = byte >= '0' && byte <= '9' ? byte - '0' : (byte | 32) - 'a' + 10;
                if (digit < 0 || digit > 15) c->body = CHUNK_EXTENSION;
                else c->chunk = c->chunk * 16 + digit;
            }
            break;
        case TRAILER:
            if (byte == '\n') {
                if (!c->trailer_line) {
                    errno = 0;
                    if (i + 1 != count) die("more bytes than the answer announced");
                    return true;
                }
                c->trailer_line = 0;
            } else if (byte != '\r') {
                c->trailer_line++;
            }
            break;
        case WHOLE: break;
        }
        i++;
    }
    return false;
}

/* Reads status and framing, and takes what of the body came with the head; returns true at its end. */
static bool begin_body(struct connection *c, size_t head_length) {
    int status = atoi(c->head + 9);
    int64_t length = -1;
    bool is_chunked = false;
    c->ends = false;
    for (char *line = c->head; line < c->head + head_length; line++) {
        char *end = memchr(line, '\n', head_length - (size_t)(line - c->head));
        if (!end) break;
        if (!strncasecmp(line, "content-length:", 15)) length = atoll(line + 15);
        if (has_token(line, "transfer-encoding:", "chunked")) is_chunked = true;
        if (has_token(line, "connection:", "close")) c->ends = true;
        line = end;
    }
    if (status == 204) length = 0;
    size_t rest = c->head_bytes - head_length;
    c->failed = !(status == 200 || status == 201 || status == 204);
    c->in_body = true;
    c->body_bytes = length;
    /* An answer to HEAD has no body whatever it says. */
    if (c->request->bytes[0] == 'H') {
        errno = 0;
        if (rest) die("a body in the answer to HEAD");
        return true;
    }
    if (is_chunked) {
        c->body = CHUNK_SIZE;
        c->chunk = c->body_bytes = 0;
        return take_chunked(c, c->head + head_length, rest);
    }
    errno = 0;
    if (length < 0) die("an answer that does not say how long it is");
    c->body = WHOLE;
    c->body_left = length - (int64_t)rest;
    if (c->body_left < 0) die("more bytes than the answer announced");
    return !c->body_left;
}

static void read_answer(struct connection *c) {
    for (;;) {
        bool is_whole = c->in_body && c->body == WHOLE;
        char *into = c->in_body ? sink : c->head + c->head_bytes;
        size_t room = c->in_body ? sizeof sink : HEAD_BYTES - 1 - c->head_bytes;
        errno = 0;
        if (!room) die("an answer's head is too large");
        /* MSG_TRUNC: the bytes are counted and dropped, not copied. */
        ssize_t got = recv(c->fd, into, room, is_whole ? MSG_TRUNC : 0);
        if (got < 0) {
            if (errno == EINTR) continue;
            if (errno == EAGAIN) return;
            die("recv");
        }
        if (got == 0) {
            errno = 0;
            if (c->in_body || c->head_bytes) die("a connection was closed inside an answer");
            if (c->idle) {
                watch(c, 0, EPOLL_CTL_DEL);
                return;
            }
            reconnect(c);
            if (measuring) failed++, answered++;
            start_request(c);
            return;
        }
        bool is_done;
        if (is_whole) {
            c->body_left -= got;
            errno = 0;
            if (c->body_left < 0) die("more bytes than the answer announced");
            is_done = !c->body_left;
        } else if (c->in_body) {
            is_done = take_chunked(c, sink, (size_t)got);
        } else {
            size_t searched = c->head_bytes < 3 ? 0 : c->head_bytes - 3;
            c->head_bytes += (size_t)got;
            c->head[c->head_bytes] = 0;
            char *end = memmem(c->head + searched, c->head_bytes - searched, "\r\n\r\n", 4);
            if (!end) continue;
            is_done = begin_body(c, (size_t)(end + 4 - c->head));
        }
        if (is_done) {
            finish_answer(c);
            return;
        }
        /* A short read means the socket is empty: wait instead of asking again. */
        if ((size_t)got < room) return;
    }
}

/* Until a time, or until every connection has nothing left to do. */
static void run_until(uint64_t end, uint64_t connections) {
    struct epoll_event events[256];
    while (idle_connections < connections && now_ns() < end) {
        int count = epoll_wait(poller, events, 256, 100);
        if (count < 0 && errno != EINTR) die("epoll_wait");
        for (int i = 0; i < count; i++) {
            struct connection *c = events[i].data.ptr;
            if (events[i].events & EPOLLOUT) send_rest(c);
            if (events[i].events & (EPOLLIN | EPOLLERR | EPOLLHUP)) read_answer(c);
        }
    }
}

/* Tells the harness when to read the server's CPU clock. */
static uint64_t start_measuring(void) {
    printf("start\n");
    fflush(stdout);
    measuring = true;
    return now_ns();
}

int main(int argc, char **argv) {
    if (argc < 6 || argc > 7) {
        fprintf(stderr, "usage: load PORT CONNECTIONS WARMUP_MS MEASURE_MS REQUESTS_FILE [BLOCK_FILE]\n");
        return 2;
    }
    port = atoi(argv[1]);
    uint64_t connections = (uint64_t)atoi(argv[2]), measure_ms = (uint64_t)atoll(argv[4]);
    once = !measure_ms;
    if (connections < 1 || connections > MAX_CONNECTIONS) die("CONNECTIONS");
    if (argc == 7) block = map(argv[6], &block_bytes);
    read_requests(argv[5]);
    poller = epoll_create1(EPOLL_CLOEXEC);
    if (poller < 0) die("epoll_create1");
    struct connection *all = calloc(connections, sizeof *all);
    if (!all) die("memory");
    for (uint64_t i = 0; i < connections; i++) connect_to_server(&all[i]);
    uint64_t started = 0;
    if (once) started = start_measuring();
    for (uint64_t i = 0; i < connections; i++) start_request(&all[i]);
    if (once) {
        run_until(UINT64_MAX, connections);
    } else {
        run_until(now_ns() + (uint64_t)atoll(argv[3]) * 1000000u, connections);
        started = start_measuring();
        run_until(started + measure_ms * 1000000u, connections);
    }
    double seconds = (double)(now_ns() - started) / 1e9;
    measuring = false;
    uint64_t latencies = 0;
    for (int i = 0; i < BUCKETS; i++) latencies += histogram[i];
    printf("{\"requests\": %llu, \"failed\": %llu, \"seconds\": %.6f, \"p50_us\": %.1f, \"p90_us\": %.1f, "
           "\"p99_us\": %.1f, \"max_us\": %.1f}\n",
           (unsigned long long)answered, (unsigned long long)failed, seconds, percentile_us(latencies, 0.5),
           percentile_us(latencies, 0.9), percentile_us(latencies, 0.99), percentile_us(latencies, 0.999999999));
    fflush(stdout);
    return 0;
}
