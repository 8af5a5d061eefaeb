/* The views `tolerances` and `csps`: what the configuration says that reports are held against and split by. */
#include "views_int.h"

struct settings_cursor {
    struct view_cursor view;
    size_t at;       /* the present row, in the array */
    unsigned region; /* of csps: the present region */
};

static const struct judge_settings *settings_of(const struct view_cursor *base)
{
    return base->source->ctx->settings;
}

/* ---- tolerances ---- */

#define TOLERANCES(C)                                                                                                  \
    C(measure, TEXT, "What is measured: failure_rate, unverified_rate, failures or open_incidents.",                   \
      cell_word(cell, tolerance_measure_word(t->measure)))                                                             \
    C(scope_is, TEXT, "What the scope is: all, type (of Devices), region or party.",                                   \
      cell_word(cell, tolerance_scope_word(t->scope_is)))                                                              \
    C(scope, TEXT, "Of what: all, a Device type, a CSP region or a party.", cell_text(cell, t->scope))                 \
    C(warn, REAL, "More than this is warned of; NULL: nothing is.",                                                    \
      if (t->warn >= 0) sqlite3_result_double(cell, t->warn))                                                          \
    C(breach, REAL, "More than this is a breach. Rates are fractions.", sqlite3_result_double(cell, t->breach))        \
    C(source, TEXT, "Who says so.", cell_text(cell, t->source))

enum { TOLERANCES(VIEW_ENUM) };
static const struct view_column tolerance_columns[] = {TOLERANCES(VIEW_COLUMN)};

static int tolerances_begin(struct view_cursor *base, unsigned keys, sqlite3_value **argv, struct err *err)
{
    (void)keys;
    (void)argv;
    (void)err;
    ((struct settings_cursor *)base)->at = 0;
    return settings_of(base)->tolerance_count > 0;
}

static int tolerances_next(struct view_cursor *base, struct err *err)
{
    (void)err;
    return ++((struct settings_cursor *)base)->at < settings_of(base)->tolerance_count;
}

static int tolerances_cell(struct view_cursor *base, sqlite3_context *cell, int column, struct err *err)
{
    const struct tolerance *const t = &settings_of(base)->tolerances[((struct settings_cursor *)base)->at];

    (void)err;
    switch (column) {
        TOLERANCES(VIEW_CASE)
    }
    return 0;
}

const struct view view_tolerances = {
    .about = {"tolerances", "One row for each level of the tolerances file.", tolerance_columns,
              ARRAY_LEN(tolerance_columns)},
    .plan = {.cost = 0, .rows = 10, .keys = VIEW_NO_KEYS, .device = NO_COLUMN, .then = NO_ORDER},
    .cursor_size = sizeof(struct settings_cursor),
    .begin = tolerances_begin,
    .next = tolerances_next,
    .cell = tolerances_cell,
};

/* ---- csps ---- */

#define CSPS(C)                                                                                                        \
    C(csp, TEXT, "The Communication Service Provider, by its name in the configuration, else CSP North ...",           \
      cell_text(cell, csp_name(c)))                                                                                    \
    C(region, TEXT, "A region it serves.", cell_word(cell, term_word(&vocab_csp_region, c->region)))

/* A region of which the configuration says nothing is served by one of its own. */
static struct text csp_name(const struct settings_cursor *c)
{
    static const char *const unnamed[CSP_REGIONS] = {
        [CSP_NORTH] = "CSP North", [CSP_CENTRAL] = "CSP Central", [CSP_SOUTH] = "CSP South"};
    const struct judge_settings *const s = settings_of(&c->view);

    return c->at < s->csp_count ? s->csps[c->at].name : text_of(unnamed[c->region]);
}

/* Of the provider at `at`; that behind the last is those of the other regions. */
static bool serves(const struct judge_settings *s, size_t at, unsigned region)
{
    unsigned others = 0;

    if (at < s->csp_count)
        return (s->csps[at].regions & 1U << region) != 0;
    for (size_t i = 0; i < s->csp_count; i++)
        others |= s->csps[i].regions;
    return (others & 1U << region) == 0;
}

/* The first region from the present one on that the present provider serves, or the next one does. */
static int find_region(struct settings_cursor *c)
{
    const struct judge_settings *const s = settings_of(&c->view);

    for (; c->at <= s->csp_count; c->at++, c->region = CSP_NONE + 1)
        for (; c->region < CSP_REGIONS; c->region++)
            if (serves(s, c->at, c->region))
                return 1;
    return 0;
}

enum { CSPS(VIEW_ENUM) };
static const struct view_column csp_columns[] = {CSPS(VIEW_COLUMN)};

static int csps_begin(struct view_cursor *base, unsigned keys, sqlite3_value **argv, struct err *err)
{
    struct settings_cursor *const c = (struct settings_cursor *)base;

    (void)keys;
    (void)argv;
    (void)err;
    c->at = 0;
    c->region = CSP_NONE + 1;
    return find_region(c);
}

static int csps_next(struct view_cursor *base, struct err *err)
{
    struct settings_cursor *const c = (struct settings_cursor *)base;

    (void)err;
    c->region++;
    return find_region(c);
}

static int csps_cell(struct view_cursor *base, sqlite3_context *cell, int column, struct err *err)
{
    const struct settings_cursor *const c = (struct settings_cursor *)base;

    (void)err;
    switch (column) {
        CSPS(VIEW_CASE)
    }
    return 0;
}

const struct view view_csps = {
    .about = {"csps", "One row for each Communication Service Provider and region that it serves.", csp_columns,
              ARRAY_LEN(csp_columns)},
    .plan = {.cost = 0, .rows = 3, .keys = VIEW_NO_KEYS, .device = NO_COLUMN, .then = NO_ORDER},
    .cursor_size = sizeof(struct settings_cursor),
    .begin = csps_begin,
    .next = csps_next,
    .cell = csps_cell,
};
