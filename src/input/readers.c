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

/* Files that are often given in the place of a CSV file, by their first bytes, and what would mend it. */
static const struct {
    struct text magic;
    const char *is;
} others[] = {
    {TEXT_LITERAL("\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1"),
     "is an Excel workbook (.xls) or another document of Office; save the sheet as CSV UTF-8"},
    {TEXT_LITERAL("%PDF-"), "is a PDF; get the data as CSV"},
    {TEXT_LITERAL("7z\xBC\xAF\x27\x1C"), "is a 7z archive; unpack it, and read what is in it"},
    {TEXT_LITERAL("Rar!\x1A\x07"), "is a RAR archive; unpack it, and read what is in it"},
    {TEXT_LITERAL("PAR1"), "is a Parquet file; write it as CSV"},
    {TEXT_LITERAL("SQLite format 3"), "is a database of SQLite; export its tables as CSV"},
};

static bool is_html(struct text t)
{
    static const struct text begins[] = {TEXT_LITERAL("<!doctype html"), TEXT_LITERAL("<html")};
    size_t at = t.len >= 3 && memcmp(t.ptr, "\xEF\xBB\xBF", 3) == 0 ? 3 : 0;

    while (at < t.len && memchr(" \t\r\n", t.ptr[at], 4) != NULL)
        at++;
    for (size_t i = 0; i < ARRAY_LEN(begins); i++)
        if (t.len - at >= begins[i].len && text_equal_nocase((struct text){t.ptr + at, begins[i].len}, begins[i]))
            return true;
    return false;
}

int readers_refuse_other(const char *name, struct text head, struct err *why)
{
    for (size_t i = 0; i < ARRAY_LEN(others); i++)
        if (head.len >= others[i].magic.len && memcmp(head.ptr, others[i].magic.ptr, others[i].magic.len) == 0)
            return err_set(why, ERR_DATA, "'%s' %s", name, others[i].is);
    if (is_html(head))
        return err_set(
            why, ERR_DATA,
            "'%s' is a page of HTML, perhaps one to sign in that was saved in its place; get the file itself", name);
    return 0;
}

static void refuse_unknown(const struct job *job, const struct head *head, struct err *why)
{
    const char *const fault = heading_fault(head);
    const struct layout *const layout = layouts_recognise(job->options->forms, head, true);
    const size_t len = bytes_line((const unsigned char *)head->bytes.ptr, head->bytes.len, true);
    char kinds[160], line[100];
    struct buf shown = {0};

    if (layout != NULL) {
        err_set(
            why, ERR_DATA,
            "'%s' begins as [layout %s] has it: compare its fields with what 'pcreport check --suggest' prints, and "
            "read it with --layout=%s",
            job->name, flat_name(layout), flat_name(layout));
        return;
    }
    list_kinds(kinds, sizeof(kinds));
    secret_remove(bytes_without_end((const unsigned char *)head->bytes.ptr, len), &shown);
    text_show(buf_text(&shown), line, sizeof(line));
    buf_release(&shown);
    err_set(why, ERR_DATA,
            "'%s' is of no known kind%s%s; its first line is '%s'; the kinds are %s (name one with --kind)", job->name,
            fault != NULL ? ": " : "", fault != NULL ? fault : "", line, kinds);
}

static void refuse_near(const struct job *job, const struct reader_ops *nearest, const struct bid *bid, struct err *why)
{
    char kinds[160];

    list_kinds(kinds, sizeof(kinds));
    if (nearest->table != NULL)
        err_set(why, ERR_DATA,
                "'%s' is of no known kind: nearest is %s, but it lacks %s (map columns in the configuration under "
                "[columns.%s], as 'pcreport check --suggest' prints them); the kinds are %s (name one with --kind)",
                job->name, nearest->kind->name, bid->lacks, nearest->kind->name, kinds);
    else
        err_set(why, ERR_DATA,
                "'%s' is of no known kind: nearest is %s, but it lacks %s, which 'man pcreport-%s' tells; "
                "the kinds are %s (name one with --kind)",
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
