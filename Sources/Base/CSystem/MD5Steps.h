// The sixty-four steps of MD5 (RFC 1321, 3.4), written once for all who compress: one message, or several at once.
#ifndef CSYSTEM_MD5_STEPS_H
#define CSYSTEM_MD5_STEPS_H

#include <stdint.h>

// Each round has sixteen steps: `STEP(function, a, b, c, d, word, rotation, sine)`, and then `AFTER(number)`,
// with the step's number, for what else is to be done between the steps.

#define MD5_FIRST_ROUND(STEP, AFTER) \
    STEP(F, a, b, c, d, 0, 7, 0xd76aa478) AFTER(0) \
    STEP(F, d, a, b, c, 1, 12, 0xe8c7b756) AFTER(1) \
    STEP(F, c, d, a, b, 2, 17, 0x242070db) AFTER(2) \
    STEP(F, b, c, d, a, 3, 22, 0xc1bdceee) AFTER(3) \
    STEP(F, a, b, c, d, 4, 7, 0xf57c0faf) AFTER(4) \
    STEP(F, d, a, b, c, 5, 12, 0x4787c62a) AFTER(5) \
    STEP(F, c, d, a, b, 6, 17, 0xa8304613) AFTER(6) \
    STEP(F, b, c, d, a, 7, 22, 0xfd469501) AFTER(7) \
    STEP(F, a, b, c, d, 8, 7, 0x698098d8) AFTER(8) \
    STEP(F, d, a, b, c, 9, 12, 0x8b44f7af) AFTER(9) \
    STEP(F, c, d, a, b, 10, 17, 0xffff5bb1) AFTER(10) \
    STEP(F, b, c, d, a, 11, 22, 0x895cd7be) AFTER(11) \
    STEP(F, a, b, c, d, 12, 7, 0x6b901122) AFTER(12) \
    STEP(F, d, a, b, c, 13, 12, 0xfd987193) AFTER(13) \
    STEP(F, c, d, a, b, 14, 17, 0xa679438e) AFTER(14) \
    STEP(F, b, c, d, a, 15, 22, 0x49b40821) AFTER(15)

#define MD5_SECOND_ROUND(STEP, AFTER) \
    STEP(G, a, b, c, d, 1, 5, 0xf61e2562) AFTER(16) \
    STEP(G, d, a, b, c, 6, 9, 0xc040b340) AFTER(17) \
    STEP(G, c, d, a, b, 11, 14, 0x265e5a51) AFTER(18) \
    STEP(G, b, c, d, a, 0, 20, 0xe9b6c7aa) AFTER(19) \
    STEP(G, a, b, c, d, 5, 5, 0xd62f105d) AFTER(20) \
    STEP(G, d, a, b, c, 10, 9, 0x02441453) AFTER(21) \
    STEP(G, c, d, a, b, 15, 14, 0xd8a1e681) AFTER(22) \
    STEP(G, b, c, d, a, 4, 20, 0xe7d3fbc8) AFTER(23) \
    STEP(G, a, b, c, d, 9, 5, 0x21e1cde6) AFTER(24) \
    STEP(G, d, a, b, c, 14, 9, 0xc33707d6) AFTER(25) \
    STEP(G, c, d, a, b, 3, 14, 0xf4d50d87) AFTER(26) \
    STEP(G, b, c, d, a, 8, 20, 0x455a14ed) AFTER(27) \
    STEP(G, a, b, c, d, 13, 5, 0xa9e3e905) AFTER(28) \
    STEP(G, d, a, b, c, 2, 9, 0xfcefa3f8) AFTER(29) \
    STEP(G, c, d, a, b, 7, 14, 0x676f02d9) AFTER(30) \
    STEP(G, b, c, d, a, 12, 20, 0x8d2a4c8a) AFTER(31)

