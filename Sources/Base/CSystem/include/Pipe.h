#ifndef CSYSTEM_PIPE_H
#define CSYSTEM_PIPE_H

// Makes a pipe whose ends no other program inherits: ends[0] to read, ends[1] to write; 0, or -1 and errno.
// pipe2() is missing from Swift's Glibc module, and with pipe() and fcntl() a program that another thread
// starts in between would keep the writing end open.
int csystem_pipe(int ends[2]);

#endif
