/* What the tests of judging share: small criteria, and queries of what was judged as text. */
#ifndef PCREPORT_TESTS_JUDGING_COURT_H
#define PCREPORT_TESTS_JUDGING_COURT_H

#include "judging/query.h"
#include "store/fixture.h"

struct court {
    struct criteria criteria;
    struct code_map codes;
    struct directory *directory;
    struct judge_context ctx;
};

/* CHFs, GPFs and ESMEs owe `communicating`, ESMEs and GSMEs issue-credentials too. */
static inline void court_open(struct court *c, struct store *st, instant as_of)
{
    static const enum device_type types[] = {DEVICE_CHF, DEVICE_GPF, DEVICE_ESME, DEVICE_GSME};
    struct err err = {0};

    *c = (struct court){
        .criteria = {.name = "test", .obligation_ms = 7 * DAY, .response_window_ms = DAY, .cos_grace_ms = 14 * DAY}};
    for (size_t i = 0; i < ARRAY_LEN(types); i++) {
        struct obligation_terms *terms = c->criteria.terms[types[i]];
        bool meter = types[i] == DEVICE_ESME || types[i] == DEVICE_GSME;

        terms[OBLIGATION_COMMUNICATING].owed_by = meter ? OWED_BY_SUPPLIER : OWED_BY_DCC;
        if (meter)
            terms[OBLIGATION_ISSUE_CREDENTIALS] =
                (struct obligation_terms){.owed_by = OWED_BY_SUPPLIER, .successes = 2};
    }
    c->codes.code_count = 1;
    strcpy(c->codes.codes[0].pattern, "I0");
    c->codes.codes[0].class = CODE_OK;
    c->codes.status_count = 1;
    strcpy(c->codes.statuses[0].word, "Success");
    c->codes.statuses[0].class = STATUS_SUCCESS;
    assert_ok(store_directory(st, INSTANT_MAX, &c->directory, &err));
    c->ctx = (struct judge_context){.directory = c->directory,
                                    .legacy = &c->criteria,
                                    .revised = &c->criteria,
                                    .codes = &c->codes,
                                    .as_of = as_of,
                                    .settings = &judge_settings_default};
}

static inline void court_close(struct court *c)
{
    directory_destroy(c->directory);
}

/* All rows of a query: cells joined by '|', rows ended by a newline; NULL as "-". */
static inline char *query_source_text(struct store *st, const struct query_source *source, const char *sql)
{
    struct cursor *rows = NULL;
    struct err err = {0};
    struct buf out = {0};
    char *text;
    int got;

    assert_ok(store_query(st, source, "test", sql, &rows, &err));
    while ((got = cursor_next(rows, &err)) == 1) {
        for (int i = 0; i < cursor_column_count(rows); i++) {
            if (i > 0)
                buf_add_byte(&out, '|');
            if (cursor_cell_type(rows, i) == CELL_EMPTY)
                buf_add_byte(&out, '-');
            else
                buf_add_text(&out, cursor_text(rows, i));
        }
        buf_add_byte(&out, '\n');
    }
    if (got < 0)
        fail_msg("%s: %s", sql, err.msg);
    cursor_destroy(rows);
    text = strdup(buf_cstr(&out));
    buf_release(&out);
    return text;
}

static inline char *query_text(struct store *st, const struct judged *j, const char *sql)
{
    return query_source_text(st, &(struct query_source){.now = j}, sql);
}

#define assert_query(st, j, sql, wanted)                                                                               \
    do {                                                                                                               \
        char *got_ = query_text(st, j, sql);                                                                           \
        assert_string_equal(got_, wanted);                                                                             \
        free(got_);                                                                                                    \
    } while (0)

#endif
