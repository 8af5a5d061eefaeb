/* The totals of a pack: a consistent one passes, and each edit of one figure is found. */
#include "pack_int.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define COLUMNS_MAX 16
#define ROWS_MAX    4

/* A small pack as texts: for each table its columns and rows, cells separated by commas. */
struct sheet {
    enum pack_table table;
    const char *heading;
    const char *rows[ROWS_MAX];
};

static const struct sheet sheets[] = {
    {PACK_SUMMARY,
     "device_type,devices,excluded,pending,judged,legacy_failed,legacy_rate,revised_failed,revised_rate,"
     "revised_rate_at_most,unverified,passed,"
     "false_positives,true_failures,missed_by_legacy",
     {"ESME,8,1,1,6,3,0.5,2,0.3333333333333333,0.5,1,3,2,1,1", "CHF,4,0,0,4,2,0.5,1,0.25,0.25,0,3,1,1,0",
      "All,12,1,1,10,5,0.5,3,0.3,0.4,1,6,3,2,1"}},
    {PACK_TREND,
     "month,judged,legacy_failed,legacy_rate,revised_failed,revised_rate,revised_rate_at_most,unverified,false_"
     "positives,missed_by_legacy,"
     "incidents_raised,incidents_avoided",
     {"2021-08,4,1,0.25,1,0.25,0.25,0,0,0,0,0", "2021-09,10,5,0.5,3,0.3,0.4,1,3,1,1,1"}},
    {PACK_SUPPLIERS,
     "party,due,on_time,late,done,failed,unverified,revised_rate,revised_rate_at_most,legacy_due,legacy_failed,legacy_"
     "rate",
     {"Acme,6,3,0,0,3,0,0.5,0.5,8,2,0.25", "DCC,4,2,0,1,0,1,0,0.25,4,1,0.25"}},
    {PACK_TOLERANCES,
     "measure,scope,legacy,revised,revised_at_most",
     {"failure_rate,Acme,0.25,0.5,0.5", "failure_rate,CHF,0.5,0.25,0.25", "failures,all,5,3,4", "failures,DCC,1,0,1"}},
    {PACK_FALSE_POSITIVES,
     "reason,devices,share,esme,gsme,gpf,chf",
     {"TIMEOUT,2,0.6666666666666666,1,0,0,1", "DSP_CHECK,1,0.3333333333333333,1,0,0,0"}},
    {PACK_FAILURES, "reason,devices,share,esme,gsme,gpf,chf", {"REJECTED,3,1,2,0,0,1"}},
    {PACK_AGEING, "age_band,north,central,south,unknown,open", {"0-7,1,0,0,0,1", "8-30,0,0,0,0,0"}},
    {PACK_INCIDENTS, "incident_id,status", {"PCI-a-1,OPEN", "PCI-b-1,RESOLVED", "PCI-c-1,RAISED_IN_ERROR"}},
    {PACK_AVOIDED, "part,chf_id", {"avoided,a", "not yet known,b"}},
    {PACK_UNVERIFIED, "device_id,obligation", {"a,one", "a,two"}},
    {PACK_COHORTS,
     "month,judged,legacy_failed,legacy_rate,revised_failed,revised_rate,revised_rate_at_most,unverified",
     {"2021-07,6,3,0.5,3,0.5,0.5,0", "2021-08,4,2,0.5,0,0,0.25,1"}},
    {PACK_CHANGES, "change,devices,failed_before", {"NEW,3,0", "PERSISTING,0,0", "RECLASSIFIED,4,1"}},
    {PACK_MISSED_LIST, "device_id,unmet", {"c,one"}},
    {PACK_FAILING_LIST, "device_id,unmet", {"c,one", "d,one", "e,one"}},
    {PACK_MISLED_LIST, "device_id,cleared", {"f,one", "g,one", "h,one"}},
};

struct world {
    struct table tables[PACK_TABLES];
    struct report reports[PACK_TABLES];
    struct report_column columns[PACK_TABLES][COLUMNS_MAX];
};

static size_t cut(char *line, struct text out[COLUMNS_MAX])
{
    size_t n = 0;

    for (char *cell = strtok(line, ","); cell != NULL; cell = strtok(NULL, ","))
        out[n++] = text_of(cell);
    return n;
}

