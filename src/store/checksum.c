/* A quick sum over a packed Device, so that a damaged byte is found before it is reported as evidence. */
#include "store_int.h"

#include "domain/eui64.h"

#include <endian.h>
#include <string.h>

static uint64_t mix(uint64_t sum, uint64_t value)
{
    /* A bijection of the sum: one changed word always changes the 64-bit result. */
    sum = (sum ^ value) * UINT64_C(0xFF51AFD7ED558CCD);
    return sum ^ sum >> 32;
}

uint32_t checksum_of(struct text bytes)
{
    uint64_t sum = bytes.len * UINT64_C(0x9E3779B97F4A7C15);
    const unsigned char *at = (const unsigned char *)bytes.ptr;
    uint64_t value;
    size_t left = bytes.len;

    for (; left >= 8; at += 8, left -= 8) {
        memcpy(&value, at, 8);
        sum = mix(sum, le64toh(value));
    }
    for (value = 0; left > 0; left--)
        value = value << 8 | at[left - 1];
    return (uint32_t)mix(sum, value);
}

int checksum_fail(const struct store *st, uint64_t device, struct err *err)
{
    char id[EUI64_TEXT_SIZE];

    eui64_format(device, id);
    return err_set(err, ERR_IO,
                   "the store \"%s\" is damaged: the evidence of Device %s is not what was stored; "
                   "run 'pcreport verify' and go back to a copy",
                   st->path, id);
}
