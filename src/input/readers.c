/* The table of readers, and how the one for a content is found. */
#include "layout_int.h"
#include "readers_int.h"
#include "table_int.h"

#include <stdio.h>
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

static void list_kinds(char *out, size_t size)
{
    size_t len = 0;

    out[0] = '\0';
    for (size_t i = 0; i < ARRAY_LEN(readers) && len < size; i++)
        len += (size_t)snprintf(out + len, size - len, "%s%s", i > 0 ? ", " : "", reader_kinds[i].name);
}

/* What keeps the content from being any CSV kind; NULL when it has a heading that can be read. */
static const char *heading_fault(const struct head *head)
{
    struct splitter s = {0};
    const char *why = NULL;
    size_t consumed;
    char delimiter;

    (void)heading_split(&s, head, 0, &delimiter, &consumed, &why);
    splitter_release(&s);
    return why;
}

static void refuse_unknown(const struct job *job, const struct head *head, struct err *why)
{
    const char *const fault = heading_fault(head);
    const struct layout *const layout = layouts_recognise(job->options->forms, head, true);
    char kinds[160];

    if (layout != NULL) {
        err_set(
            why, ERR_DATA,
            "'%s' begins as [layout %s] has it: compare its fields with what 'pcreport check --suggest' prints, and "
            "read it with --layout=%s",
            job->name, flat_name(layout), flat_name(layout));
        return;
    }
    list_kinds(kinds, sizeof(kinds));
    err_set(why, ERR_DATA, "'%s' is of no known kind%s%s; the kinds are %s (name one with --kind)", job->name,
            fault != NULL ? ": " : "", fault != NULL ? fault : "", kinds);
}

static void refuse_near(const struct job *job, const struct reader_ops *nearest, const struct bid *bid, struct err *why)
{
    char kinds[160];

    list_kinds(kinds, sizeof(kinds));
    err_set(why, ERR_DATA,
            "'%s' is of no known kind: nearest is %s, but it lacks %s (map columns in the configuration under "
            "[columns.%s], as 'pcreport check --suggest' prints them); the kinds are %s (name one with --kind)",
            job->name, nearest->kind->name, bid->lacks, nearest->kind->name, kinds);
}

/* The surest reader; out->score is 0 where none bids. */
static const struct reader_ops *surest(const struct job *job, const struct head *head, struct bid *out)
{
    const struct reader_ops *best = NULL;

    *out = (struct bid){0};
    for (size_t i = 0; i < ARRAY_LEN(readers) && !out->no_memory; i++) {
        struct bid bid;
        readers[i]->bid(readers[i], job, head, &bid);
        if (bid.score > out->score || bid.no_memory) {
            best = readers[i];
            *out = bid;
        }
    }
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
    if (best == NULL)
        refuse_unknown(job, head, why);
    else
        refuse_near(job, best, &bid, why);
    return NULL;
}
