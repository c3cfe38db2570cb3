// SHA-256's compression of one block (FIPS 180-4, 6.2.2) by the CPU's instructions, in 32 halves of four
// rounds each, so that it can be done between the steps of something else.
//
// Whoever includes this has asked for the instructions: SHA256_TARGET stands at each function.
#ifndef CSYSTEM_SHA256_STEPS_H
#define CSYSTEM_SHA256_STEPS_H

#include <stdint.h>

#if defined(__x86_64__) || defined(__aarch64__)
#define CSYSTEM_HAS_SHA256_STEPS

static const uint32_t sha256_constants[64] __attribute__((aligned(16))) = {
    0x428a2f98, 0x71374491, 0xb5c0fbcf, 0xe9b5dba5, 0x3956c25b, 0x59f111f1, 0x923f82a4, 0xab1c5ed5,
    0xd807aa98, 0x12835b01, 0x243185be, 0x550c7dc3, 0x72be5d74, 0x80deb1fe, 0x9bdc06a7, 0xc19bf174,
    0xe49b69c1, 0xefbe4786, 0x0fc19dc6, 0x240ca1cc, 0x2de92c6f, 0x4a7484aa, 0x5cb0a9dc, 0x76f988da,
    0x983e5152, 0xa831c66d, 0xb00327c8, 0xbf597fc7, 0xc6e00bf3, 0xd5a79147, 0x06ca6351, 0x14292967,
    0x27b70a85, 0x2e1b2138, 0x4d2c6dfc, 0x53380d13, 0x650a7354, 0x766a0abb, 0x81c2c92e, 0x92722c85,
    0xa2bfe8a1, 0xa81a664b, 0xc24b8b70, 0xc76c51a3, 0xd192e819, 0xd6990624, 0xf40e3585, 0x106aa070,
    0x19a4c116, 0x1e376c08, 0x2748774c, 0x34b0bcb5, 0x391c0cb3, 0x4ed8aa4a, 0x5b9cca4f, 0x682e6ff3,
    0x748f82ee, 0x78a5636f, 0x84c87814, 0x8cc70208, 0x90befffa, 0xa4506ceb, 0xbef9a3f7, 0xc67178f2,
};
#endif

#if defined(__x86_64__)

#include <immintrin.h>

#define SHA256_TARGET __attribute__((target("sha,sse4.1,ssse3"), always_inline)) static inline

/// A block under way.
struct sha256 {
    /// The state as the instructions want it, now and before the block.
    __m128i abef, cdgh, abef_before, cdgh_before;
    /// Sixteen words of the message schedule, and four of them with their constants.
    __m128i words[4], sum;
};

SHA256_TARGET void sha256_load(struct sha256 *s, const uint32_t *state) {
    __m128i dcba = _mm_loadu_si128((const __m128i *)state);
    __m128i hgfe = _mm_loadu_si128((const __m128i *)(state + 4));
    __m128i cdab = _mm_shuffle_epi32(dcba, 0xB1);
    __m128i efgh = _mm_shuffle_epi32(hgfe, 0x1B);
    s->abef = _mm_alignr_epi8(cdab, efgh, 8);
    s->cdgh = _mm_blend_epi16(efgh, cdab, 0xF0);
}

SHA256_TARGET void sha256_store(const struct sha256 *s, uint32_t *state) {
    __m128i feba = _mm_shuffle_epi32(s->abef, 0x1B);
    __m128i dchg = _mm_shuffle_epi32(s->cdgh, 0xB1);
    _mm_storeu_si128((__m128i *)state, _mm_blend_epi16(feba, dchg, 0xF0));
    _mm_storeu_si128((__m128i *)(state + 4), _mm_alignr_epi8(dchg, feba, 8));
}

SHA256_TARGET void sha256_begin(struct sha256 *s, const uint8_t *block) {
    const __m128i big_endian = _mm_set_epi64x(0x0c0d0e0f08090a0bULL, 0x0405060700010203ULL);
    for (int i = 0; i < 4; i++)
        s->words[i] = _mm_shuffle_epi8(_mm_loadu_si128((const __m128i *)block + i), big_endian);
    s->abef_before = s->abef;
    s->cdgh_before = s->cdgh;
}

