/* What a parsing thread does with a record: keep it or reject it, and count it. */
#include "load_int.h"

#include "input/duis.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Of a reject beside its bytes: its key, where it waits for the store, and what makes it a row there. */
#define REJECT_ROW_BYTES 24

int worker_add(struct worker *w, const struct parcel *parcel, struct err *err)
{
    if (w->packed.failed) {
        buf_release(&w->packed);
        return err_nomem(err);
    }
    return sorter_add(w->sorter, (unsigned char)parcel->class, parcel->key, w->packed.ptr, w->packed.len, err);
}

int worker_keep(struct worker *w, const struct parcel *parcel, struct err *err)
{
    struct tally *t = &w->tally;

    if (worker_add(w, parcel, err) < 0)
        return -1;
    t->rows++;
    if (parcel->at != INSTANT_NONE) {
        if (t->first == INSTANT_NONE || parcel->at < t->first)
            t->first = parcel->at;
        if (t->last == INSTANT_NONE || parcel->at > t->last)
            t->last = parcel->at;
        if (w->days != NULL && parcel->at >= 0 && parcel->at / INSTANT_DAY < DAYS_MAX)
            w->days[parcel->at / INSTANT_DAY / 64] |= UINT64_C(1) << (parcel->at / INSTANT_DAY % 64);
    }
    return 0;
}

/* Keeps the first samples by line: workers meet the blocks in no promised order. */
static void take_sample(struct tally *t, uint64_t line, const struct fault *fault)
{
    size_t i = t->sample_count;

    while (i > 0 && t->samples[i - 1].line > line)
        i--;
    if (i == SAMPLES_MAX)
        return;
    if (t->sample_count < SAMPLES_MAX)
        t->sample_count++;
    memmove(&t->samples[i + 1], &t->samples[i], (t->sample_count - 1 - i) * sizeof(t->samples[0]));
    struct sample *const s = &t->samples[i];
    s->line = line;
    if (fault->column[0] != '\0')
        snprintf(s->text, sizeof(s->text), "line %llu, '%.40s': %.90s", (unsigned long long)line, fault->column,
                 fault->reason);
    else
        snprintf(s->text, sizeof(s->text), "line %llu: %.120s", (unsigned long long)line, fault->reason);
}

/* What of a rejected record is kept, in w->kept. Of PEM only bytes that begin with a block are, as the reader of
 * certificates hands them over when it has looked into the block. */
static struct text keepable(struct worker *w, struct text bytes)
{
    static const char pem[] = "-----BEGIN ";
    const char *const block = bytes.len > 0 ? memmem(bytes.ptr, bytes.len, pem, sizeof(pem) - 1) : NULL;

    buf_clear(&w->kept);
    if (block == NULL || block == bytes.ptr)
        secret_remove(bytes, &w->kept);
    return (struct text){(const char *)w->kept.ptr, w->kept.len < REJECT_BYTES_MAX ? w->kept.len : REJECT_BYTES_MAX};
}

void worker_refuse_month_first(const struct job *job, struct worker *w, uint64_t line, struct text column,
                               struct text value)
{
    tally_refuse(
        &w->tally, line,
        "column '%.*s' holds \"%.*s\": the month comes first; if it does in all dates of the file, write 'dates = "
        "month-first' under [read.%s] into the configuration",
        column.len < 40 ? (int)column.len : 40, column.ptr, (int)value.len, value.ptr, job->ops->kind->name);
}

int worker_reject(const struct job *job, struct worker *w, struct place at, struct text bytes, struct err *err)
{
    const struct reject reject = {.source = {job->number, at.line},
                                  .offset = at.offset,
                                  .column = text_of(w->fault.column),
                                  .reason = text_of(w->fault.reason),
                                  .bytes = keepable(w, bytes)};
    const struct parcel parcel = {INTAKE_REJECT, intake_reject_key(&reject.source), INSTANT_NONE};

    if (w->kept.failed)
        return err_nomem(err);
    buf_clear(&w->packed);
    intake_pack_reject(&w->packed, &reject);
    if (worker_keep(w, &parcel, err) < 0)
        return -1;
    if (w->fault.month_first.len > 0)
        worker_refuse_month_first(job, w, at.line, text_of(w->fault.column), w->fault.month_first);
    w->tally.rejected++;
    w->tally.rejected_bytes += w->packed.len + REJECT_ROW_BYTES;
    take_sample(&w->tally, at.line, &w->fault);
    return 0;
}

