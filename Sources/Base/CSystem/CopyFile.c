#define _GNU_SOURCE
#include "CopyFile.h"

#include <unistd.h>

ptrdiff_t csystem_copy_file_range(int source, int64_t *from, int target, int64_t *to, size_t count) {
    return copy_file_range(source, from, target, to, count, 0);
}
