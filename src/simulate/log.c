#include "log_int.h"

#include "base/sorter.h"
#include "duis_out_int.h"
#include "put_int.h"
#include "world_int.h"

#include <assert.h>
#include <stdlib.h>

#define SORT_MEMORY   ((size_t)24 << 20)
#define EPOCH_DAYS    700 /* before the end: 770 days of seconds fit in TIME_BITS */
#define SEQUENCE_BITS 38
#define TIME_BITS     26
#define TOLD_EVERY    65536

/* A row as it is sorted: no pointers, no gaps. Seconds are counted from the epoch; 0 is none. */
struct packed {
    uint64_t device, user, other_device, placed, serial;
    uint32_t requested, responded, execution, not_before;
    uint32_t srv;
    uint16_t request, number;
    uint8_t user_role, credential, role, variant, code, status, begins, copied, device_type, said;
    uint8_t unused[2];
};
#define EXECUTION_CANCELLED UINT32_MAX

struct log {
    struct sorter *sorter;      /* NULL: only counted */
    struct sorter_merge *merge; /* NULL: nothing is written yet */
    struct sorter_entry next;   /* the first that is not */
    int more;                   /* whether there is one; as sorter_merge_next */
    uint64_t written;
    int64_t epoch_s;
    uint64_t count;
    const char *statuses[64]; /* the words in use, by number; the first is "" */
    size_t status_count;
};

const char *const log_codes[CODES] = {
    [CODE_NONE] = "",       [CODE_I0] = "I0",         [CODE_IO] = "IO",           [CODE_I99] = "I99",
    [CODE_E4] = "E4",       [CODE_E5] = "E5",         [CODE_E20] = "E20",         [CODE_E21] = "E21",
    [CODE_E30] = "E30",     [CODE_E77] = "E77",       [CODE_8F66] = "8F66",       [CODE_E110101] = "E110101",
    [CODE_S1VE4] = "S1VE4", [CODE_S1VE64] = "S1VE64", [CODE_E080801] = "E080801",
};

int log_create(struct log **out, const char *folder, int64_t end_s, struct err *err)
{
    struct log *const l = calloc(1, sizeof(*l));

    *out = NULL;
    if (l == NULL)
        return err_nomem(err);
    l->epoch_s = end_s - EPOCH_DAYS * DAY_S;
    l->statuses[l->status_count++] = "";
    if (folder != NULL && sorter_create(&l->sorter, folder, SORT_MEMORY, err) < 0) {
        log_destroy(l);
        return -1;
    }
    *out = l;
    return 0;
}

void log_destroy(struct log *l)
{
    if (l == NULL)
        return;
    sorter_merge_destroy(l->merge);
    sorter_destroy(l->sorter);
    free(l);
}

uint64_t log_count(const struct log *l)
{
    return l->count;
}

static uint8_t status_number(struct log *l, const char *status)
{
    size_t i = 0;

    while (i < l->status_count && strcmp(l->statuses[i], status) != 0)
        i++;
    if (i == l->status_count) {
        assert(i < ARRAY_LEN(l->statuses));
        l->statuses[l->status_count++] = status;
    }
    return (uint8_t)i;
}

static uint32_t since_epoch(const struct log *l, int64_t at_s)
{
    if (at_s == NO_TIME)
        return 0;
    if (at_s == CANCELLED)
        return EXECUTION_CANCELLED;
    assert(at_s > l->epoch_s && (at_s - l->epoch_s) >> TIME_BITS == 0);
    return (uint32_t)(at_s - l->epoch_s);
}

int log_add(struct log *l, const struct log_entry *e, struct err *err)
{
    const struct packed row = {
        .device = e->device,
        .user = e->user,
        .other_device = e->other_device,
        .placed = e->placed,
        .serial = e->serial,
        .requested = since_epoch(l, e->requested_s),
        .responded = since_epoch(l, e->responded_s),
        .execution = since_epoch(l, e->execution_s),
        .not_before = e->srv == SRV(6, 15, 2) ? since_epoch(l, e->not_before_s) : 0,
        .srv = e->srv,
        .request = (uint16_t)e->request,
        .number = (uint16_t)e->number,
        .user_role = (uint8_t)e->user_role,
        .credential = (uint8_t)e->credential,
        .role = (uint8_t)e->role,
        .variant = (uint8_t)e->variant,
        .code = (uint8_t)e->code,
        .status = status_number(l, e->status),
        .begins = e->begins,
        .copied = e->copied,
        .device_type = (uint8_t)e->device_type,
        .said = (uint8_t)e->said,
    };
    /* The number of the row makes keys differ, so that the order does not depend on the sort. */
    const uint64_t key = (uint64_t)since_epoch(l, e->logged_s) << SEQUENCE_BITS | l->count;

    l->count++;
    return l->sorter == NULL ? 0 : sorter_add(l->sorter, 0, key, &row, sizeof(row), err);
}