void place_to_span(struct place *at, const struct block *b, size_t i)
{
    const size_t from = i == 0 ? 0 : b->spans[i - 1].at;

    at->line += bytes_scan(b->ptr + from, b->spans[i].at - from).lines;
    at->offset = b->offset + b->spans[i].at;
}

int worker_take_spans(const struct job *job, struct worker *w, const struct block *b, span_taker *take, struct err *err)
{
    struct place at = {b->line, b->offset};

    for (size_t i = 0; i < b->span_count; i++) {
        const struct span *const s = &b->spans[i];
        const struct text record = {(const char *)b->ptr + s->at, s->len};

        place_to_span(&at, b, i);
        if (s->fault != NULL)
            (void)fault_set(&w->fault, (struct text){0}, "%s", s->fault);
        if ((s->fault != NULL ? worker_reject(job, w, at, record, err) : take(job, w, at, record, err)) < 0)
            return -1;
    }
    return 0;
}

void worker_pass_over(struct worker *w)
{
    w->tally.rows++;
    w->tally.passed_over++;
}

static void refuse_from(struct refusal *r, uint64_t line, const char *fmt, va_list args) PRINTF_LIKE(3, 0);

static void refuse_from(struct refusal *r, uint64_t line, const char *fmt, va_list args)
{
    if (r->line != 0 && r->line <= line)
        return;
    r->line = line;
    vsnprintf(r->text, sizeof(r->text), fmt, args);
}

void tally_refuse(struct tally *t, uint64_t line, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    refuse_from(&t->wrong, line, fmt, args);
    va_end(args);
}

void refusal_note(struct refusal *r, uint64_t line, const char *fmt, ...)
{
    va_list args;

    va_start(args, fmt);
    refuse_from(r, line, fmt, args);
    va_end(args);
}

void refusal_join(struct refusal *sum, const struct refusal *r)
{
    if (r->line != 0 && (sum->line == 0 || r->line < sum->line))
        *sum = *r;
}

void tally_note(struct tally *t, enum file_finding finding, uint64_t line, struct text example)
{
    struct found *const f = &t->found[finding];

    if (f->count++ == 0 || line < f->line) {
        f->line = line;
        if (secret_is(example))
            example = TEXT_LITERAL(SECRET_SHOWN);
        snprintf(f->example, sizeof(f->example), "%.*s",
                 (int)(example.len < sizeof(f->example) ? example.len : sizeof(f->example) - 1), example.ptr);
    }
}

static void merge_samples(struct tally *into, const struct tally *from)
{
    for (size_t i = 0; i < from->sample_count; i++) {
        size_t at = into->sample_count;
        while (at > 0 && into->samples[at - 1].line > from->samples[i].line)
            at--;
        if (at == SAMPLES_MAX)
            continue;
        if (into->sample_count < SAMPLES_MAX)
            into->sample_count++;
        memmove(&into->samples[at + 1], &into->samples[at], (into->sample_count - 1 - at) * sizeof(into->samples[0]));
        into->samples[at] = from->samples[i];
    }
}

static void add_found(struct found *sum, const struct found *f)
{
    const uint64_t count = sum->count + f->count;

    if (f->count > 0 && (sum->count == 0 || f->line < sum->line))
        *sum = *f;
    sum->count = count;
}

void tally_join(struct tally *sum, const struct tally *t)
{
    sum->rows += t->rows;
    sum->rejected += t->rejected;
    sum->rejected_bytes += t->rejected_bytes;
    sum->passed_over += t->passed_over;
    for (unsigned n = 0; n < FILE_FINDINGS; n++)
        add_found(&sum->found[n], &t->found[n]);
    if (t->first != INSTANT_NONE && (sum->first == INSTANT_NONE || t->first < sum->first))
        sum->first = t->first;
    if (t->last != INSTANT_NONE && (sum->last == INSTANT_NONE || t->last > sum->last))
        sum->last = t->last;
    merge_samples(sum, t);
    refusal_join(&sum->wrong, &t->wrong);
}

void worker_release(struct worker *w)
{
    sorter_destroy(w->sorter);
    buf_release(&w->packed);
    buf_release(&w->kept);
    splitter_release(&w->split);
    tape_release(&w->tape);
    duis_parser_destroy(w->duis);
    free(w->parts.cells);
    free(w->parts.certs);
    free(w->days);
    *w = (struct worker){0};
}
