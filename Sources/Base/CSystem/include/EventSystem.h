// What the event loop needs of Linux and Swift's Glibc module lacks: epoll, eventfd, signalfd,
// sendfile, accept4, and one thread-local pointer.
#ifndef CSYSTEM_EVENT_SYSTEM_H
#define CSYSTEM_EVENT_SYSTEM_H

#include <stdint.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/sendfile.h>
#include <sys/signalfd.h>
#include <sys/socket.h>

/// Accepts a connection whose descriptor neither blocks nor outlives an exec (accept4).
int csystem_accept(int listener, struct sockaddr_storage *_Nonnull address);

// The loop that runs on the calling thread. Swift has no thread-local variables; a pthread key
// costs a call into libpthread, this one instruction.
extern _Thread_local void *_Nullable csystem_thread_loop;

static inline void *_Nullable csystem_current_loop(void) { return csystem_thread_loop; }
static inline void csystem_set_current_loop(void *_Nullable loop) { csystem_thread_loop = loop; }

/// Gives the calling thread a name (at most 15 bytes) for ps, perf and debuggers.
void csystem_name_thread(const char *_Nonnull name);

/// Sends the head from memory and the body's first part with it; MSG_NOSIGNAL, so a peer that
/// is gone is an errno and never a SIGPIPE.
ssize_t csystem_send2(int socket, const void *_Nullable first, size_t first_count,
                      const void *_Nullable second, size_t second_count);

/// Bytes in a socket's sending queue that were not sent yet (SIOCOUTQNSD); -1 and errno.
int csystem_unsent_bytes(int socket);

#endif
