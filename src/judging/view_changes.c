/* The view `changes`: one row a Device that fails now, failed then, or is judged otherwise than then. */
#include "views_int.h"

#include "rules/change.h"

#define COLUMNS(C)                                                                                                     \
    C(device_id, TEXT, "The Device.", cell_eui64(cell, j->device))                                                     \
    C(device_type, TEXT, "Its type.", cell_word(cell, term_word(&vocab_device_type, row->type)))                       \
    C(smets, TEXT, "SMETS1 or SMETS2+.", cell_word(cell, term_word(&vocab_smets, row->smets)))                         \
    C(csp_region, TEXT, "The region of its CSP.", cell_word(cell, term_word(&vocab_csp_region, row->region)))          \
    C(responsible_party, TEXT, "The party that owes what is unmet now, several joined by ';'.",                        \
      cell_parties(cell, d, j->responsible, j->responsible_count))                                                     \
    C(change, TEXT, "What changed.", cell_word(cell, change_word(c->change)))                                          \
    C(verdict_before, TEXT, "The verdict then.", if (then != NULL) cell_word(cell, verdict_word(then->verdict)))       \
    C(verdict, TEXT, "The verdict now.", cell_word(cell, verdict_word(j->verdict)))                                    \
    C(legacy_verdict_before, TEXT, "That of the criteria in force then.",                                              \
      if (then != NULL) cell_word(cell, verdict_word(then->legacy_verdict)))                                           \
    C(legacy_verdict, TEXT, "And now.", cell_word(cell, verdict_word(j->legacy_verdict)))                              \
    C(classification_before, TEXT, "How the two differed then.",                                                       \
      if (then != NULL) cell_word(cell, classification_word(then->classification)))                                    \
    C(classification, TEXT, "And now.", cell_word(cell, classification_word(j->classification)))                       \
    C(reasons_before, TEXT, "Why, then.", if (then != NULL) cell_reasons(cell, then->reasons))                         \
    C(reasons, TEXT, "And now.", cell_reasons(cell, j->reasons))                                                       \
    C(excluded_reason, TEXT, "Why it is left out now.", cell_word(cell, excluded_reason_word(j->excluded)))            \
    C(unmet, TEXT, "The obligations that are neither MET nor NOT_APPLICABLE now.", cell_unmet(cell, j))                \
    C(next_action, TEXT, "What would settle or mend it now.", cell_next_action(cell, d, j))

enum { COLUMNS(VIEW_ENUM) };
static const struct view_column columns[] = {COLUMNS(VIEW_COLUMN)};

struct changes_cursor {
    struct scan_cursor now;
    struct judged_cursor before;
    struct judged_head head; /* of the record that `before` stands on */
    bool before_at_end, judged_before;
    enum change change;
};

static int step_before(struct changes_cursor *c, struct err *err)
{
    const int got = judged_next(&c->before, &c->head, err);

    c->before_at_end = got != 1;
    return got < 0 ? -1 : 0;
}

static struct standing standing_of(const struct judged_head *head)
{
    return (struct standing){(enum verdict)head->verdict, (enum classification)head->classification};
}

/* From the Device that `now` stands on (got 1) to the first with a change. The two sets hold the same Devices, where
 * there is an earlier one at all. */
static int find_change(struct changes_cursor *c, int got, struct err *err)
{
    for (; got == 1; got = view_scan_next(&c->now.scan, err)) {
        const struct standing now = standing_of(&c->now.scan.head);
        struct standing then;

        while (!c->before_at_end && c->head.device < c->now.scan.head.device)
            if (step_before(c, err) < 0)
                return -1;
        c->judged_before = !c->before_at_end && c->head.device == c->now.scan.head.device;
        then = standing_of(&c->head);
        c->change = change_between(c->judged_before ? &then : NULL, &now);
        if (c->change != CHANGE_NONE)
            return 1;
    }
    return got;
}

static int changes_begin(struct view_cursor *base, unsigned keys, sqlite3_value **argv, struct err *err)
{
    struct changes_cursor *const c = (struct changes_cursor *)base;
    const struct judged *const before = base->source->query->before;

    c->before_at_end = before == NULL;
    if (before != NULL) {
        judged_rewind(&c->before, before);
        if (step_before(c, err) < 0)
            return -1;
    }
    return find_change(c, scan_cursor_begin(base, keys, argv, err), err);
}

static int changes_next(struct view_cursor *base, struct err *err)
{
    return find_change((struct changes_cursor *)base, scan_cursor_next(base, err), err);
}

static int changes_cell(struct view_cursor *base, sqlite3_context *cell, int column, struct err *err)
{
    struct changes_cursor *const c = (struct changes_cursor *)base;
    const struct judged_row *const judged = view_scan_row(&c->now.scan, err);
    const struct directory *const d = base->source->ctx->directory;
    const struct judgement *const j = judged != NULL ? &judged->judgement : NULL;
    const struct inventory_row *const row = judged != NULL ? &judged->inventory : NULL;
    const struct judgement *then = NULL;
    struct judged_row before;

    if (j == NULL)
        return -1;
    if (c->judged_before) {
        if (judged_row_read(&c->before, &before, err) < 0)
            return -1;
        then = &before.judgement;
    }
    switch (column) {
        COLUMNS(VIEW_CASE)
    }
    return 0;
}

static void changes_release(struct view_cursor *base)
{
    judged_cursor_release(&((struct changes_cursor *)base)->before);
    scan_cursor_release(base);
}

const struct view view_changes = {
    .about = {"changes",
              "One row for each Device that fails, failed, or is judged otherwise than at the earlier instant.",
              columns, ARRAY_LEN(columns)},
    .plan = {.cost = 0, .rows = 1e5, .keys = VIEW_NO_KEYS, .device = COLUMN_device_id, .then = NO_COLUMN},
    .cursor_size = sizeof(struct changes_cursor),
    .begin = changes_begin,
    .next = changes_next,
    .cell = changes_cell,
    .release = changes_release,
};
