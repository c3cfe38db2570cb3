// SHA-256's compression with the CPU's instructions. Only the functions here are compiled for CPUs that have
// them; the caller asks `hash_has_sha256` first.

#include "Hashing.h"
#include "SHA256Steps.h"

#if defined(__x86_64__)

#include <cpuid.h>

bool hash_has_sha256(void) {
    unsigned a, b, c, d;
    if (!__get_cpuid(1, &a, &b, &c, &d)) return false;
    bool has_sse41 = (c & bit_SSSE3) && (c & bit_SSE4_1);
    return has_sse41 && __get_cpuid_count(7, 0, &a, &b, &c, &d) && (b & bit_SHA);
}

#elif defined(__aarch64__)

#include <sys/auxv.h>

// From the kernel's asm/hwcap.h, which is not there on every machine.
#define HWCAP_SHA2_BIT (1UL << 6)

bool hash_has_sha256(void) { return (getauxval(AT_HWCAP) & HWCAP_SHA2_BIT) != 0; }

#else

bool hash_has_sha256(void) { return false; }

#endif

#ifdef CSYSTEM_HAS_SHA256_STEPS

#if defined(__x86_64__)
__attribute__((target("sha,sse4.1,ssse3")))
#else
__attribute__((target("sha2")))
#endif
void hash_sha256_blocks(uint32_t *state, const void *blocks, size_t count) {
    const uint8_t *block = blocks;
    struct sha256 sha;
    sha256_load(&sha, state);
    for (; count > 0; count--, block += 64) {
        sha256_begin(&sha, block);
#pragma clang loop unroll(full)
        for (int half = 0; half < 32; half++) sha256_half(&sha, half);
        sha256_finish(&sha);
    }
    sha256_store(&sha, state);
}

#else

void hash_sha256_blocks(uint32_t *state, const void *blocks, size_t count) {
    (void)state, (void)blocks, (void)count;
    __builtin_trap();
}

#endif