/* With the text `from` of one row of one table replaced by `to`. */
static void build(struct world *w, enum pack_table table, const char *from, const char *to)
{
    struct err err = {0};
    bool replaced = from == NULL;

    memset(w, 0, sizeof(*w));
    for (size_t i = 0; i < ARRAY_LEN(sheets); i++) {
        const enum pack_table t = sheets[i].table;
        struct text cells[COLUMNS_MAX];
        char line[512];

        snprintf(line, sizeof(line), "%s", sheets[i].heading);
        w->reports[t].column_count = cut(line, cells);
        for (size_t c = 0; c < w->reports[t].column_count; c++)
            w->columns[t][c].name = strndup(cells[c].ptr, cells[c].len);
        w->reports[t].columns = w->columns[t];
        w->tables[t].report = &w->reports[t];
        for (size_t r = 0; r < ROWS_MAX && sheets[i].rows[r] != NULL; r++) {
            const bool edit = t == table && from != NULL && strcmp(sheets[i].rows[r], from) == 0;

            replaced = replaced || edit;
            snprintf(line, sizeof(line), "%s", edit ? to : sheets[i].rows[r]);
            cut(line, cells);
            assert_int_equal(table_add_figures(&w->tables[t], cells, &err), 0);
        }
    }
    assert_true(replaced);
}

static void take_down(struct world *w)
{
    for (unsigned t = 0; t < PACK_TABLES; t++) {
        table_release(&w->tables[t]);
        for (size_t c = 0; c < w->reports[t].column_count; c++)
            free(w->columns[t][c].name);
    }
}

static void count(void *ctx, const char *what)
{
    assert_int_not_equal(strlen(what), 0);
    ++*(int *)ctx;
}

static void a_consistent_pack_has_no_findings(void **state)
{
    struct world w;
    int told = 0;

    (void)state;
    build(&w, PACK_SUMMARY, NULL, NULL);
    assert_int_equal(pack_check(w.tables, count, &told, NULL), 0);
    assert_int_equal(told, 0);
    take_down(&w);
}

