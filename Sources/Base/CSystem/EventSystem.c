#define _GNU_SOURCE
#include "EventSystem.h"

#include <linux/sockios.h>
#include <pthread.h>
#include <sys/ioctl.h>
#include <sys/uio.h>

_Thread_local void *csystem_thread_loop;

int csystem_accept(int listener, struct sockaddr_storage *address) {
    socklen_t size = sizeof *address;
    return accept4(listener, (struct sockaddr *)address, &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
}

void csystem_name_thread(const char *name) { pthread_setname_np(pthread_self(), name); }

ssize_t csystem_send2(int socket, const void *first, size_t first_count, const void *second,
                      size_t second_count) {
    struct iovec pieces[2] = {{(void *)first, first_count}, {(void *)second, second_count}};
    struct msghdr message = {.msg_iov = pieces, .msg_iovlen = 2};
    return sendmsg(socket, &message, MSG_NOSIGNAL);
}

int csystem_unsent_bytes(int socket) {
    int count;
    return ioctl(socket, SIOCOUTQNSD, &count) == 0 ? count : -1;
}
