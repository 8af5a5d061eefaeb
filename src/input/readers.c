/* How a file is to be read: the table of readers, which of them its content is for, and in which form. */
#include "job_form_int.h"

#include "base/zone.h"
#include "inventory_int.h"
#include "layout_int.h"
#include "readers_int.h"
#include "refusal_int.h"
#include "table_int.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

const struct load_kind reader_kinds[] = {
#define READER(symbol, name, summary) {name, summary},
#include "readers.def"
#undef READER
    {0},
};

static const struct reader_ops *const readers[] = {
#define READER(symbol, name, summary) &reader_##symbol,
#include "readers.def"
#undef READER
};

const struct load_kind *load_kinds(size_t *count)
{
    *count = READER_COUNT;
    return reader_kinds;
}

const struct reader_ops *readers_find(const char *kind)
{
    for (size_t i = 0; i < ARRAY_LEN(readers); i++)
        if (text_same_word(text_of(reader_kinds[i].name), text_of(kind)))
            return readers[i];
    return NULL;
}

/* ---- What the CSV kinds bid for a heading is kept until another comes ---- */

_Static_assert(READER_COUNT <= READERS_MAX, "a bid of each");

/* Where nothing but the heading, which is the first line, was looked at. */
static bool is_for_heading(const struct reader_ops *ops, const struct head *head)
{
    return ops->bid == table_bid && !head->titles;
}

static bool has_known_bids(const struct job *job, const struct head *head)
{
    const struct known_bids *const known = job->known_bids;

    return known != NULL && known->heading.len > 0 && known->profile == job->profile &&
           head->bytes.len >= known->heading.len &&
           memcmp(head->bytes.ptr, known->heading.ptr, known->heading.len) == 0;
}

static void keep_heading(const struct job *job, const struct head *head)
{
    struct known_bids *const known = job->known_bids;
    struct splitter s = {0};
    size_t consumed = 0;
    const char *why;
    char delimiter;

    if (known == NULL || head->titles)
        return;
    buf_clear(&known->heading);
    known->profile = job->profile;
    if (heading_split(&s, head, 0, &delimiter, &consumed, &why) && head->bytes.ptr[consumed - 1] == '\n' &&
        consumed >= HEADING_LEAST)
        buf_add(&known->heading, head->bytes.ptr, consumed);
    if (known->heading.failed) /* it is done without */
        buf_release(&known->heading);
    splitter_release(&s);
}

/* The surest reader; out->score is 0 where none bids. */
static const struct reader_ops *surest(const struct job *job, const struct head *head, struct bid *out)
{
    const struct reader_ops *best = NULL;
    const bool known = has_known_bids(job, head);

    *out = (struct bid){0};
    for (size_t i = 0; i < ARRAY_LEN(readers) && !out->no_memory; i++) {
        const bool for_heading = is_for_heading(readers[i], head);
        struct bid bid;

        if (for_heading && known)
            bid = job->known_bids->bids[i];
        else
            readers[i]->bid(readers[i], job, head, &bid);
        if (for_heading && job->known_bids != NULL)
            job->known_bids->bids[i] = bid;
        if (bid.score > out->score || bid.no_memory) {
            best = readers[i];
            *out = bid;
        }
    }
    if (!known && !out->no_memory)
        keep_heading(job, head);
    return best;
}

const struct reader_ops *readers_pick(const struct job *job, const struct head *head, struct err *why)
{
    struct head behind_titles = *head;
    const struct reader_ops *best;
    struct bid bid;

    if (job->options->kind != NULL)
        return readers_find(job->options->kind);
    if (job->profile != NULL && job->profile->kind != NULL)
        return readers_find(job->profile->kind);
    best = surest(job, head, &bid);
    behind_titles.titles = true;
    if (bid.score < BID_SURE && !bid.no_memory)
        best = surest(job, &behind_titles, &bid);
    if (bid.no_memory)
        return err_nomem(why), NULL;
    if (bid.score >= BID_SURE)
        return best;
    refuse_file(job, head, best, &bid, why);
    return NULL;
}

/* ---- The form of a file: the profile outweighs that of the kind, and what the command line says outweighs both ----
 */

int form_clocks_create(struct form_clocks *out, const struct forms *f, struct err *err)
{
    *out = (struct form_clocks){0};
    if (f == NULL || f->count == 0)
        return 0;
    out->ptr = calloc(f->count, sizeof(*out->ptr));
    if (out->ptr == NULL)
        return err_nomem(err);
    for (; out->count < f->count; out->count++)
        if (f->ptr[out->count].time_zone != NULL &&
            zone_create(&out->ptr[out->count], f->ptr[out->count].time_zone, err) < 0)
            return -1;
    return 0;
}

void form_clocks_release(struct form_clocks *c)
{
    for (size_t i = 0; i < c->count; i++)
        zone_destroy(c->ptr[i]);
    free(c->ptr);
    *c = (struct form_clocks){0};
}

static int turn(struct job *job, const char *encoding, struct feed *feed, struct head *head, struct err *why)
{
    job->encoding = encoding;
    buf_printf(&job->settings, "encoding=%s\n", encoding);
    return feed_turn(feed, encoding, head, why);
}

