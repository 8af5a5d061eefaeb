/* What the three kinds of related exceptions share. */
#ifndef PCREPORT_RULES_RELATED_INT_H
#define PCREPORT_RULES_RELATED_INT_H

#include "requests_int.h"

#include "rules/related.h"

/* One Device, while its exceptions are looked for. */
struct search {
    const struct device_facts *facts;
    const struct judge_context *ctx;
    const struct judgement *judgement;
    struct code_reader reader;
};

/* Steps through the requests for which `wanted` says yes, as they stand at as-of; *at starts at 0. False at the end. */
bool next_request(struct search *s, size_t *at, bool (*wanted)(srv_code srv), struct attempt *out,
                  struct choice *chosen);

/* A join or unjoin and the other Device of the pair. */
struct join_event {
    uint64_t other_device;
    struct join_message message;
};

void operator_find(struct search *s, struct operator_exception *out);                              /* R9.1 */
size_t joins_find(struct search *s, struct join_event *events, struct join_exception *exceptions); /* R9.2 */
size_t firmware_find(struct search *s, struct firmware_message *messages);                         /* R9.3 */

#endif
