/* Values of CSV rows. */
#include "fields_int.h"

#include "base/ascii.h"
#include "domain/service.h"
#include "layout_int.h"

#include <stdio.h>
#include <string.h>

struct text field_name(const struct row *r, unsigned column)
{
    return r->heading->name[column];
}

/* What keeps a spreadsheet from making a number of an identifier: 'TEXT or ="TEXT". */
static struct text without_guard(struct text t)
{
    if (t.len > 1 && t.ptr[0] == '\'')
        return (struct text){t.ptr + 1, t.len - 1};
    if (t.len > 3 && t.ptr[0] == '=' && t.ptr[1] == '"' && t.ptr[t.len - 1] == '"')
        return (struct text){t.ptr + 2, t.len - 3};
    return t;
}

/* 1.23E+15 */
static bool is_float(struct text t)
{
    size_t at = 0;

    while (at < t.len && (ascii_is_digit(t.ptr[at]) || t.ptr[at] == '.' || t.ptr[at] == ','))
        at++;
    if (at == 0 || t.len - at < 3 || ascii_lower(t.ptr[at]) != 'e' || (t.ptr[at + 1] != '+' && t.ptr[at + 1] != '-'))
        return false;
    for (at += 2; at < t.len && ascii_is_digit(t.ptr[at]);)
        at++;
    return at == t.len;
}

/* Dashes that look like '-': U+2010 to U+2015, U+2212. */
static bool has_other_dash(struct text t)
{
    for (size_t i = 0; i + 3 <= t.len; i++)
        if ((memcmp(t.ptr + i, "\xE2\x80", 2) == 0 && (unsigned char)t.ptr[i + 2] - 0x90U < 6) ||
            memcmp(t.ptr + i, "\xE2\x88\x92", 3) == 0)
            return true;
    return false;
}

/* False: what a program has made of an identifier, else what it should have been. */
static bool fault_identifier(const struct row *r, unsigned column, const char *wanted)
{
    const struct text t = row_field(r, column);

    if (is_float(t))
        wanted = "is what a spreadsheet has made of an identifier: its digits are lost; export the column as text";
    else if (has_other_dash(t))
        wanted = "has dashes that are no '-', as word processors write them: write '-'";
    return fault_value(r->fault, field_name(r, column), t, "%s", wanted);
}

bool field_eui64(const struct row *r, unsigned column, uint64_t *out)
{
    const struct text t = row_field(r, column);

    *out = 0;
    if (t.len == 0 || eui64_parse(t, out) || eui64_parse(without_guard(t), out))
        return true;
    return fault_identifier(r, column, "is no EUI-64; wanted are 16 hexadecimal digits, as in 00-DB-12-34-56-78-90-A0");
}

bool field_identity(const struct row *r, unsigned column, uint64_t *out)
{
    if (!field_eui64(r, column, out))
        return false;
    if ((*out != 0 && *out != EUI64_ALL_ONES) || row_field(r, column).len == 0)
        return true;
    return fault_value(r->fault, field_name(r, column), row_field(r, column),
                       "identifies nothing; wanted is an EUI-64 that is not all zeros or all ones");
}

bool field_party(const struct row *r, unsigned column, uint64_t *out)
{
    const struct text t = row_field(r, column);

    *out = 0;
    if (t.len == 0 || ((party_id_parse(t, out) || party_id_parse(without_guard(t), out)) && *out != 0))
        return true;
    return fault_identifier(r, column,
                            "names no party; wanted is an EUI-64, as 90-B3-D5-1F-30-01-00-00, or a market identifier "
                            "of 3 or 4 letters and digits, as LARK");
}

bool field_key_id(const struct row *r, unsigned column, uint64_t *out)
{
    const struct text t = row_field(r, column);

    *out = 0;
    if (t.len == 0 || key_id_parse(t, out) || key_id_parse(without_guard(t), out))
        return true;
    return fault_identifier(r, column, "is no key identifier; wanted are 16 hexadecimal digits");
}

bool proves_month_first(struct text t, struct instant_form form)
{
    instant ignored;
    const char *why;

    if (t.len == 0 || form.month_first || instant_read(t, &form, &ignored, &why) == 0)
        return false;
    form.month_first = true;
    return instant_read(t, &form, &ignored, &why) == 0;
}

/* A date as the layout says that all of them are: eight digits, made into a form that is read. */
static bool take_layout_date(const struct row *r, unsigned column, char room[11], struct text *t)
{
    const enum layout_dates dates = r->job->layout->dates;

    for (size_t i = 0; i < 8; i++)
        if (t->len != 8 || !ascii_is_digit(t->ptr[i]))
            return fault_value(r->fault, field_name(r, column), *t, "is no date as [layout %s] has them: wanted is %s",
                               r->job->layout->name, dates == LAYOUT_DATES_DDMMYYYY ? "ddmmyyyy" : "yyyymmdd");
    if (dates == LAYOUT_DATES_DDMMYYYY) {
        snprintf(room, 11, "%.2s/%.2s/%.4s", t->ptr, t->ptr + 2, t->ptr + 4);
        *t = (struct text){room, 10};
    }
    return true;
}