#define MD5_THIRD_ROUND(STEP, AFTER) \
    STEP(H, a, b, c, d, 5, 4, 0xfffa3942) AFTER(32) \
    STEP(H, d, a, b, c, 8, 11, 0x8771f681) AFTER(33) \
    STEP(H, c, d, a, b, 11, 16, 0x6d9d6122) AFTER(34) \
    STEP(H, b, c, d, a, 14, 23, 0xfde5380c) AFTER(35) \
    STEP(H, a, b, c, d, 1, 4, 0xa4beea44) AFTER(36) \
    STEP(H, d, a, b, c, 4, 11, 0x4bdecfa9) AFTER(37) \
    STEP(H, c, d, a, b, 7, 16, 0xf6bb4b60) AFTER(38) \
    STEP(H, b, c, d, a, 10, 23, 0xbebfbc70) AFTER(39) \
    STEP(H, a, b, c, d, 13, 4, 0x289b7ec6) AFTER(40) \
    STEP(H, d, a, b, c, 0, 11, 0xeaa127fa) AFTER(41) \
    STEP(H, c, d, a, b, 3, 16, 0xd4ef3085) AFTER(42) \
    STEP(H, b, c, d, a, 6, 23, 0x04881d05) AFTER(43) \
    STEP(H, a, b, c, d, 9, 4, 0xd9d4d039) AFTER(44) \
    STEP(H, d, a, b, c, 12, 11, 0xe6db99e5) AFTER(45) \
    STEP(H, c, d, a, b, 15, 16, 0x1fa27cf8) AFTER(46) \
    STEP(H, b, c, d, a, 2, 23, 0xc4ac5665) AFTER(47)

#define MD5_FOURTH_ROUND(STEP, AFTER) \
    STEP(I, a, b, c, d, 0, 6, 0xf4292244) AFTER(48) \
    STEP(I, d, a, b, c, 7, 10, 0x432aff97) AFTER(49) \
    STEP(I, c, d, a, b, 14, 15, 0xab9423a7) AFTER(50) \
    STEP(I, b, c, d, a, 5, 21, 0xfc93a039) AFTER(51) \
    STEP(I, a, b, c, d, 12, 6, 0x655b59c3) AFTER(52) \
    STEP(I, d, a, b, c, 3, 10, 0x8f0ccc92) AFTER(53) \
    STEP(I, c, d, a, b, 10, 15, 0xffeff47d) AFTER(54) \
    STEP(I, b, c, d, a, 1, 21, 0x85845dd1) AFTER(55) \
    STEP(I, a, b, c, d, 8, 6, 0x6fa87e4f) AFTER(56) \
    STEP(I, d, a, b, c, 15, 10, 0xfe2ce6e0) AFTER(57) \
    STEP(I, c, d, a, b, 6, 15, 0xa3014314) AFTER(58) \
    STEP(I, b, c, d, a, 13, 21, 0x4e0811a1) AFTER(59) \
    STEP(I, a, b, c, d, 4, 6, 0xf7537e82) AFTER(60) \
    STEP(I, d, a, b, c, 11, 10, 0xbd3af235) AFTER(61) \
    STEP(I, c, d, a, b, 2, 15, 0x2ad7d2bb) AFTER(62) \
    STEP(I, b, c, d, a, 9, 21, 0xeb86d391) AFTER(63)

// The auxiliary functions, as sums of what can be known early and what waits for `b`, the result of the step
// before. They do for numbers and for vectors of numbers.
#define MD5_F_EARLY(c, d) 0
#define MD5_F_LATE(b, c, d) ((d) ^ ((b) & ((c) ^ (d))))
// The two halves have no bit in common, so adding them is the same as joining them.
#define MD5_G_EARLY(c, d) ((c) & ~(d))
#define MD5_G_LATE(b, c, d) ((b) & (d))
#define MD5_H_EARLY(c, d) 0
#define MD5_H_LATE(b, c, d) ((b) ^ ((c) ^ (d)))
#define MD5_I_EARLY(c, d) 0
#define MD5_I_LATE(b, c, d) ((c) ^ ((b) | ~(d)))

#define MD5_ROTATE(value, count) ((value) << (count) | (value) >> (32 - (count)))

#endif
