// What Swift's Glibc module doesn't offer: epoll, accept4, pipe2, copy_file_range and the CPU's hashing instructions.
#ifndef CSYSTEM_H
#define CSYSTEM_H

#include <stddef.h>
#include <stdint.h>

#include "CopyFile.h"
#include "EventSystem.h"
#include "Hashing.h"
#include "Pipe.h"

#endif
