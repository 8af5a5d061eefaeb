/* The view `obligations`: one row for each obligation of each judged Device, in the order of the Devices and of rule
 * R4. */
#include "device_rows_int.h"
#include "views_int.h"

#include "rules/attribution.h"

#define COLUMNS(C)                                                                                                     \
    C(device_id, TEXT, "The Device.", cell_eui64(cell, j->device))                                                     \
    C(obligation, TEXT, "Its name.", cell_word(cell, obligation_word(obligation)))                                     \
    C(state, TEXT, "Whether it is met.", cell_word(cell, obligation_state_word(o->state)))                             \
    C(rule, TEXT, "The rule that decided it.", cell_word(cell, rule_text(o->rule)))                                    \
    C(reasons, TEXT, "Why, joined by ';'.", cell_reasons(cell, o->reasons))                                            \
    C(owed_by, TEXT, "The party that owes it.", cell_party(cell, d, o->owed_by))                                       \
    C(next_action, TEXT, "What would settle or mend it.", cell_action(cell, d, &o->action))                            \
    C(legacy_met, TEXT, "Whether the criterion in force on the same matter is met.", cell_yes_no(cell, o->legacy_met)) \
    C(device_type, TEXT, "The type of the Device.",                                                                    \
      cell_word(cell, term_word(&vocab_device_type, j->inventory->type)))                                              \
    C(csp_region, TEXT, "The region of its CSP.", cell_word(cell, term_word(&vocab_csp_region, j->inventory->region))) \
    C(inherited, TEXT, "Whether that party owes it only since a Change of Supplier.",                                  \
      cell_yes_no(cell, obligation_is_inherited(j, obligation)))                                                       \
    C(verdict, TEXT, "The verdict of the Device.", cell_word(cell, verdict_word(j->verdict)))                          \
    C(main_reason, TEXT, "The one reason that tells most.", cell_word(cell, reason_word(o->main_reason)))              \
    C(position, INTEGER HIDDEN, "1 to 6, in the order in which obligations are listed everywhere.",                    \
      cell_number(cell, (int)obligation + 1))

enum { COLUMNS(VIEW_ENUM) };
static const struct view_column obligation_columns[] = {COLUMNS(VIEW_COLUMN)};

struct obligations_cursor {
    struct scan_cursor of;
    int obligation;
};

static int obligations_begin(struct view_cursor *base, unsigned keys, sqlite3_value **argv, struct err *err)
{
    ((struct obligations_cursor *)base)->obligation = 0;
    return scan_cursor_begin(base, keys, argv, err);
}

static int obligations_next(struct view_cursor *base, struct err *err)
{
    struct obligations_cursor *const c = (struct obligations_cursor *)base;

    c->obligation = (c->obligation + 1) % OBLIGATIONS;
    return c->obligation > 0 ? 1 : scan_cursor_next(base, err);
}

static int obligations_cell(struct view_cursor *base, sqlite3_context *cell, int column, struct err *err)
{
    struct obligations_cursor *const c = (struct obligations_cursor *)base;
    const struct judged_row *const row = view_scan_row(&c->of.scan, err);
    const struct directory *const d = base->source->ctx->directory;
    const enum obligation obligation = (enum obligation)c->obligation;
    const struct judgement *const j = row != NULL ? &row->judgement : NULL;
    const struct obligation_judgement *const o = row != NULL ? &j->obligations[obligation] : NULL;

    if (row == NULL)
        return -1;
    switch (column) {
        COLUMNS(VIEW_CASE)
    }
    return 0;
}

const struct view view_obligations = {
    .about = {"obligations", "Six rows for each judged Device, one for each obligation.", obligation_columns,
              ARRAY_LEN(obligation_columns)},
    .key = "device_id, position",
    .plan = {.cost = 1e6,
             .rows = 1e6,
             .keys = {COLUMN_device_id, NO_COLUMN, NO_COLUMN, NO_COLUMN, NO_COLUMN, NO_COLUMN},
             .device = COLUMN_device_id,
             .then = COLUMN_position},
    .cursor_size = sizeof(struct obligations_cursor),
    .begin = obligations_begin,
    .next = obligations_next,
    .cell = obligations_cell,
    .release = scan_cursor_release,
};

/* ---- The same cells as texts, for rows without a query ---- */

int obligation_column_find(struct text name)
{
    for (size_t i = 0; i < ARRAY_LEN(obligation_columns); i++)
        if (text_equal(name, text_of(obligation_columns[i].name)))
            return (int)i;
    return -1;
}

const struct view_column *obligation_column_at(unsigned column)
{
    return &obligation_columns[column];
}

#include "cell_texts_int.h"

void obligation_cell_text(const struct judgement *j, enum obligation obligation, const struct judge_context *ctx,
                          int column, struct buf *out)
{
    const struct directory *const d = ctx->directory;
    const struct obligation_judgement *const o = &j->obligations[obligation];
    struct buf *const cell = out;

    switch (column) {
        COLUMNS(VIEW_CASE)
    }
}