/// Half number 0…31, a constant, after the one before.
SHA256_TARGET void sha256_half(struct sha256 *s, int number) {
    const int i = number / 2;
    __m128i *w = s->words;
    if (number % 2 == 0) {
        s->sum = _mm_add_epi32(w[i & 3], _mm_load_si128((const __m128i *)(sha256_constants + 4 * i)));
        s->cdgh = _mm_sha256rnds2_epu32(s->cdgh, s->abef, s->sum);
        return;
    }
    s->abef = _mm_sha256rnds2_epu32(s->abef, s->cdgh, _mm_shuffle_epi32(s->sum, 0x0E));
    if (i >= 12) return;
    __m128i next = _mm_sha256msg1_epu32(w[i & 3], w[(i + 1) & 3]);
    next = _mm_add_epi32(next, _mm_alignr_epi8(w[(i + 3) & 3], w[(i + 2) & 3], 4));
    w[i & 3] = _mm_sha256msg2_epu32(next, w[(i + 3) & 3]);
}

SHA256_TARGET void sha256_finish(struct sha256 *s) {
    s->abef = _mm_add_epi32(s->abef, s->abef_before);
    s->cdgh = _mm_add_epi32(s->cdgh, s->cdgh_before);
}

/// Keeps what comes after it behind what stands before it, as it is written.
#define SHA256_HOLD(s) __asm__ volatile("" : "+x"((s).abef), "+x"((s).cdgh))

#elif defined(__aarch64__)

#include <arm_neon.h>

#define SHA256_TARGET __attribute__((target("sha2"), always_inline)) static inline

/// A block under way.
struct sha256 {
    /// The state now, before the block, and before the half.
    uint32x4_t abcd, efgh, abcd_before, efgh_before, abcd_last;
    /// Sixteen words of the message schedule, and four of them with their constants.
    uint32x4_t words[4], sum;
};

SHA256_TARGET void sha256_load(struct sha256 *s, const uint32_t *state) {
    s->abcd = vld1q_u32(state);
    s->efgh = vld1q_u32(state + 4);
}

SHA256_TARGET void sha256_store(const struct sha256 *s, uint32_t *state) {
    vst1q_u32(state, s->abcd);
    vst1q_u32(state + 4, s->efgh);
}

SHA256_TARGET void sha256_begin(struct sha256 *s, const uint8_t *block) {
    for (int i = 0; i < 4; i++)
        s->words[i] = vreinterpretq_u32_u8(vrev32q_u8(vld1q_u8(block + 16 * i)));
    s->abcd_before = s->abcd;
    s->efgh_before = s->efgh;
}

/// Half number 0…31, a constant, after the one before.
SHA256_TARGET void sha256_half(struct sha256 *s, int number) {
    const int i = number / 2;
    uint32x4_t *w = s->words;
    if (number % 2 == 0) {
        s->sum = vaddq_u32(w[i & 3], vld1q_u32(sha256_constants + 4 * i));
        s->abcd_last = s->abcd;
        s->abcd = vsha256hq_u32(s->abcd, s->efgh, s->sum);
        return;
    }
    s->efgh = vsha256h2q_u32(s->efgh, s->abcd_last, s->sum);
    if (i >= 12) return;
    uint32x4_t next = vsha256su0q_u32(w[i & 3], w[(i + 1) & 3]);
    w[i & 3] = vsha256su1q_u32(next, w[(i + 2) & 3], w[(i + 3) & 3]);
}

SHA256_TARGET void sha256_finish(struct sha256 *s) {
    s->abcd = vaddq_u32(s->abcd, s->abcd_before);
    s->efgh = vaddq_u32(s->efgh, s->efgh_before);
}

/// Keeps what comes after it behind what stands before it, as it is written.
#define SHA256_HOLD(s) __asm__ volatile("" : "+w"((s).abcd), "+w"((s).efgh))

#endif

#endif