static int skip_lines(struct job *job, struct feed *feed, struct head *head, struct err *why)
{
    const unsigned char *const p = (const unsigned char *)head->bytes.ptr;
    const unsigned lines = job->profile->skip_lines;
    size_t at = 0;

    for (unsigned i = 0; i < lines; i++) {
        const size_t len = bytes_line(p + at, head->bytes.len - at, head->whole);
        if (len == 0)
            return err_set(why, ERR_DATA, "'%s' has no more than %u line%s, and [profile %s] skips %u", job->name, i,
                           i == 1 ? "" : "s", job->profile->profile, lines);
        at += len;
    }
    feed_skip(feed, at);
    head->bytes = (struct text){head->bytes.ptr + at, head->bytes.len - at};
    buf_printf(&job->settings, "skip_lines=%u\n", lines);
    return 0;
}

int job_find_form(struct job *job, const char *archive, struct feed *feed, struct head *head, struct err *why)
{
    const struct load_options *const o = job->options;
    const char *encoding = encoding_marked((const unsigned char *)head->bytes.ptr, head->bytes.len);

    if (o->profile != NULL)
        job->profile = forms_profile(o->forms, o->profile);
    else
        job->profile = forms_match(o->forms, file_base_name(job->name));
    if (job->profile == NULL && o->profile == NULL && archive != NULL)
        job->profile = forms_match(o->forms, file_base_name(archive));
    if (encoding == NULL)
        encoding = o->encoding;
    if (encoding == NULL && job->profile != NULL)
        encoding = job->profile->encoding;
    if (encoding != NULL && turn(job, encoding, feed, head, why) < 0)
        return -1;
    return job->profile != NULL && job->profile->skip_lines > 0 ? skip_lines(job, feed, head, why) : 0;
}

/* The encoding of a kind can only count once the kind is known: by the head as it is where that can be read, else by
 * the head in the encoding of some kind. */
static int turn_for_kind(struct job *job, struct feed *feed, struct head *head, struct err *why)
{
    const struct forms *const f = job->options->forms;
    const struct form *form = job->ops != NULL ? forms_of_kind(f, job->ops->kind->name) : NULL;

    for (size_t i = 0; job->ops == NULL && f != NULL && form == NULL && i < f->count; i++)
        if (f->ptr[i].profile == NULL && f->ptr[i].encoding != NULL)
            form = &f->ptr[i];
    if (form == NULL || form->encoding == NULL || feed->turning.encoding != NULL || feed->pending_at > 0)
        return 0;
    *why = (struct err){0};
    if (turn(job, form->encoding, feed, head, why) < 0)
        return -1;
    job->ops = readers_pick(job, head, why);
    return job->ops == NULL ? -1 : 0;
}

static void set_form(struct job *job, const struct form_clocks *clocks)
{
    const struct forms *const f = job->options->forms;
    const struct form *const forms[] = {job->kind_form, job->profile};

    for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
        if (forms[i] == NULL)
            continue;
        if (forms[i]->time_zone != NULL)
            job->clock = clocks->ptr[forms[i] - f->ptr];
        if (forms[i]->dates != DATES_NOT_TOLD)
            job->month_first = forms[i]->dates == DATES_MONTH_FIRST;
        if (forms[i]->time_zone != NULL)
            buf_printf(&job->settings, "time_zone=%s\n", forms[i]->time_zone);
    }
    if (job->month_first)
        buf_add_str(&job->settings, "month-first\n");
}

/* The layout that is asked for, or that of the profile, or the one that the content begins as. */
static int find_layout(struct job *job, const struct head *head, struct err *why)
{
    const struct load_options *const o = job->options;
    const char *const name = o->layout != NULL ? o->layout : job->profile != NULL ? job->profile->layout : NULL;

    job->layout = name != NULL ? layouts_find(o->forms, name) : layouts_recognise(o->forms, head, false);
    if (job->layout == NULL)
        return 0;
    if (o->kind != NULL && readers_find(o->kind) != readers_find(job->layout->kind)) {
        if (name == NULL)
            job->layout = NULL;
        return name == NULL ? 0
                            : err_set(why, ERR_USAGE, "--kind %s: the layout '%s' is of %s", o->kind, job->layout->name,
                                      job->layout->kind);
    }
    flat_reader(job->layout, &job->layout_ops);
    job->ops = &job->layout_ops;
    return 0;
}

static bool names_kind(const struct job *job)
{
    return job->options->kind != NULL || (job->profile != NULL && job->profile->kind != NULL);
}

/* Whether the kind is asked for, or none is. */
static bool asks_for(const struct job *job, const char *kind)
{
    const char *const asked = job->options->kind != NULL ? job->options->kind
                              : job->profile != NULL     ? job->profile->kind
                                                         : NULL;

    return asked == NULL || text_same_word(text_of(asked), text_of(kind));
}

int job_find_reader(struct job *job, const struct form_clocks *clocks, struct feed *feed, struct head *head,
                    struct err *why)
{
    if (find_layout(job, head, why) < 0)
        return -1;
    if (job->ops == NULL && asks_for(job, "inventory") && inventory_json_recognise(job, head, names_kind(job))) {
        inventory_json_reader(&job->layout_ops);
        job->ops = &job->layout_ops;
    }
    if (job->ops == NULL)
        job->ops = readers_pick(job, head, why);
    if (err_is_ours(why) || turn_for_kind(job, feed, head, why) < 0 || job->ops == NULL)
        return -1;
    job->kind_form = forms_of_kind(job->options->forms, job->ops->kind->name);
    set_form(job, clocks);
    return 0;
}