bool field_instant(const struct row *r, unsigned column, enum instant_zone zone, enum instant_date date, instant *out)
{
    const struct job *const job = r->job;
    char room[11];
    const struct instant_form form = {zone, date, job->clock, job->month_first};
    struct text t = row_field(r, column);
    const char *why;

    *out = INSTANT_NONE;
    if (t.len == 0)
        return true;
    if (job->layout != NULL && job->layout->dates != LAYOUT_DATES_ANY && !take_layout_date(r, column, room, &t))
        return false;
    if (instant_read(t, &form, out, &why) == 0)
        return true;
    return fault_value(r->fault, field_name(r, column), t, "is %s", why);
}

bool field_extracted_at(const struct row *r, unsigned column, instant *out)
{
    if (!field_instant(r, column, ZONE_UTC, DATE_START, out))
        return false;
    if (*out == INSTANT_NONE)
        *out = r->job->extracted_at;
    return true;
}

bool field_instant_or_day(const struct row *r, unsigned column, instant *out, bool *is_day)
{
    const struct instant_form form = {ZONE_UTC, DATE_START, r->job->clock, r->job->month_first};

    if (!field_instant(r, column, ZONE_UTC, DATE_START, out))
        return false;
    *is_day = *out != INSTANT_NONE && *out % INSTANT_DAY == 0 && instant_is_day(row_field(r, column), &form);
    return true;
}

static bool fault_term(const struct row *r, unsigned column)
{
    const struct vocabulary *const v = r->heading->columns[column].words;
    char words[160] = "";
    size_t len = 0;

    for (unsigned i = 1; i < v->count && len < sizeof(words); i++)
        len += (size_t)snprintf(words + len, sizeof(words) - len, "%s%s", i > 1 ? ", " : "", v->words[i]);
    return fault_value(r->fault, field_name(r, column), row_field(r, column),
                       "is no %s; wanted is one of %s; [words.%s] tells what others mean", v->name, words,
                       r->job->ops->kind->name);
}

bool field_term(const struct row *r, unsigned column, unsigned *out)
{
    return term_parse(r->heading->columns[column].words, row_field(r, column), out) || fault_term(r, column);
}

/* A service that has variants, of which the value names none: the rules could only guess which it was. */
static bool lacks_variant(const struct row *r, unsigned column, srv_code srv)
{
    char words[64] = "", text[SRV_TEXT_SIZE];
    size_t len = 0;

    if ((srv & 0xFF) != 0 || service_name(srv)[0] != '\0')
        return false;
    for (size_t i = 0; i < service_count() && len < sizeof(words) - SRV_TEXT_SIZE; i++)
        if (service_at(i) >> 8 == srv >> 8) {
            srv_format(service_at(i), text);
            len += (size_t)snprintf(words + len, sizeof(words) - len, "%s%s", len > 0 ? " or " : "", text);
        }
    if (len == 0)
        return false;
    (void)fault_value(r->fault, field_name(r, column), row_field(r, column),
                      "does not say which variant of the service it was; wanted is %s", words);
    return true;
}

/* "SRV 6.17" */
static struct text without_srv(struct text t)
{
    if (t.len > 3 && text_equal_nocase((struct text){t.ptr, 3}, TEXT_LITERAL("SRV")))
        return text_trim((struct text){t.ptr + 3, t.len - 3});
    return t;
}

bool field_srv(const struct row *r, unsigned column, srv_code *out)
{
    const struct text t = without_srv(row_field(r, column));

    *out = 0;
    if (t.len == 0 || srv_parse(t, out))
        return !lacks_variant(r, column, *out);
    return fault_value(r->fault, field_name(r, column), t,
                       "is no Service Reference Variant; wanted is one like 6.17 or 6.15.1");
}

/* "1200023305967.0": a number that some program took for a fraction. */
static struct text without_fraction(struct text t)
{
    return t.len > 2 && t.ptr[t.len - 1] == '0' && t.ptr[t.len - 2] == '.' ? (struct text){t.ptr, t.len - 2} : t;
}

bool field_mpxn(const struct row *r, unsigned column, mpxn_code *out)
{
    const struct text t = row_field(r, column);
    const char *why, *ignored;
    char what[160];

    *out = 0;
    if (t.len == 0 || mpxn_parse(t, out, &why) == 0 ||
        mpxn_parse(without_fraction(without_guard(t)), out, &ignored) == 0)
        return true;
    snprintf(what, sizeof(what), "is %s", why);
    return fault_identifier(r, column, what);
}

bool field_text(const struct row *r, unsigned column, size_t max, struct text *out)
{
    *out = row_field(r, column);
    if (out->len >= SECRET_MIN_BYTES && secret_is(*out))
        return fault_value(r->fault, field_name(r, column), *out, "is kept nowhere; take it out of the file");
    if (out->len <= max)
        return true;
    return fault_value(r->fault, field_name(r, column), *out, "is too long: it has %zu bytes, at most %zu can be kept",
                       out->len, max);
}