struct writing {
    const struct log *log;
    struct sink *sink;
    struct duis_out *duis;
    struct calendar requested, responded, execution;
};

static char *put_moment(const struct writing *w, char *p, struct calendar *c, uint32_t at)
{
    if (at == 0)
        return p;
    return put_time(p, c, at == EXECUTION_CANCELLED ? CANCEL_DATE : w->log->epoch_s + at);
}

/* originator:target:counter, the same as in the documents of DUIS; the counter is milliseconds since 1970. */
static char *put_request_id(const struct writing *w, char *p, const struct packed *r)
{
    if (r->request == 0)
        return p;
    p = put_char(put_eui(p, r->user), ':');
    p = put_char(put_eui(p, r->variant == COMMAND_IN_DCC ? ENTITY_ACB : r->device), ':');
    return put_number(p, (uint64_t)(w->log->epoch_s + r->requested) * 1000 + r->request);
}

static void write_row(struct writing *w, const struct packed *r)
{
    static const char *const credentials[KEY_USAGES] = {"", "Digital Signature", "Key Agreement", ""};
    char *p = sink_line(w->sink);

    p = put_char(put_eui(p, r->device), ',');
    p = put_char(put_service(p, r->srv), ',');
    p = put_char(put_eui(p, r->user), ',');
    p = put_char(put_moment(w, p, &w->requested, r->requested), ',');
    p = put_char(put_request_id(w, p, r), ',');
    p = put_char(put_str(p, term_word(&vocab_user_role, r->user_role)), ',');
    p = put_char(put_str(p, credentials[r->credential]), ',');
    p = put_char(put_str(p, term_word(&vocab_party_role, r->role)), ',');
    p = put_char(put_number(p, r->variant), ',');
    p = put_char(put_moment(w, p, &w->execution, r->execution), ',');
    p = put_char(put_eui(p, r->other_device), ',');
    p = put_char(put_moment(w, p, &w->responded, r->responded), ',');
    p = put_char(put_str(p, log_codes[r->code]), ',');
    p = put_str(p, w->log->statuses[r->status]);
    sink_end(w->sink, put_char(p, '\n'));
}

static int64_t moment(const struct log *l, uint32_t at)
{
    if (at == 0)
        return NO_TIME;
    return at == EXECUTION_CANCELLED ? CANCELLED : l->epoch_s + at;
}

/* A row as it was added, but for when it was logged. */
static struct log_entry unpack(const struct log *l, const struct packed *r)
{
    return (struct log_entry){
        .device = r->device,
        .user = r->user,
        .other_device = r->other_device,
        .requested_s = moment(l, r->requested),
        .responded_s = moment(l, r->responded),
        .execution_s = moment(l, r->execution),
        .srv = r->srv,
        .request = r->request,
        .user_role = r->user_role,
        .credential = r->credential,
        .role = r->role,
        .variant = r->variant,
        .code = r->code,
        .status = l->statuses[r->status],
        .number = r->number,
        .begins = r->begins != 0,
        .copied = r->copied != 0,
        .device_type = r->device_type,
        .said = r->said,
        .placed = r->placed,
        .serial = r->serial,
        .not_before_s = moment(l, r->not_before),
    };
}

static int write_sorted(struct writing *w, struct log *l, int64_t until_s, log_progress progress, void *ctx,
                        struct err *err)
{
    const uint64_t until = until_s == INT64_MAX ? UINT64_MAX : (uint64_t)(until_s - l->epoch_s);
    struct packed row;

    while (l->more == 1 && l->next.key >> SEQUENCE_BITS <= until && !sink_failed(w->sink)) {
        assert(l->next.len == sizeof(row));
        memcpy(&row, l->next.ptr, sizeof(row));
        write_row(w, &row);
        if (w->duis != NULL) {
            const struct log_entry e = unpack(w->log, &row);

            duis_write(w->duis, &e);
        }
        if (++l->written % TOLD_EVERY == 0)
            progress(ctx, l->written);
        l->more = sorter_merge_next(l->merge, &l->next, err);
    }
    return l->more < 0 ? -1 : 0;
}

int log_write(struct log *l, int64_t until_s, struct sink *s, struct duis_out *duis, log_progress progress, void *ctx,
              struct err *err)
{
    struct writing w = {.log = l, .sink = s, .duis = duis};

    sink_end(s, put_str(sink_line(s), "device_id,srv,user_id,requested_at,request_id,user_role,credential_type,"
                                      "remote_party_role,command_variant,execution_at,other_device_id,responded_at,"
                                      "response_code,execution_status\n"));
    if (l->sorter == NULL)
        return 0;
    if (l->merge == NULL) {
        if (sorter_merge_create(&l->merge, &l->sorter, 1, err) < 0)
            return -1;
        l->more = sorter_merge_next(l->merge, &l->next, err);
    }
    return write_sorted(&w, l, until_s, progress, ctx, err);
}