static void every_edited_total_is_found(void **state)
{
    static const struct {
        enum pack_table table;
        const char *from, *to;
    } edits[] = {
        {PACK_SUMMARY, "CHF,4,0,0,4,2,0.5,1,0.25,0.25,0,3,1,1,0", "CHF,5,0,0,4,2,0.5,1,0.25,0.25,0,3,1,1,0"},
        {PACK_SUMMARY, "CHF,4,0,0,4,2,0.5,1,0.25,0.25,0,3,1,1,0", "CHF,4,0,0,4,2,0.4,1,0.25,0.25,0,3,1,1,0"},
        {PACK_SUMMARY, "CHF,4,0,0,4,2,0.5,1,0.25,0.25,0,3,1,1,0", "CHF,4,0,0,4,2,0.5,1,0.25,0.25,0,3,2,1,0"},
        {PACK_SUMMARY, "CHF,4,0,0,4,2,0.5,1,0.25,0.25,0,3,1,1,0", "CHF,4,0,0,4,2,0.5,1,0.25,0.3,0,3,1,1,0"},
        {PACK_SUMMARY, "All,12,1,1,10,5,0.5,3,0.3,0.4,1,6,3,2,1", "All,12,1,1,10,5,0.5,3,0.3,0.4,1,6,3,2,2"},
        {PACK_TREND, "2021-08,4,1,0.25,1,0.25,0.25,0,0,0,0,0", "2021-08,4,2,0.25,1,0.25,0.25,0,0,0,0,0"},
        {PACK_TREND, "2021-09,10,5,0.5,3,0.3,0.4,1,3,1,1,1", "2021-09,10,5,0.5,3,0.3,0.4,1,4,1,1,1"},
        {PACK_TREND, "2021-09,10,5,0.5,3,0.3,0.4,1,3,1,1,1", "2021-09,10,5,0.5,3,0.3,0.4,1,3,1,1,2"},
        {PACK_SUPPLIERS, "Acme,6,3,0,0,3,0,0.5,0.5,8,2,0.25", "Acme,7,3,0,0,3,0,0.5,0.5,8,2,0.25"},
        {PACK_SUPPLIERS, "Acme,6,3,0,0,3,0,0.5,0.5,8,2,0.25", "Acme,6,4,0,0,2,0,0.5,0.5,8,2,0.25"},
        {PACK_SUPPLIERS, "Acme,6,3,0,0,3,0,0.5,0.5,8,2,0.25", "Acme,6,3,0,0,3,0,0.4,0.5,8,2,0.25"},
        {PACK_SUPPLIERS, "Acme,6,3,0,0,3,0,0.5,0.5,8,2,0.25", "Acme,6,3,0,0,3,0,0.5,0.5,6,2,0.25"},
        {PACK_SUPPLIERS, "DCC,4,2,0,1,0,1,0,0.25,4,1,0.25", "DCC,4,2,0,1,0,1,0,0,4,1,0.25"},
        {PACK_TOLERANCES, "failure_rate,Acme,0.25,0.5,0.5", "failure_rate,Acme,0.3333333333333333,0.5,0.5"},
        {PACK_TOLERANCES, "failure_rate,Acme,0.25,0.5,0.5", "failure_rate,Acme,0.25,0.4,0.5"},
        {PACK_TOLERANCES, "failure_rate,CHF,0.5,0.25,0.25", "failure_rate,CHF,0.5,0.25,0.5"},
        {PACK_TOLERANCES, "failures,all,5,3,4", "failures,all,4,3,4"},
        {PACK_TOLERANCES, "failures,DCC,1,0,1", "failures,DCC,1,0,0"},
        {PACK_FALSE_POSITIVES, "TIMEOUT,2,0.6666666666666666,1,0,0,1", "TIMEOUT,2,0.6666666666666666,1,0,0,0"},
        {PACK_FALSE_POSITIVES, "TIMEOUT,2,0.6666666666666666,1,0,0,1", "TIMEOUT,2,0.9,1,0,0,1"},
        {PACK_FALSE_POSITIVES, "TIMEOUT,2,0.6666666666666666,1,0,0,1", "TIMEOUT,3,1,2,0,0,1"},
        {PACK_FAILURES, "REJECTED,3,1,2,0,0,1", "REJECTED,2,1,1,0,0,1"},
        {PACK_AGEING, "0-7,1,0,0,0,1", "0-7,1,0,1,0,1"},
        {PACK_AGEING, "0-7,1,0,0,0,1", "0-7,2,0,0,0,2"},
        {PACK_INCIDENTS, "PCI-b-1,RESOLVED", "PCI-b-1,OPEN"},
        {PACK_UNVERIFIED, "a,two", "b,two"},
        {PACK_COHORTS, "2021-07,6,3,0.5,3,0.5,0.5,0",
         "2021-07,7,3,0.42857142857142855,3,0.42857142857142855,"
         "0.42857142857142855,0"},
        {PACK_COHORTS, "2021-07,6,3,0.5,3,0.5,0.5,0", "2021-07,6,3,0.4,3,0.5,0.5,0"},
        {PACK_CHANGES, "NEW,3,0", "NEW,2,0"},
        {PACK_CHANGES, "RECLASSIFIED,4,1", "RECLASSIFIED,4,0"},
        {PACK_FAILING_LIST, "d,one", "c,two"},
        {PACK_MISLED_LIST, "g,one", "f,two"},
    };

    (void)state;
    for (size_t i = 0; i < ARRAY_LEN(edits); i++) {
        struct world w;
        int told = 0;

        build(&w, edits[i].table, edits[i].from, edits[i].to);
        if (pack_check(w.tables, count, &told, NULL) == 0)
            fail_msg("the edit '%s' was not found", edits[i].to);
        assert_true(told > 0);
        take_down(&w);
    }
}

static void a_pack_without_a_summary_is_a_finding_too(void **state)
{
    struct world w;
    int told = 0;

    (void)state;
    build(&w, PACK_SUMMARY, NULL, NULL);
    w.tables[PACK_SUMMARY].rows = 0;
    assert_int_equal(pack_check(w.tables, count, &told, NULL), 1);
    assert_int_equal(told, 1);
    take_down(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_consistent_pack_has_no_findings),
        cmocka_unit_test(every_edited_total_is_found),
        cmocka_unit_test(a_pack_without_a_summary_is_a_finding_too),
    };

    return cmocka_run_group_tests_name("check", tests, NULL, NULL);
}