static bool is_instant(struct text t, bool month_first)
{
    const struct instant_form form = {.month_first = month_first};
    const char *why;
    instant at;

    return instant_read(t, &form, &at, &why) == 0;
}

bool is_month_first(struct text t)
{
    return !is_instant(t, false) && is_instant(t, true);
}

bool column_accepts(const struct column *c, struct text t)
{
    struct request_id request;
    const char *why;
    unsigned word;
    uint64_t id;
    srv_code srv;

    if (c->words != NULL)
        return term_parse(c->words, t, &word);
    if (c->date)
        return is_instant(t, false) || is_instant(t, true);
    switch (c->holds) {
    case HOLDS_EUI64:
        return eui64_parse(without_guard(t), &id);
    case HOLDS_PARTY:
        return party_id_parse(without_guard(t), &id);
    case HOLDS_SRV:
        return srv_parse(without_srv(t), &srv);
    case HOLDS_MPXN:
        return mpxn_parse(without_fraction(without_guard(t)), &id, &why) == 0;
    case HOLDS_REQUEST_ID:
        return request_id_parse(t, &request);
    case HOLDS_KEY_ID:
        return key_id_parse(without_guard(t), &id);
    case HOLDS_TEXT:
        break;
    }
    return true;
}

/* Eight decimal digits at once; false when one is none. */
static bool eight_digits(const char *p, uint64_t *out)
{
    uint64_t w;

    _Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "the first digit is in the lowest byte");
    memcpy(&w, p, sizeof(w));
    w ^= UINT64_C(0x3030303030303030);
    if (((w | (w + UINT64_C(0x7676767676767676))) & UINT64_C(0x8080808080808080)) != 0)
        return false;
    w = w * 10 + (w >> 8); /* pairs, in each second byte */
    *out = ((w & UINT64_C(0x000000FF000000FF)) * UINT64_C(0x000F424000000064) +
            (w >> 16 & UINT64_C(0x000000FF000000FF)) * UINT64_C(0x0000271000000001)) >>
           32;
    return true;
}

bool counter_parse(struct text t, uint64_t *out)
{
    uint64_t n = 0;
    size_t i = 0;

    if (t.len >= 8) {
        if (!eight_digits(t.ptr, &n))
            return false;
        i = 8;
    }
    for (; i < t.len; i++) {
        const unsigned digit = (unsigned char)t.ptr[i] - (unsigned)'0';
        if (digit > 9 || (i >= 19 && n > (UINT64_MAX - digit) / 10)) /* 19 digits always fit */
            return false;
        n = n * 10 + digit;
    }
    *out = n;
    return t.len > 0;
}

/* The two identifiers and the number of a RequestID. */
static bool split_request_id(struct text t, struct text parts[3])
{
    static const size_t lengths[] = {23, 16}; /* of an EUI-64, with separators and without */
    const char *const colon = t.len > 0 ? memrchr(t.ptr, ':', t.len) : NULL;
    const size_t pair = colon != NULL ? (size_t)(colon - t.ptr) : 0;

    for (size_t i = 0; i < ARRAY_LEN(lengths); i++) {
        const size_t len = lengths[i];

        if (pair <= len || t.ptr[len] != ':')
            continue;
        parts[0] = (struct text){t.ptr, len};
        parts[1] = (struct text){t.ptr + len + 1, pair - len - 1};
        parts[2] = (struct text){colon + 1, t.len - pair - 1};
        return true;
    }
    return false;
}

bool request_id_parse(struct text t, struct request_id *out)
{
    struct text parts[3];
    uint64_t originator, target, counter;

    if (!split_request_id(t, parts) || !eui64_parse(parts[0], &originator) || !eui64_parse(parts[1], &target) ||
        !counter_parse(parts[2], &counter))
        return false;
    *out = (struct request_id){true, originator, target, counter};
    return true;
}

/* Mostly it is the identifier that the row has in a field of its own, and that was read from there. */
static bool take_known(struct text t, const struct known_id *known, uint64_t *out)
{
    *out = known->id;
    return (t.len == 23 && known->text.len == 23 && memcmp(t.ptr, known->text.ptr, 23) == 0) || eui64_parse(t, out);
}

bool field_request_id(const struct row *r, unsigned column, const struct known_id known[2], struct request_id *out)
{
    const struct text t = row_field(r, column);
    struct text parts[3];
    uint64_t originator, target, counter;

    *out = (struct request_id){0};
    if (t.len == 0)
        return true;
    if (split_request_id(t, parts) && take_known(parts[0], &known[0], &originator) &&
        take_known(parts[1], &known[1], &target) && counter_parse(parts[2], &counter)) {
        *out = (struct request_id){true, originator, target, counter};
        return true;
    }
    return fault_value(r->fault, field_name(r, column), t,
                       "is no RequestID; wanted are originator:target:counter, two EUI-64 and a number below 2^64");
}
