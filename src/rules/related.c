/* R9: the exceptions of one Device beside its obligations. */
#include "related_int.h"

bool next_request(struct search *s, size_t *at, bool (*wanted)(srv_code srv), struct attempt *out,
                  struct choice *chosen)
{
    const struct device_records *const records = s->facts->records;

    while (*at < records->request_count) {
        const struct request_row *const rows = &records->requests[*at];
        const size_t count = request_rows(rows, records->request_count - *at);

        *at += count;
        if (wanted(rows->srv) && request_at(rows, count, &s->reader, s->ctx->as_of, out, chosen))
            return true;
    }
    return false;
}

size_t related_scratch_size(const struct device_facts *facts)
{
    return facts->records->request_count *
           (sizeof(struct join_event) + sizeof(struct join_exception) + sizeof(struct firmware_message));
}

void related_find(const struct device_facts *facts, const struct judge_context *ctx, const struct judgement *j,
                  struct judge_scratch *scratch, struct related *out)
{
    const size_t count = facts->records->request_count;
    struct search s = {.facts = facts, .ctx = ctx, .judgement = j};
    struct join_event *const events = scratch->ptr;
    struct join_exception *const joins = count > 0 ? (struct join_exception *)(events + count) : NULL;
    struct firmware_message *const firmware = count > 0 ? (struct firmware_message *)(joins + count) : NULL;

    code_reader_init(&s.reader, ctx->codes, ctx->revised->response_window_ms);
    operator_find(&s, &out->operator);
    out->joins = joins;
    out->join_count = joins_find(&s, events, joins);
    out->firmware = firmware;
    out->firmware_count = firmware_find(&s, firmware);
}
