/* One Device with everything the rules ask of it, for whoever tells its story. */
#ifndef PCREPORT_JUDGING_DEVICE_H
#define PCREPORT_JUDGING_DEVICE_H

#include "rules/judge.h"
#include "store/store.h"

/* Everything about one Device, for `explain`. Arrays live until device_story_release. */
struct device_story {
    struct device_facts facts;
    struct device_records records;
    struct registration_row *registrations;
    size_t registration_count;
    void *packed;
};
/* 1 when the store knows the Device, 0 when not, -1 on failure. as_of decides which MPxN counts. */
int store_device(struct store *st, uint64_t device, instant as_of, struct device_story *out, struct err *err);
void device_story_release(struct device_story *s);

#endif
