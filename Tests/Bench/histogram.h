/* Latencies in nanoseconds, with 64 linear steps in each power of two: 1.6 % wide, whatever the scale. */
#include <stdint.h>

enum { STEPS = 64, BUCKETS = 64 * STEPS };
static uint64_t histogram[BUCKETS];

static int bucket_of(uint64_t ns) {
    if (ns < STEPS) return (int)ns;
    int shift = 63 - __builtin_clzll(ns) - 6;
    return (shift + 1) * STEPS + (int)((ns >> shift) - STEPS);
}

static uint64_t middle_of(int bucket) {
    if (bucket < STEPS) return (uint64_t)bucket;
    int shift = bucket / STEPS - 1;
    return ((uint64_t)(bucket % STEPS + STEPS) << shift) + ((1ull << shift) >> 1);
}

static double percentile_us(uint64_t count, double share) {
    uint64_t wanted = (uint64_t)(share * (double)count), seen = 0;
    for (int i = 0; i < BUCKETS; i++) {
        seen += histogram[i];
        if (seen > wanted) return (double)middle_of(i) / 1000;
    }
    return 0;
}
