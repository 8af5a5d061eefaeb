/* report --describe: what a report holds, for someone who is about to read or copy it. */
#include "reports_int.h"

#include <stdio.h>

static void describe_json(const struct session *s, const struct report *r)
{
    struct event e;

    event_begin(&e, s, "report");
    json_pair(&e.json, "name", r->name);
    json_pair(&e.json, "title", r->title);
    json_pair(&e.json, "audience", r->audience);
    json_pair(&e.json, "description", r->description);
    json_key(&e.json, "columns");
    json_open(&e.json, '[');
    for (size_t i = 0; i < r->column_count; i++) {
        json_open(&e.json, '{');
        json_pair(&e.json, "name", r->columns[i].name);
        json_pair(&e.json, "type", column_type_word(r->columns[i].type));
        json_pair(&e.json, "title", r->columns[i].title);
        json_close(&e.json, '}');
    }
    json_close(&e.json, ']');
    json_pair(&e.json, "query", r->sql);
    event_end(&e, s);
}

static void describe_text(const struct report *r)
{
    printf("%s: %s\n", r->name, r->title);
    if (r->audience[0] != '\0')
        printf("for %s\n", r->audience);
    if (r->description[0] != '\0')
        printf("\n%s\n", r->description);
    printf("\nColumns:\n");
    for (size_t i = 0; i < r->column_count; i++)
        printf("  %-30s %-8s %s\n", r->columns[i].name, column_type_word(r->columns[i].type), r->columns[i].title);
    for (size_t i = 0; i < r->chart_count; i++)
        printf("%s  %s (%s)\n", i == 0 ? "\nCharts:\n" : "", r->charts[i].title, chart_kind_word(r->charts[i].kind));
    if (r->split != NULL)
        printf("\n'run' writes one more file for each %s.\n", r->split);
    printf("\nQuery:\n%s\n", r->sql);
}

int describe_report(const struct session *s, const struct reports *reports, const char *name, struct err *err)
{
    const struct report *const r = reports_find(reports, name, err);

    if (r == NULL)
        return -1;
    if (s->json)
        describe_json(s, r);
    else
        describe_text(r);
    return 0;
}
