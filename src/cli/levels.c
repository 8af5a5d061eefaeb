/* The levels of the tolerances file, and the parties that they are about once the organisations are known. */
#include "filters_int.h"
#include "judging_int.h"

#include <stdlib.h>

int levels_begin(struct levels *l, const struct config *c, struct err *err)
{
    struct buf text = {0};
    int rc;

    if (c->tolerances == NULL)
        return 0;
    rc = read_small_file(c->tolerances, &text, err);
    if (rc == 0)
        rc = tolerances_read(buf_text(&text), c->tolerances, &l->written, err);
    buf_release(&text);
    if (rc < 0)
        return -1;
    l->found = calloc(l->written.count + 1, sizeof(*l->found));
    l->ids = calloc(l->written.count + 1, sizeof(*l->ids));
    if (l->found == NULL || l->ids == NULL)
        return err_nomem(err);
    for (size_t i = 0; i < l->written.count; i++)
        l->found[i] = l->written.ptr[i];
    return 0;
}

static int no_such(const char *path, const struct tolerance *t, const struct directory *d, struct err *err)
{
    struct buf near = {0};

    parties_near(d, t->scope, &near);
    err_set(
        err, ERR_CONFIG,
        "%s:%lu: scope: '%.*s' is nothing known%s%s; wanted is all, a Device type (ESME, GSME, GPF, CHF ...), a CSP "
        "region (North, Central, South, not known), or a party as 'pcreport sql \"SELECT DISTINCT party FROM "
        "parties\"' lists them",
        path, t->line, (int)(t->scope.len < 80 ? t->scope.len : 80), t->scope.ptr, near.len > 0 ? "; near it: " : "",
        buf_cstr(&near));
    buf_release(&near);
    return -1;
}

static int twice(const char *path, const struct tolerance *t, const struct tolerance *other, struct err *err)
{
    return err_set(err, ERR_CONFIG, "%s:%lu: scope: '%.*s' is '%.*s', which has a level of %s in line %lu already",
                   path, t->line, (int)t->scope.len, t->scope.ptr, (int)other->scope.len, other->scope.ptr,
                   tolerance_measure_word(t->measure), other->line);
}

/* An identifier that nobody ever named is no party here: it would be a level of nothing. */
static bool is_known(const struct directory *d, struct party p)
{
    return p.kind == PARTY_KNOWN || (p.kind == PARTY_UNKNOWN && directory_entity(d, p.id).role != ROLE_NONE);
}

int levels_find_parties(struct levels *l, const char *path, const struct directory *d, struct err *err)
{
    for (size_t i = 0; i < l->written.count; i++) {
        const struct tolerance *const t = &l->written.ptr[i];
        struct party p;

        if (t->scope_is != SCOPE_PARTY)
            continue;
        p = directory_find(d, t->scope);
        if (!is_known(d, p))
            return no_such(path, t, d, err);
        l->found[i].scope = directory_party_name(d, p, l->ids[i]);
        for (size_t k = 0; k < i; k++)
            if (l->found[k].scope_is == SCOPE_PARTY && l->found[k].measure == t->measure &&
                text_equal(l->found[k].scope, l->found[i].scope))
                return twice(path, t, &l->written.ptr[k], err);
    }
    return 0;
}

void levels_end(struct levels *l)
{
    free(l->ids);
    free(l->found);
    tolerances_release(&l->written);
    *l = (struct levels){0};
}
