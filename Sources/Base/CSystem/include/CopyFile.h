#ifndef CSYSTEM_COPY_FILE_H
#define CSYSTEM_COPY_FILE_H

#include <stddef.h>
#include <stdint.h>

// copy_file_range(), which is missing from Swift's Glibc module: copies up to `count` bytes between two files
// inside the kernel, and moves both places along; how many bytes, or -1 and errno.
ptrdiff_t csystem_copy_file_range(int source, int64_t *from, int target, int64_t *to, size_t count);

#endif
