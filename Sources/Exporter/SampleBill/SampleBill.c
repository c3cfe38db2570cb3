#include "SampleBill.h"

static const unsigned char sample_bill[] = {
#embed "123456789012-aws-billing-detailed-line-items-with-resources-and-tags-2026-10.csv"
};

const size_t sample_bill_bytes = sizeof sample_bill;

const unsigned char *sample_bill_pointer(void) { return sample_bill; }
