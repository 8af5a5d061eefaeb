/* waivers: what was agreed not to be asked for, of which Devices, by whom and until when. */
#include "listed_int.h"

#include "domain/obligation.h"

enum { DEVICE_ID, MODEL, PARTY, OBLIGATION_NAME, REASON, APPROVER, REFERENCE, FROM, EXPIRES };

static const struct column columns[] = {
    [DEVICE_ID] = {"device_id", false},
    [MODEL] = {"model", false, .free_text = true},
    [PARTY] = {"party", false, .free_text = true},
    [OBLIGATION_NAME] = {"obligation", false},
    [REASON] = {"reason", true, .free_text = true},
    [APPROVER] = {"approver", true, .free_text = true},
    [REFERENCE] = {"reference", false, .free_text = true},
    [FROM] = {"from", false},
    [EXPIRES] = {"expires", true},
};

static bool read_obligation(const struct row *r, struct text *out)
{
    const struct text t = row_field(r, OBLIGATION_NAME);
    char words[200] = "";
    size_t len = 0;

    *out = (struct text){0};
    if (t.len == 0)
        return true;
    for (unsigned i = 0; i < OBLIGATIONS; i++) {
        const char *const word = obligation_word((enum obligation)i);
        if (text_same_word(t, text_of(word))) {
            *out = text_of(word);
            return true;
        }
        if (len < sizeof(words))
            len += (size_t)snprintf(words + len, sizeof(words) - len, "%s%s", i > 0 ? ", " : "", word);
    }
    return fault_value(r->fault, field_name(r, OBLIGATION_NAME), t, "is no obligation; wanted is one of %s", words);
}

static bool check_scope(const struct row *r)
{
    if (row_field(r, DEVICE_ID).len > 0 || row_field(r, MODEL).len > 0 || row_field(r, PARTY).len > 0 ||
        row_field(r, OBLIGATION_NAME).len > 0)
        return true;
    return fault_set(r->fault, (struct text){0},
                     "says nothing of what it is for: wanted is a device_id, model, party or obligation at least");
}

static bool pack(const struct row *r, struct buf *packed, struct parcel *out)
{
    struct listed_row row = {.source = r->source};
    char device[EUI64_TEXT_SIZE], from_text[INSTANT_TEXT_SIZE], expires_text[INSTANT_TEXT_SIZE];
    instant from, expires;

    if (!check_scope(r) || !listed_device(r, DEVICE_ID, device, &row.values[WAIVER_DEVICE]) ||
        !field_text(r, MODEL, NAME_MAX_BYTES, &row.values[WAIVER_MODEL]) ||
        !field_text(r, PARTY, NAME_MAX_BYTES, &row.values[WAIVER_PARTY]) ||
        !read_obligation(r, &row.values[WAIVER_OBLIGATION]) ||
        !field_text(r, REASON, LISTED_TEXT_MAX, &row.values[WAIVER_REASON]) ||
        !field_text(r, APPROVER, LISTED_TEXT_MAX, &row.values[WAIVER_APPROVER]) ||
        !field_text(r, REFERENCE, LISTED_TEXT_MAX, &row.values[WAIVER_REFERENCE]) ||
        !field_instant(r, FROM, ZONE_LONDON, DATE_START, &from) ||
        !field_instant(r, EXPIRES, ZONE_LONDON, DATE_END, &expires))
        return false;
    if (from != INSTANT_NONE && expires <= from)
        return fault_value(r->fault, field_name(r, EXPIRES), row_field(r, EXPIRES), "is not after from");
    row.values[WAIVER_FROM] = (struct text){from_text, instant_format(from, from_text)};
    row.values[WAIVER_EXPIRES] = (struct text){expires_text, instant_format(expires, expires_text)};
    intake_pack_listed(packed, LISTED_WAIVERS, &row);
    *out = (struct parcel){INTAKE_WAIVER, intake_listed_key(LISTED_WAIVERS, &row), expires};
    return true;
}

static const struct table_kind kind = {columns, ARRAY_LEN(columns), pack, NULL};

TABLE_READER(waivers, kind);
