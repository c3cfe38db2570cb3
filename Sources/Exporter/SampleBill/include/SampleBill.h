// The sample bill of `exporter demo`: an AWS detailed billing report with resources and tags, October 2026, made
// by a generator; accounts, companies and amounts are fictional.
#ifndef SAMPLEBILL_H
#define SAMPLEBILL_H

#include <stddef.h>

// A function, because Swift imports an array of unknown size as nothing useful.
const unsigned char *sample_bill_pointer(void);
extern const size_t sample_bill_bytes;

#endif
