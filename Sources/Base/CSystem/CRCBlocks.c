// CRC-32, CRC-32C and CRC-64/NVME with the CPU's instructions: carry-less multiplication for long runs on x86-64
// (Gopal et al., "Fast CRC Computation for Generic Polynomials Using PCLMULQDQ Instruction", Intel 2009),
// and the instructions that advance a CRC by eight bytes.

#include "Hashing.h"

#include <string.h>

static inline __attribute__((unused)) uint64_t eight_bytes(const uint8_t *bytes) {
    uint64_t value;
    memcpy(&value, bytes, 8);
    return value;
}

#if defined(__x86_64__)

#include <cpuid.h>
#include <immintrin.h>

static bool has_feature(unsigned bits) {
    unsigned a, b, c, d;
    return __get_cpuid(1, &a, &b, &c, &d) && (c & bits) == bits;
}

bool hash_has_crc_fold(void) { return has_feature(bit_PCLMULQDQ | bit_SSE4_1); }
bool hash_has_crc32(void) { return false; }
bool hash_has_crc32c(void) { return has_feature(bit_SSE4_2); }

/// Moves `value` on by the distance of the two constants and adds what stands there.
__attribute__((target("pclmul,sse4.1")))
static inline __m128i fold(__m128i value, __m128i constants, __m128i there) {
    __m128i low = _mm_clmulepi64_si128(value, constants, 0x00);
    __m128i high = _mm_clmulepi64_si128(value, constants, 0x11);
    return _mm_xor_si128(_mm_xor_si128(low, high), there);
}

__attribute__((target("pclmul,sse4.1")))
void hash_crc_fold(
    uint64_t crc, const void *bytes, size_t count, const uint64_t *constants, uint8_t *residue) {
    const __m128i *input = bytes;
    const __m128i by_64_bytes = _mm_loadu_si128((const __m128i *)constants);
    const __m128i by_16_bytes = _mm_loadu_si128((const __m128i *)(constants + 2));
    __m128i x0 = _mm_xor_si128(_mm_loadu_si128(input), _mm_cvtsi64_si128((long long)crc));
    __m128i x1 = _mm_loadu_si128(input + 1);
    __m128i x2 = _mm_loadu_si128(input + 2);
    __m128i x3 = _mm_loadu_si128(input + 3);
    for (input += 4, count -= 64; count >= 64; input += 4, count -= 64) {
        x0 = fold(x0, by_64_bytes, _mm_loadu_si128(input));
        x1 = fold(x1, by_64_bytes, _mm_loadu_si128(input + 1));
        x2 = fold(x2, by_64_bytes, _mm_loadu_si128(input + 2));
        x3 = fold(x3, by_64_bytes, _mm_loadu_si128(input + 3));
    }
    x0 = fold(x0, by_16_bytes, x1);
    x0 = fold(x0, by_16_bytes, x2);
    x0 = fold(x0, by_16_bytes, x3);
    for (; count >= 16; input++, count -= 16) x0 = fold(x0, by_16_bytes, _mm_loadu_si128(input));
    _mm_storeu_si128((__m128i *)residue, x0);
}

uint32_t hash_crc32(uint32_t crc, const void *bytes, size_t count) {
    (void)crc, (void)bytes, (void)count;
    __builtin_trap();
}

__attribute__((target("sse4.2")))
uint32_t hash_crc32c(uint32_t crc, const void *bytes, size_t count) {
    const uint8_t *input = bytes;
    uint64_t wide = crc;
    for (; count >= 8; input += 8, count -= 8) wide = _mm_crc32_u64(wide, eight_bytes(input));
    crc = (uint32_t)wide;
    for (; count > 0; input++, count--) crc = _mm_crc32_u8(crc, *input);
    return crc;
}

#elif defined(__aarch64__)

#include <arm_acle.h>
#include <sys/auxv.h>

// From the kernel's asm/hwcap.h, which is not there on every machine.
#define HWCAP_CRC32_BIT (1UL << 7)

bool hash_has_crc_fold(void) { return false; }
bool hash_has_crc32(void) { return (getauxval(AT_HWCAP) & HWCAP_CRC32_BIT) != 0; }
bool hash_has_crc32c(void) { return hash_has_crc32(); }

void hash_crc_fold(
    uint64_t crc, const void *bytes, size_t count, const uint64_t *constants, uint8_t *residue) {
    (void)crc, (void)bytes, (void)count, (void)constants, (void)residue;
    __builtin_trap();
}

__attribute__((target("crc")))
uint32_t hash_crc32(uint32_t crc, const void *bytes, size_t count) {
    const uint8_t *input = bytes;
    for (; count >= 8; input += 8, count -= 8) crc = __crc32d(crc, eight_bytes(input));
    for (; count > 0; input++, count--) crc = __crc32b(crc, *input);
    return crc;
}

__attribute__((target("crc")))
uint32_t hash_crc32c(uint32_t crc, const void *bytes, size_t count) {
    const uint8_t *input = bytes;
    for (; count >= 8; input += 8, count -= 8) crc = __crc32cd(crc, eight_bytes(input));
    for (; count > 0; input++, count--) crc = __crc32cb(crc, *input);
    return crc;
}

#else

bool hash_has_crc_fold(void) { return false; }
bool hash_has_crc32(void) { return false; }
bool hash_has_crc32c(void) { return false; }

void hash_crc_fold(
    uint64_t crc, const void *bytes, size_t count, const uint64_t *constants, uint8_t *residue) {
    (void)crc, (void)bytes, (void)count, (void)constants, (void)residue;
    __builtin_trap();
}

uint32_t hash_crc32(uint32_t crc, const void *bytes, size_t count) {
    (void)crc, (void)bytes, (void)count;
    __builtin_trap();
}

uint32_t hash_crc32c(uint32_t crc, const void *bytes, size_t count) {
    (void)crc, (void)bytes, (void)count;
    __builtin_trap();
}

#endif
