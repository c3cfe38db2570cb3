// The CPU's hashing instructions. Each `hash_has_…` says whether this CPU has what the function after it
// needs; calling that function when it says false is a programming error and traps.
#ifndef CSYSTEM_HASHING_H
#define CSYSTEM_HASHING_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/// Whether the CPU has instructions for SHA-256 (SHA-NI, or ARMv8's SHA2).
bool hash_has_sha256(void);

/// Compresses `count` blocks of 64 bytes into the eight words of state.
void hash_sha256_blocks(uint32_t *state, const void *blocks, size_t count);

/// Compresses `count` blocks of 64 bytes into MD5's four words and SHA-256's eight, in the time of MD5 alone;
/// for CPUs with `hash_has_sha256`.
void hash_md5_sha256_blocks(uint32_t *md5, uint32_t *sha256, const void *blocks, size_t count);

/// So many messages at most are compressed at once.
#define HASH_LANES 8

/// One of several messages: its next bytes, and the states that they are compressed into.
struct hash_lane {
    const uint8_t *bytes;
    uint32_t *md5;
    uint32_t *sha256;
};

/// Whether the CPU has what it takes to compress several messages at once (AVX2 and SHA-NI).
bool hash_has_lanes(void);

/// Compresses `block_count` blocks of each of `lane_count` messages (1 to HASH_LANES) into their MD5, and those
/// of the first `sha256_count` messages into their SHA-256; moves their bytes on.
void hash_lanes(struct hash_lane *lanes, size_t lane_count, size_t sha256_count, size_t block_count);

/// Whether the CPU has carry-less multiplication (PCLMULQDQ).
bool hash_has_crc_fold(void);

/// Folds `count` bytes (a multiple of 16, at least 64), into 16 bytes that have the same reflected CRC.
///
/// `crc` is the register before the bytes; the register after them is that of `residue` when started with 0.
/// `constants` are x^(512+32), x^(512-32), x^(128+32) and x^(128-32) modulo the polynomial, bit-reflected;
/// for a CRC of 64 bits, which leaves no room for the bit that a reflected product is short of, they are
/// x^(512+63), x^(512-1), x^(128+63) and x^(128-1).
void hash_crc_fold(
    uint64_t crc, const void *bytes, size_t count, const uint64_t *constants, uint8_t *residue);

/// Whether the CPU has an instruction for CRC-32 (ARMv8).
bool hash_has_crc32(void);

/// The CRC-32 register after some bytes.
uint32_t hash_crc32(uint32_t crc, const void *bytes, size_t count);

/// Whether the CPU has an instruction for CRC-32C (SSE4.2, or ARMv8).
bool hash_has_crc32c(void);

/// The CRC-32C register after some bytes.
uint32_t hash_crc32c(uint32_t crc, const void *bytes, size_t count);

#endif
