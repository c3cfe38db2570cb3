/* load: sends prepared requests over keep-alive connections, and measures what comes back.
 *
 *   load PORT CONNECTIONS WARMUP_MS MEASURE_MS REQUESTS_FILE [BODY_BYTES]
 *
 * REQUESTS_FILE holds whole HTTP/1.1 requests, each after its length (4 bytes, little-endian). They are
 * signed before the measurement, so that the generator does nothing but send and read: one thread, one
 * epoll, one request outstanding per connection. The connections take the requests in turn, round and
 * round. With BODY_BYTES, an answer whose body has another length counts as failed, and so does any
 * status but 200, 201 and 204.
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

enum { HEAD_BYTES = 16384, SINK_BYTES = 262144, MAX_CONNECTIONS = 4096 };

static void die(const char *what) {
    fprintf(stderr, "load: %s: %s\n", what, errno ? strerror(errno) : "unusable");
    exit(1);
}

static uint64_t now_ns(void) {
    struct timespec t;
    clock_gettime(CLOCK_MONOTONIC, &t);
    return (uint64_t)t.tv_sec * 1000000000u + (uint64_t)t.tv_nsec;
}

/* Latencies, as a histogram with 64 linear steps in each power of two: 1.6 % wide, whatever the scale. */
enum { STEPS = 64, BUCKETS = 64 * STEPS };
static uint64_t histogram[BUCKETS];

static int bucket_of(uint64_t ns) {
    if (ns < STEPS) return (int)ns;
    int shift = 63 - __builtin_clzll(ns) - 6;
    return (shift + 1) * STEPS + (int)((ns >> shift) - STEPS);
}

static uint64_t middle_of(int bucket) {
    if (bucket < STEPS) return (uint64_t)bucket;
    int shift = bucket / STEPS - 1;
    return ((uint64_t)(bucket % STEPS + STEPS) << shift) + ((1ull << shift) >> 1);
}

static double percentile_us(uint64_t count, double share) {
    uint64_t wanted = (uint64_t)(share * (double)count), seen = 0;
    for (int i = 0; i < BUCKETS; i++) {
        seen += histogram[i];
        if (seen > wanted) return (double)middle_of(i) / 1000;
    }
    return 0;
}

struct request { const char *bytes; size_t length; };
static struct request *requests;
static size_t request_count, next_request;

static void read_requests(const char *path) {
    int file = open(path, O_RDONLY);
    struct stat info;
    if (file < 0 || fstat(file, &info) < 0) die(path);
    const char *bytes = mmap(NULL, (size_t)info.st_size, PROT_READ, MAP_PRIVATE | MAP_POPULATE, file, 0);
    if (bytes == MAP_FAILED) die(path);
    const char *end = bytes + info.st_size;
    for (const char *at = bytes; at < end;) {
        uint32_t length;
        memcpy(&length, at, 4);
        requests = realloc(requests, (request_count + 1) * sizeof *requests);
        if (!requests) die("memory");
        requests[request_count++] = (struct request){at + 4, length};
        at += 4 + length;
    }
    errno = 0;
    if (!request_count) die(path);
}

/* One connection: what is left to send, then the head of the answer, then so many bytes of body. */
struct connection {
    int fd;
    const char *unsent;
    size_t unsent_bytes;
    uint64_t sent_at;
    char head[HEAD_BYTES];
    size_t head_bytes;
    bool in_body, waits_for_room, failed;
    int64_t body_left;
};

static int poller, port;
static int64_t expected_body = -1;
static bool measuring;
static uint64_t answered, failed;
static char sink[SINK_BYTES];

static void watch(struct connection *c, uint32_t events, int operation) {
    struct epoll_event event = {.events = events, .data.ptr = c};
    if (epoll_ctl(poller, operation, c->fd, &event) < 0) die("epoll_ctl");
}

static void send_rest(struct connection *c) {
    while (c->unsent_bytes) {
        ssize_t sent = send(c->fd, c->unsent, c->unsent_bytes, MSG_NOSIGNAL);
        if (sent < 0) {
            if (errno == EINTR) continue;
            if (errno != EAGAIN) die("send");
            if (!c->waits_for_room) watch(c, EPOLLIN | EPOLLOUT, EPOLL_CTL_MOD);
            c->waits_for_room = true;
            return;
        }
        c->unsent += sent;
        c->unsent_bytes -= (size_t)sent;
    }
    if (c->waits_for_room) watch(c, EPOLLIN, EPOLL_CTL_MOD);
    c->waits_for_room = false;
}

