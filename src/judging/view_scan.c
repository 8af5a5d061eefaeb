/* Scans of the judged set: in the order of the Devices, narrowed by what can be told without unpacking a record. */
#include "views_int.h"

static bool word_value(const struct text word, const char *(*word_of)(unsigned), unsigned count, unsigned *out)
{
    for (unsigned v = 0; v < count; v++)
        if (word_of(v)[0] != '\0' && text_equal(word, text_of(word_of(v)))) {
            *out = v;
            return true;
        }
    return false;
}

static const char *verdict_at(unsigned v)
{
    return verdict_word((enum verdict)v);
}

static const char *classification_at(unsigned v)
{
    return classification_word((enum classification)v);
}

static const char *type_at(unsigned v)
{
    return term_word(&vocab_device_type, v);
}

static const char *region_at(unsigned v)
{
    return term_word(&vocab_csp_region, v);
}

/* False when nothing can be equal to the value: another type, or no word of the vocabulary. */
static bool take_value(struct view_scan *s, enum view_key key, sqlite3_value *value)
{
    struct text word = {NULL, 0};

    if (key == BY_DEVICE)
        return view_device_value(value, &s->device);
    if (sqlite3_value_type(value) != SQLITE_TEXT)
        return false;
    word.ptr = (const char *)sqlite3_value_text(value);
    word.len = (size_t)sqlite3_value_bytes(value);
    switch (key) {
    case BY_VERDICT:
    case BY_LEGACY_VERDICT:
        return word_value(word, verdict_at, VERDICTS, &s->values[key]);
    case BY_CLASSIFICATION:
        return word_value(word, classification_at, CLASSIFICATIONS, &s->values[key]);
    case BY_TYPE:
        return word_value(word, type_at, DEVICE_TYPES, &s->values[key]);
    case BY_REGION:
        return word_value(word, region_at, CSP_REGIONS, &s->values[key]);
    case BY_DEVICE:
    case VIEW_KEYS:
        break;
    }
    return false;
}

static bool is_wanted(const struct view_scan *s, const struct judged_head *head)
{
    const unsigned has[VIEW_KEYS] = {0,          head->verdict, head->legacy_verdict, head->classification,
                                     head->type, head->region};

    for (int k = BY_VERDICT; k < VIEW_KEYS; k++)
        if ((s->keys >> k & 1) != 0 && s->values[k] != has[k])
            return false;
    return true;
}

static bool is_of_one_device(const struct view_scan *s)
{
    return (s->keys & 1u << BY_DEVICE) != 0;
}

static int search(struct view_scan *s, struct err *err)
{
    int got;

    s->is_read = false;
    while ((got = judged_next(&s->cursor, &s->head, err)) == 1) {
        if (is_of_one_device(s) && s->head.device < s->device)
            continue;
        if (is_of_one_device(s) && s->head.device > s->device)
            return 0;
        if (is_wanted(s, &s->head))
            break;
    }
    return got;
}

int view_scan_begin(struct view_scan *s, const struct judged *judged, unsigned keys, sqlite3_value **argv,
                    struct err *err)
{
    int argument = 0;

    s->keys = keys;
    for (int k = 0; k < VIEW_KEYS; k++)
        if ((keys >> k & 1) != 0 && !take_value(s, (enum view_key)k, argv[argument++]))
            return 0;
    if (!is_of_one_device(s) || s->cursor.judged != judged)
        judged_rewind(&s->cursor, judged);
    if (is_of_one_device(s) && judged_seek(&s->cursor, s->device, err) < 0)
        return -1;
    return search(s, err);
}

int view_scan_next(struct view_scan *s, struct err *err)
{
    /* A join that asks for one Device after another is best left standing where it is. */
    return is_of_one_device(s) ? 0 : search(s, err);
}

int view_scan_to(struct view_scan *s, uint64_t device, struct err *err)
{
    s->keys = 1u << BY_DEVICE;
    s->device = device;
    return judged_seek(&s->cursor, device, err) < 0 ? -1 : search(s, err);
}

void view_scan_release(struct view_scan *s)
{
    judged_cursor_release(&s->cursor);
}

const struct judged_row *view_scan_row(struct view_scan *s, struct err *err)
{
    if (!s->is_read && judged_row_read(&s->cursor, &s->row, err) < 0)
        return NULL;
    s->is_read = true;
    return &s->row;
}

int scan_cursor_begin(struct view_cursor *c, unsigned keys, sqlite3_value **argv, struct err *err)
{
    return view_scan_begin(&((struct scan_cursor *)c)->scan, c->source->judged, keys, argv, err);
}

int scan_cursor_next(struct view_cursor *c, struct err *err)
{
    return view_scan_next(&((struct scan_cursor *)c)->scan, err);
}

void scan_cursor_release(struct view_cursor *c)
{
    view_scan_release(&((struct scan_cursor *)c)->scan);
}
