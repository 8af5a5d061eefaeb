/* The table of readers, and how the one for a content is found. */
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

    (void)heading_split(&s, head, &delimiter, &consumed, &why);
    splitter_release(&s);
    return why;
}

static void refuse_unknown(const struct job *job, const struct head *head, struct err *why)
{
    const char *const fault = heading_fault(head);
    char kinds[160];

    list_kinds(kinds, sizeof(kinds));
    err_set(why, ERR_DATA, "'%s' is of no known kind%s%s; the kinds are %s (name one with --kind)", job->name,
            fault != NULL ? ": " : "", fault != NULL ? fault : "", kinds);
}

const struct reader_ops *readers_pick(const struct job *job, const struct head *head, struct err *why)
{
    const struct reader_ops *best = NULL;
    struct bid best_bid = {0};
    char kinds[160];

    if (job->options->kind != NULL)
        return readers_find(job->options->kind);
    if (job->profile != NULL && job->profile->kind != NULL)
        return readers_find(job->profile->kind);
    for (size_t i = 0; i < ARRAY_LEN(readers); i++) {
        struct bid bid;
        readers[i]->bid(readers[i], job, head, &bid);
        if (bid.no_memory)
            return err_nomem(why), NULL;
        if (bid.score > best_bid.score) {
            best = readers[i];
            best_bid = bid;
        }
    }
    if (best != NULL && best_bid.score >= BID_SURE)
        return best;
    if (best == NULL) {
        refuse_unknown(job, head, why);
    } else {
        list_kinds(kinds, sizeof(kinds));
        err_set(why, ERR_DATA,
                "'%s' is of no known kind: nearest is %s, but it lacks %s (map columns in the configuration under "
                "[columns.%s]); the kinds are %s (name one with --kind)",
                job->name, best->kind->name, best_bid.lacks, best->kind->name, kinds);
    }
    return NULL;
}