static void start_request(struct connection *c) {
    struct request r = requests[next_request];
    next_request = next_request + 1 == request_count ? 0 : next_request + 1;
    c->unsent = r.bytes;
    c->unsent_bytes = r.length;
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

static void finish_answer(struct connection *c) {
    if (measuring) {
        answered++;
        failed += c->failed;
        histogram[bucket_of(now_ns() - c->sent_at)]++;
    }
    start_request(c);
}

/* Reads status and Content-Length. Chunked answers are not understood: no server measured here sends one
 * to these requests, and a generator that guessed would measure nothing. */
static void begin_body(struct connection *c, size_t head_length) {
    int status = atoi(c->head + 9);
    int64_t length = -1;
    for (char *line = c->head; line < c->head + head_length; line++) {
        char *end = memchr(line, '\n', head_length - (size_t)(line - c->head));
        if (!end) break;
        if (!strncasecmp(line, "content-length:", 15)) length = atoll(line + 15);
        line = end;
    }
    if (status == 204) length = 0;
    errno = 0;
    if (length < 0) die("an answer without Content-Length");
    c->failed = !(status == 200 || status == 201 || status == 204)
        || (expected_body >= 0 && length != expected_body);
    static bool told;
    if (c->failed && !told) {
        told = true;
        fprintf(stderr, "load: first failed answer:\n%.*s", (int)c->head_bytes, c->head);
    }
    c->in_body = true;
    c->body_left = length - (int64_t)(c->head_bytes - head_length);
}

static void read_answer(struct connection *c) {
    for (;;) {
        char *into = c->in_body ? sink : c->head + c->head_bytes;
        size_t room = c->in_body ? sizeof sink : HEAD_BYTES - 1 - c->head_bytes;
        errno = 0;
        if (!room) die("an answer's head is too large");
        ssize_t got = recv(c->fd, into, room, 0);
        if (got < 0) {
            if (errno == EINTR) continue;
            if (errno == EAGAIN) return;
            die("recv");
        }
        if (got == 0) {
            /* A server may end a connection between two answers (nginx after its keepalive_requests). */
            errno = 0;
            if (c->in_body || c->head_bytes) die("a connection was closed inside an answer");
            close(c->fd);
            connect_to_server(c);
            if (measuring) failed++, answered++;
            start_request(c);
            return;
        }
        if (c->in_body) {
            c->body_left -= got;
        } else {
            size_t searched = c->head_bytes < 3 ? 0 : c->head_bytes - 3;
            c->head_bytes += (size_t)got;
            c->head[c->head_bytes] = 0;
            char *end = memmem(c->head + searched, c->head_bytes - searched, "\r\n\r\n", 4);
            if (!end) continue;
            begin_body(c, (size_t)(end + 4 - c->head));
        }
        errno = 0;
        if (c->body_left < 0) die("more bytes than the answer announced");
        if (c->body_left == 0) {
            finish_answer(c);
            return;
        }
        /* A short read means the socket is empty: wait instead of asking again. */
        if ((size_t)got < room) return;
    }
}

static void run_until(uint64_t end) {
    struct epoll_event events[256];
    while (now_ns() < end) {
        int count = epoll_wait(poller, events, 256, 100);
        if (count < 0 && errno != EINTR) die("epoll_wait");
        for (int i = 0; i < count; i++) {
            struct connection *c = events[i].data.ptr;
            if (events[i].events & EPOLLOUT) send_rest(c);
            if (events[i].events & (EPOLLIN | EPOLLERR | EPOLLHUP)) read_answer(c);
        }
    }
}

int main(int argc, char **argv) {
    if (argc < 6 || argc > 7) {
        fprintf(stderr, "usage: load PORT CONNECTIONS WARMUP_MS MEASURE_MS REQUESTS_FILE [BODY_BYTES]\n");
        return 2;
    }
    port = atoi(argv[1]);
    int connections = atoi(argv[2]);
    if (connections < 1 || connections > MAX_CONNECTIONS) die("CONNECTIONS");
    if (argc == 7) expected_body = atoll(argv[6]);
    read_requests(argv[5]);
    poller = epoll_create1(EPOLL_CLOEXEC);
    if (poller < 0) die("epoll_create1");
    struct connection *all = calloc((size_t)connections, sizeof *all);
    if (!all) die("memory");
    for (int i = 0; i < connections; i++) connect_to_server(&all[i]);
    for (int i = 0; i < connections; i++) start_request(&all[i]);
    run_until(now_ns() + (uint64_t)atoll(argv[3]) * 1000000u);
    /* Tells the harness when to read the server's CPU clock, before and after the measured time. */
    printf("start\n");
    fflush(stdout);
    measuring = true;
    uint64_t started = now_ns();
    run_until(started + (uint64_t)atoll(argv[4]) * 1000000u);
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
