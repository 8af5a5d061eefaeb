/* The view `changes` (R11.2): one row a Device that fails now, failed then, or stands otherwise than then. In a night,
 * "then" is what the runs of earlier days reported; else it is what is known now about the earlier instant. */
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
    C(verdict_before, TEXT, "The verdict then.", if (c->known) cell_word(cell, verdict_word(c->then.verdict)))         \
    C(verdict, TEXT, "The verdict now.", cell_word(cell, verdict_word(j->verdict)))                                    \
    C(legacy_verdict_before, TEXT, "That of the criteria in force then.",                                              \
      if (c->known) cell_word(cell, verdict_word(c->then.legacy_verdict)))                                             \
    C(legacy_verdict, TEXT, "And now.", cell_word(cell, verdict_word(j->legacy_verdict)))                              \
    C(classification_before, TEXT, "How the two differed then.",                                                       \
      if (c->known) cell_word(cell, classification_word(c->then.classification)))                                      \
    C(classification, TEXT, "And now.", cell_word(cell, classification_word(j->classification)))                       \
    C(reasons_before, TEXT, "Why, then; NULL where it would be judged otherwise now.",                                 \
      cell_reasons(cell, c->reasons_before))                                                                           \
    C(reasons, TEXT, "And now.", cell_reasons(cell, j->reasons))                                                       \
    C(excluded_reason, TEXT, "Why it is left out now.", cell_word(cell, excluded_reason_word(j->excluded)))            \
    C(unmet, TEXT, "The obligations that are neither MET nor NOT_APPLICABLE now.", cell_unmet(cell, j))                \
    C(next_action, TEXT, "What would settle or mend it now.", cell_next_action(cell, d, j))                            \
    C(restated, TEXT, "In a night: whether by what is known now it would have been reported so already then.",         \
      if (base->source->judged->is_night) cell_yes_no(cell, c->restated))                                              \
    C(asked_otherwise, TEXT, "In a night: what of the question is other than in the run before.",                      \
      if (asked_otherwise != NULL) cell_word(cell, asked_otherwise))

enum { COLUMNS(VIEW_ENUM) };
static const struct view_column columns[] = {COLUMNS(VIEW_COLUMN)};

struct changes_cursor {
    struct scan_cursor now;
    struct judged_cursor before; /* as at the earlier instant; in a night only of those that are named */
    struct judged_head head;     /* of the record that `before` stands on */
    bool before_at_end;
    bool known; /* whether the Device was there then */
    struct said then;
    reason_set reasons_before;
    bool restated;
    enum change change;
};

/* 1 when the earlier set has the present Device: `before` stands on it. */
static int find_before(struct changes_cursor *c, struct err *err)
{
    const uint64_t device = c->now.scan.head.device;

    while (!c->before_at_end && c->head.device < device) {
        const int got = judged_next(&c->before, &c->head, err);

        if (got < 0)
            return -1;
        c->before_at_end = got == 0;
    }
    return !c->before_at_end && c->head.device == device;
}

static struct said said_of(const struct judged_head *head)
{
    return (struct said){.verdict = (enum verdict)head->verdict,
                         .legacy_verdict = (enum verdict)head->legacy_verdict,
                         .classification = (enum classification)head->classification,
                         .commissioned = head->commissioned};
}

/* Compares the present Device with how it stood then. */
static int compare(struct changes_cursor *c, struct err *err)
{
    const struct judged_head *const head = &c->now.scan.head;
    const struct said now = said_of(head);
    const struct standing standing = said_standing(&now);
    const bool is_night = c->now.view.source->judged->is_night;
    const int judged = find_before(c, err);
    struct judged_row before;
    struct standing then;

    if (judged < 0)
        return -1;
    c->known = is_night ? said_unpack(head->said, &c->then) : judged == 1;
    if (!is_night && c->known)
        c->then = said_of(&c->head);
    then = said_standing(&c->then);
    if (!is_night && c->now.view.source->query->before == NULL)
        c->change = change_from_nothing(&standing);
    else
        c->change = change_between(c->known ? &then : NULL, &standing);
    c->reasons_before = 0;
    c->restated =
        is_night && judged == 1 && c->head.verdict == head->verdict && c->head.classification == head->classification;
    if (c->change == CHANGE_NONE || judged == 0)
        return 0;
    if (judged_row_read(&c->before, &before, err) < 0)
        return -1;
    if (c->known && before.judgement.verdict == c->then.verdict &&
        before.judgement.classification == c->then.classification)
        c->reasons_before = before.judgement.reasons;
    return 0;
}

/* From the Device that `now` stands on (got 1) to the first with a change. */
static int find_change(struct changes_cursor *c, int got, struct err *err)
{
    for (; got == 1; got = view_scan_next(&c->now.scan, err)) {
        if (compare(c, err) < 0)
            return -1;
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
    c->head = (struct judged_head){0};
    if (before != NULL) {
        int got;

        judged_rewind(&c->before, before);
        got = judged_next(&c->before, &c->head, err);
        if (got < 0)
            return -1;
        c->before_at_end = got == 0;
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
    const char *const asked_otherwise = base->source->query->asked_otherwise;
    const struct judgement *const j = judged != NULL ? &judged->judgement : NULL;
    const struct inventory_row *const row = judged != NULL ? &judged->inventory : NULL;

    if (j == NULL)
        return -1;
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
