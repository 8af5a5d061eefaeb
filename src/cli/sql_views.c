/* pcreport sql --views: which views there are, and what their columns hold. */
#include "sql_int.h"

#include "base/ascii.h"
#include "judging/query.h"
#include "session_int.h"

#include <stdio.h>
#include <string.h>

#define VIEWS_MOST 64

/* What SQLite or a report wants: SELECT * leaves it out. */
static bool is_hidden(const struct view_column *c)
{
    return strstr(c->type, "HIDDEN") != NULL;
}

static void view_event(const struct session *s, const struct view_about *v)
{
    struct event e;

    event_begin(&e, s, "view");
    json_pair(&e.json, "name", v->name);
    json_pair(&e.json, "description", v->sentence);
    json_key(&e.json, "columns");
    json_open(&e.json, '[');
    for (size_t i = 0; i < v->column_count; i++) {
        if (is_hidden(&v->columns[i]))
            continue;
        json_open(&e.json, '{');
        json_pair(&e.json, "name", v->columns[i].name);
        json_pair(&e.json, "type", v->columns[i].type);
        json_pair(&e.json, "description", v->columns[i].sentence);
        json_close(&e.json, '}');
    }
    json_close(&e.json, ']');
    event_end(&e, s);
}

static int describe_view(const struct session *s, const char *name, struct err *err)
{
    const char *names[VIEWS_MOST], *near;
    size_t count = 0;

    for (; count < VIEWS_MOST && view_about(count) != NULL; count++) {
        const struct view_about *const v = view_about(count);

        names[count] = v->name;
        if (strcmp(v->name, name) != 0)
            continue;
        view_event(s, v);
        for (size_t i = 0; !s->json && i < v->column_count; i++)
            if (!is_hidden(&v->columns[i]))
                printf("%-28s %-9s%s\n", v->columns[i].name, v->columns[i].type, v->columns[i].sentence);
        return 0;
    }
    near = text_nearest(name, names, count);
    if (near != NULL)
        return err_set(err, ERR_USAGE, "there is no view '%s': did you mean '%s'?", name, near);
    return err_set(err, ERR_USAGE, "there is no view '%s': 'pcreport sql --views' names those there are", name);
}

int sql_show_views(const struct session *s, struct err *err)
{
    if (s->options.operand_count > 1)
        return err_set(err, ERR_USAGE, "--views describes one view at a time");
    if (s->options.operand_count == 1)
        return describe_view(s, s->options.operands[0], err);
    for (size_t i = 0; view_about(i) != NULL; i++) {
        view_event(s, view_about(i));
        if (!s->json)
            printf("%-21s %s\n", view_about(i)->name, view_about(i)->sentence);
    }
    return 0;
}
