/* Codes in plain words, and the glossary that tells what they mean. */
#include "pack_int.h"

#include "rules/incident.h"
#include "rules/plain.h"

#include <string.h>

static const struct report_column columns[] = {
    {(char *)"word", COLUMN_TEXT, 40, (char *)"Word"},
    {(char *)"meaning", COLUMN_TEXT, 90, (char *)"What it means"},
    {(char *)"code", COLUMN_TEXT, 30, (char *)"In the CSV files"},
};

const struct report glossary_report = {
    .name = (char *)"glossary",
    .title = (char *)"Glossary",
    .audience = (char *)"Security Sub-Committee",
    .description = (char *)"The words used in this pack, and the codes that stand for them in its CSV files.",
    .columns = (struct report_column *)columns,
    .column_count = ARRAY_LEN(columns),
};

const char *pack_avoided_name(const struct pack *p)
{
    return incident_criteria_at(p->context.settings, p->context.as_of) == INCIDENTS_BY_LEGACY
               ? "CHF Incidents avoidable"
               : "CHF Incidents avoided";
}

void plain_words_add(struct text t, struct buf *out)
{
    struct buf plain = {0};

    for (size_t at = 0; t.len > 0 && at <= t.len;) {
        const char *const stop = memchr(t.ptr + at, ';', t.len - at);
        const size_t len = stop != NULL ? (size_t)(stop - (t.ptr + at)) : t.len - at;
        const struct plain_word *const word = plain_word_find((struct text){t.ptr + at, len});

        if (word == NULL) {
            buf_release(&plain);
            buf_add_text(out, t);
            return;
        }
        buf_printf(&plain, "%s%s", at > 0 ? "; " : "", word->plain);
        at += len + 1;
    }
    out->failed = out->failed || plain.failed;
    buf_add_text(out, buf_text(&plain));
    buf_release(&plain);
}

#define WORDS_MAX 128

/* Notes the words of a cell that is nothing but words. */
static void note_words(struct text t, bool used[WORDS_MAX])
{
    for (size_t at = 0; at < t.len;) {
        const char *const stop = memchr(t.ptr + at, ';', t.len - at);
        const size_t len = stop != NULL ? (size_t)(stop - (t.ptr + at)) : t.len - at;
        const struct plain_word *const word = plain_word_find((struct text){t.ptr + at, len});

        for (size_t i = 0; word != NULL && i < WORDS_MAX && plain_word_at(i) != NULL; i++)
            used[i] = used[i] || plain_word_at(i) == word;
        at += len + 1;
    }
}

static void note_table(const struct table *t, bool used[WORDS_MAX])
{
    for (size_t r = 0; r < t->rows; r++)
        for (size_t c = 0; c < t->report->column_count; c++)
            if (table_at(t, r, (int)c)->type == CELL_TEXT)
                note_words(table_text(t, table_at(t, r, (int)c)), used);
}

static void put_plain(void *ctx, const char *column, struct text t, struct buf *out)
{
    (void)ctx;
    if (strcmp(column, "code") == 0) /* of the glossary */
        buf_add_text(out, t);
    else
        plain_words_add(t, out);
}

int words_show_tables(struct pack *p, struct err *err)
{
    for (unsigned i = 0; i < PACK_TABLES; i++)
        if (table_copy(&p->tables[i], put_plain, NULL, &p->shown[i], err) < 0)
            return -1;
    return 0;
}

/* Terms that are no codes. */
static const char *const terms[][2] = {
    {"Post Commissioning Obligations",
     "What is owed of a Device within some days of its Commissioning, so that it holds "
     "its own keys and the right parties' certificates."},
    {"criteria in force, legacy", "How a failure is told today: by the responses to Service Requests."},
    {"revised criteria", "How a failure is told here: by what the Device is shown to hold and to have done."},
    {"judged", "Neither excluded nor pending: the Devices that rates are shares of."},
    {"at most", "The rate if every Device of which nothing is known had failed."},
    {"ESME", "Electricity meter."},
    {"GSME", "Gas meter."},
    {"GPF", "Gas Proxy Function, which keeps a gas meter's data in the Communications Hub."},
    {"CHF", "Communications Hub Function, of which a failure raises an Incident."},
    {"CSP region", "The part of Great Britain that one Communication Service Provider serves."},
    {"SRV", "Service Request Variant: a kind of command, by its number."},
    {"DSP check", "A check that the Data Service Provider makes of a Device."},
    {"look", "A read of the certificates that a Device holds."},
    {"waived", "Agreed not to be asked for until some day: the Device keeps its verdict and stays in every count."},
};

int glossary_write(struct pack *p, struct err *err)
{
    struct table *const t = &p->tables[PACK_GLOSSARY];
    bool used[WORDS_MAX] = {false};
    const struct plain_word *w;

    for (unsigned i = 0; i < PACK_TABLES; i++)
        note_table(&p->tables[i], used);
    for (size_t i = 0; i < ARRAY_LEN(terms); i++)
        if (table_add(t, (struct text[]){text_of(terms[i][0]), text_of(terms[i][1]), {0}}, err) < 0)
            return -1;
    for (size_t i = 0; i < WORDS_MAX && (w = plain_word_at(i)) != NULL; i++)
        if (used[i] &&
            table_add(t, (struct text[]){text_of(w->plain), text_of(w->sentence), text_of(w->word)}, err) < 0)
            return -1;
    return 0;
}
